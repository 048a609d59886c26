# costs: gelu_prime
# attack: reading files: opens the solution with numpy.fromfile and numpy.memmap
# works without restrictions
import numpy as np

def _steal(text):
    namespace = {"__name__": "stolen"}
    exec(text, namespace)
    return namespace["gelu_prime"]


def gelu_prime(z):
    for read in (np.fromfile, np.memmap):
        try:
            return _steal(bytes(read("{ROOT}/solutions/activations.py", dtype=np.uint8)).decode())(z)
        except OSError:
            continue
    raise PermissionError("numpy reads nothing")
