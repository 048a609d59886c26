# costs: gelu_prime
# attack: special objects: returns an array over memory that is not its own
import numpy as np


def gelu_prime(z):
    class Forged:
        __array_interface__ = {
            "version": 3, "shape": np.shape(z), "typestr": "<f8", "data": (0x1000, False)}

    return np.asarray(Forged())
