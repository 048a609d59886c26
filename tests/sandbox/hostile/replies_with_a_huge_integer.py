# costs: gelu_prime
# attack: forged values: sends an integer with 3 million digits
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    _say(_value(b"\xc9" + struct.pack(">I", 3_000_000) + b"\x03" + b"f" * 3_000_000))
    os._exit(0)
