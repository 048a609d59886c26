# costs: gelu_prime
# attack: special objects: returns a memoryview
import numpy as np


def gelu_prime(z):
    return memoryview(np.zeros(np.shape(z)))
