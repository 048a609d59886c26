# costs: gelu_prime
def gelu_prime(z):
    return ["x" * 900_000] + [0.0] * 1100
