# costs: gelu_prime
# attack: forged values: sends a time, an extension of MessagePack
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    # MessagePack's own extension for times.
    _say(_value(b"\xd6\xff\x00\x00\x00\x00"))
    os._exit(0)
