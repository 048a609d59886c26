# costs: gelu_prime
# attack: commands to a CI runner: returns keys that are commands to a runner
def gelu_prime(z):
    return {"##[error]your machine is broken": 1, "::set-output name=x::": 2, "\x1b[2J": 3}
