# costs: gelu_prime
# attack: special objects: returns a list that contains itself
def gelu_prime(z):
    loop = []
    loop.append(loop)
    return loop
