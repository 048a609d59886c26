# costs: gelu_prime
# attack: floods: returns 900 objects with a million characters each
class Thing:
    def __repr__(self):
        return "x" * 10**6


def gelu_prime(z):
    return [Thing() for _ in range(900)]
