# costs: gelu_prime
# attack: limits: loops without end in a call
def gelu_prime(z):
    while True:
        pass
