# costs: gelu_prime
def gelu_prime(z):
    while True:
        yield 0.5
