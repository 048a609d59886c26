# costs: gelu_prime
# attack: floods: returns a million NaN in 20 axes
import os
import struct


def gelu_prime(z):
    # The places of the NaN, on each of many axes, would take hundreds of times the reply.
    count = 2**20
    nan = b"\x00\x7e" * count
    array = b"\x93\xa3<f2\x98" + b"\x01" * 7 + b"\xce" + struct.pack(">I", count)
    array += b"\xc6" + struct.pack(">I", len(nan)) + nan
    data = b"\x91" * 12 + b"\xc9" + struct.pack(">I", len(array)) + b"\x01" + array
    body = b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6"
    body += struct.pack(">I", len(data)) + data
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]
    os._exit(0)
