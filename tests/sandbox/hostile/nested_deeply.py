# costs: gelu_prime
# attack: floods: returns a list nested 100,000 times
def gelu_prime(z):
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return nest
