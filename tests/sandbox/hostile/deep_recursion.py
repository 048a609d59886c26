# costs: gelu_prime
# attack: limits: recurses without a limit
import sys

sys.setrecursionlimit(10**9)


def gelu_prime(z):
    return gelu_prime(z)
