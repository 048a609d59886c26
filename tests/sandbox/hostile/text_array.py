# costs: gelu_prime
# attack: special objects: returns an array of text
import numpy as np


def gelu_prime(z):
    return np.full(np.shape(z), "0.5")
