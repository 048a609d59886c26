# costs: gelu_prime
import time


def gelu_prime(z):
    time.sleep(10_000)
