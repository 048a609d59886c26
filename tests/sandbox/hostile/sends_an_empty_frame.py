# costs: gelu_prime
# attack: forged frames: sends an empty frame
import os


def gelu_prime(z):
    os.write(3, b"\0\0\0\0")
    while True:
        pass
