# costs: gelu_prime
# attack: floods: returns an array of 64 million numbers
import numpy as np


def gelu_prime(z):
    return np.zeros((8000, 8000))
