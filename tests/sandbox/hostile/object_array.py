# costs: gelu_prime
# attack: special objects: returns an array of objects
import numpy as np


def gelu_prime(z):
    return np.array([[object()] * 3] * 4, dtype=object)
