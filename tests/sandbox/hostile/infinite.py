# costs: gelu_prime
# attack: wrong numbers: returns infinity everywhere
import numpy as np


def gelu_prime(z):
    return np.full(np.shape(z), np.inf)
