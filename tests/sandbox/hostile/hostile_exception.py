# costs: gelu_prime
# attack: exceptions: raises an exception whose text raises another
class Loud(Exception):
    def __str__(self):
        raise RuntimeError("no text for you")


def gelu_prime(z):
    raise Loud("\x1b[2J")
