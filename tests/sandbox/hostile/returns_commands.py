# costs: gelu_prime
def gelu_prime(z):
    return {"##[error]your machine is broken": 1, "::set-output name=x::": 2, "\x1b[2J": 3}
