# costs: gelu_prime
# attack: floods: returns an integer with 100,000 digits
def gelu_prime(z):
    return 10**100_000
