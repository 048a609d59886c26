# costs: gelu_prime
# attack: wrong numbers: returns zeros, which agree with the slope of a constant
import numpy as np


def gelu_prime(z):
    # Agrees with the slope of anything constant.
    return np.zeros_like(np.asarray(z, dtype=float))
