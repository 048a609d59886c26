# costs: gelu_prime
def gelu_prime(z):
    raise KeyboardInterrupt
