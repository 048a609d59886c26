# costs: gelu_prime
# attack: exceptions: raises SystemExit in a call
def gelu_prime(z):
    raise SystemExit(0)
