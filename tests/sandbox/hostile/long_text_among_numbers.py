# costs: gelu_prime
# attack: floods: returns a list of numbers with a text of 900,000 characters
def gelu_prime(z):
    return ["x" * 900_000] + [0.0] * 1100
