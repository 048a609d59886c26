# costs: gelu_prime
def gelu_prime(z):
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return nest
