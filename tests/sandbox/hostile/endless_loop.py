# costs: gelu_prime
def gelu_prime(z):
    while True:
        pass
