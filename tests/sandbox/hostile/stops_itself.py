# costs: gelu_prime
# attack: limits: stops itself with SIGSTOP
import ctypes


def gelu_prime(z):
    ctypes.CDLL(None)["raise"](19)  # SIGSTOP
    while True:
        pass
