# costs: gelu_prime
# attack: reading files: claims the solution's path and line for its exception
def _fail(z):
    raise ValueError("where?")


def gelu_prime(z):
    _fail.__code__ = _fail.__code__.replace(
        co_filename="{ROOT}/solutions/activations.py", co_firstlineno=20)
    _fail(z)
