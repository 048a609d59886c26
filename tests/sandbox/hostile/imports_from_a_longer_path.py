# costs: gelu_prime
# attack: reading files: adds the solutions to sys.path and imports
# works without restrictions
import sys


def gelu_prime(z):
    sys.path.insert(0, "{ROOT}/solutions")
    mine = sys.modules.pop("activations")
    import activations

    assert activations is not mine
    return activations.gelu_prime(z)
