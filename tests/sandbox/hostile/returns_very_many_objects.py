# costs: gelu_prime
class Thing:
    def __repr__(self):
        return "x" * 10**6


def gelu_prime(z):
    return [Thing() for _ in range(900)]
