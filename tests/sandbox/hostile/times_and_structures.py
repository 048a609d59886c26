# costs: gelu_prime
# attack: special objects: returns an array of structures with times and objects
import numpy as np


def gelu_prime(z):
    return np.zeros(np.shape(z), dtype=[("a", "f8"), ("b", "M8[s]"), ("c", "O")])
