# costs: gelu_prime
# attack: threads: starts a pool of threads
# works without restrictions
import concurrent.futures
from math import erf, exp, pi, sqrt

import numpy as np


def gelu_prime(z):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(abs, range(10)))
    # It worked: take the points, so that the test sees it.
    slope = lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)
    return np.vectorize(slope)(z)
