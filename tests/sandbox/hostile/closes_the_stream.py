# costs: gelu_prime
# attack: forged frames: closes the stream, and loops
import os


def gelu_prime(z):
    os.close(3)
    while True:
        pass
