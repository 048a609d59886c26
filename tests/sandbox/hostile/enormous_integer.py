# costs: gelu_prime
def gelu_prime(z):
    return 10**100_000
