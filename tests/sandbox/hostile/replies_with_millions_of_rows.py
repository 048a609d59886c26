# costs: gelu_prime
# attack: forged values: returns 8 million rows without columns
import numpy as np


def gelu_prime(z):
    return np.zeros((8_000_000, 0))
