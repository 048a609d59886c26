# costs: gelu_prime
import numpy as np


def gelu_prime(z):
    return np.full(np.shape(z), "0.5")
