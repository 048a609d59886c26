# costs: gelu_prime
# attack: forged values: sends 4 million warnings
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    many = b"\xdd" + struct.pack(">I", 4_000_000) + b"\xa0" * 4_000_000
    _say(b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa6warned" + many)
    os._exit(0)
