# costs: gelu_prime
import signal


def gelu_prime(z):
    signal.raise_signal(40)
