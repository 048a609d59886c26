# costs: gelu_prime
# attack: reading files: reads links in /proc
# works without restrictions
import os
from math import erf, exp, pi, sqrt

import numpy as np


def gelu_prime(z):
    for place in ("/proc/self/exe", "/proc/self/cwd", f"/proc/{os.getppid()}/exe"):
        try:
            os.readlink(place)
            break
        except OSError:
            continue
    else:
        raise PermissionError("no link can be read")
    # It worked: take the points, so that the test sees it.
    slope = lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)
    return np.vectorize(slope)(z)
