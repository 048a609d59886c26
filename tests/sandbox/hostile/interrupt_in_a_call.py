# costs: gelu_prime
# attack: exceptions: raises KeyboardInterrupt in a call
def gelu_prime(z):
    raise KeyboardInterrupt
