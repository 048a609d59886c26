# costs: gelu_prime
# attack: pickles and code: sends source code in place of a value
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    # What the trusted side may send, and must never build.
    _say(_value(b"\xc7\x1b\x06\x92\xa1f\xb7def f(): import os; 1/0"))
    os._exit(0)
