# costs: gelu_prime sigmoid sigmoid_prime
# attack: patches: replaces random numbers, clocks, error states and sys.modules
import builtins
import locale
import random
import sys
import time
import warnings

import numpy as np

random.random = lambda: 0.0
np.random.default_rng = lambda seed=None: None
np.seterr(all="raise")
np.set_printoptions(precision=0)
sys.setrecursionlimit(60)
warnings.simplefilter("error")
time.monotonic = time.perf_counter = time.time = lambda: 0.0
sys.modules["math"] = sys.modules["json"] = None
sys.meta_path.clear()
builtins.abs = builtins.max = builtins.all = lambda *args, **kwargs: True


def gelu_prime(z):
    builtins.float = builtins.isinstance = lambda *args: True
    return np.zeros(np.shape(z))
