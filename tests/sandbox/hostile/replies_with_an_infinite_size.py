# costs: gelu_prime
# attack: forged values: claims that a value has an infinite size
import os
import struct



def _say(body):
    os.write(3, struct.pack("<I", len(body)) + body)


def gelu_prime(z):
    _say(b"\x91\x83\xa4type\xa9CallReply\xa5state\xa9too_large\xa4size\xcb\x7f\xf0" + b"\x00" * 6)
    while True:
        pass
