# costs: gelu_prime
# attack: reading files: opens files in /proc
# works without restrictions
import os
from math import erf, exp, pi, sqrt

import numpy as np


def gelu_prime(z):
    parent = os.getppid()
    names = ["maps", "mem", "environ", "cmdline", "status", "stat", "fd/0", "auxv", "io"]
    places = [f"/proc/{who}/{name}" for who in ("self", parent, 1) for name in names]
    for place in [*places, "/proc/meminfo", "/proc/cpuinfo", "/proc/sys/kernel/hostname"]:
        try:
            os.open(place, os.O_RDONLY)
            break
        except OSError:
            continue
    else:
        raise PermissionError("nothing of /proc can be opened")
    # It worked: take the points, so that the test sees it.
    slope = lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)
    return np.vectorize(slope)(z)
