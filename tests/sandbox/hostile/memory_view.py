# costs: gelu_prime
import numpy as np


def gelu_prime(z):
    return memoryview(np.zeros(np.shape(z)))
