# costs: gelu_prime
# attack: floods: raises 20,000 long warnings
import warnings


def gelu_prime(z):
    for place in range(20_000):
        warnings.warn(f"{place} " + "\x1b[31m::error::" * 1000, RuntimeWarning)
    return 1.0
