# costs: gelu_prime
# attack: floods: returns an array of a trillion numbers that takes 8 bytes
import numpy as np


def gelu_prime(z):
    return np.broadcast_to(0.5, (2**20, 2**20))
