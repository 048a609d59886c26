# costs: gelu_prime
# attack: forged frames: sends a frame that is not MessagePack
import os
import struct


def gelu_prime(z):
    os.write(3, struct.pack("<I", 6) + b"\xc1\xff\x00abc")
    return 1.0
