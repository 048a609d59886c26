# costs: gelu_prime
import ctypes


def gelu_prime(z):
    ctypes.string_at(0)
