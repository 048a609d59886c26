# costs: gelu_prime
# attack: limits: raises an exception whose text takes for ever
class _Endless(Exception):
    def __str__(self):
        while True:
            pass


def gelu_prime(z):
    raise _Endless
