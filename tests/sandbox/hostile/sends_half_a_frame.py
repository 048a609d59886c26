# costs: gelu_prime
# attack: forged frames: sends half a frame, and waits
import os


def gelu_prime(z):
    os.write(3, b"\x10\x00\x00\x00half")
    while True:
        pass
