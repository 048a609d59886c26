# costs: gelu_prime
def gelu_prime(z):
    loop = []
    loop.append(loop)
    return loop
