# costs: gelu_prime
# attack: forged frames: sends two replies to one call
import os
import struct


def _say(body):
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]


def _value(data):
    return b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6" + struct.pack(">I", len(data)) + data

def gelu_prime(z):
    # This reply is taken for the next call's; all that follow are one late.
    _say(_value(b"\xcb" + bytes(8)))
    return 1.0
