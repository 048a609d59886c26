# costs: gelu_prime
# attack: special objects: returns a generator that does not end
def gelu_prime(z):
    while True:
        yield 0.5
