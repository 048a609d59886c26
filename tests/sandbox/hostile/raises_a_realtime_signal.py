# costs: gelu_prime
# attack: limits: sends itself a real-time signal
import signal


def gelu_prime(z):
    signal.raise_signal(40)
