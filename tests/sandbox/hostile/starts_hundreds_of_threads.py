# costs: gelu_prime
# attack: threads: starts 300 threads
import threading
from math import erf, exp, pi, sqrt

import numpy as np


def gelu_prime(z):
    threading.stack_size(65536)
    forever = threading.Event()
    while threading.active_count() < 300:
        threading.Thread(target=forever.wait, daemon=True).start()
    # It worked: take the points, so that the test sees it.
    slope = lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)
    return np.vectorize(slope)(z)
