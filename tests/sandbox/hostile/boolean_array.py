# costs: gelu_prime
import numpy as np


def gelu_prime(z):
    return np.ones(np.shape(z), dtype=bool)
