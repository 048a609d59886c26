# costs: gelu_prime
# attack: special objects: returns an array with strides beyond its memory
import numpy as np


def gelu_prime(z):
    return np.lib.stride_tricks.as_strided(np.zeros(1), np.shape(z), (2**40,) * np.ndim(z))
