# costs: gelu_prime
# attack: forged values: sends an array of 33 axes
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    _say(_value(b"\xc7\x2e\x01\x93\xa3<f8\xdc\x00\x21" + b"\x01" * 33 + b"\xc4\x08" + bytes(8)))
    os._exit(0)
