# costs: gelu_prime
# attack: forged frames: announces a frame of 4 GiB
import os
import struct


def gelu_prime(z):
    os.write(3, struct.pack("<I", 2**32 - 1))
    while True:
        os.write(3, b"x" * 4096)
