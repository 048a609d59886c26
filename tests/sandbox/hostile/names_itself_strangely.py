# costs: gelu_prime
# attack: floods: returns an object with a type name of a million characters
def gelu_prime(z):
    return type("\n::error::\x1b[2J" + "X" * 10**6, (), {"__repr__": lambda self: "\x00" * 10**6})()
