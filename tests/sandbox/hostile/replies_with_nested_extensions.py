# costs: gelu_prime
# attack: forged values: sends tuples nested 5,000 times
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def _nest(data):
    for _ in range(5_000):
        data = b"\xc9" + struct.pack(">I", len(data) + 1) + b"\x02\x91" + data
    return data


def gelu_prime(z):
    # Each is a tuple in a tuple.
    _say(_value(_nest(b"\xc0")))
    os._exit(0)
