# costs: gelu_prime
# attack: floods: returns an object with terminal commands in its text
class Loud:
    def __repr__(self):
        return "\x1b]0;owned\x07\x1b[2J\u202e" + "A" * 10**6

    __str__ = __repr__


def gelu_prime(z):
    return Loud()
