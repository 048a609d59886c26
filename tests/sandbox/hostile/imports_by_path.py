# costs: gelu_prime
# attack: reading files: imports the solution by its path
# works without restrictions
import importlib.util


def gelu_prime(z):
    spec = importlib.util.spec_from_file_location("stolen", "{ROOT}/solutions/activations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.gelu_prime(z)
