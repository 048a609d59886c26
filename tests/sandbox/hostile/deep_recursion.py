# costs: gelu_prime
import sys

sys.setrecursionlimit(10**9)


def gelu_prime(z):
    return gelu_prime(z)
