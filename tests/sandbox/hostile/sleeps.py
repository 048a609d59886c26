# costs: gelu_prime
# attack: limits: sleeps for hours
import time


def gelu_prime(z):
    time.sleep(10_000)
