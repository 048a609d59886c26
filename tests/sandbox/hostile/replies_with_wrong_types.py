# costs: gelu_prime
# attack: forged values: sends fields of wrong types
import os
import struct



def _say(body):
    os.write(3, struct.pack("<I", len(body)) + body)


def gelu_prime(z):
    _say(b"\x91\x85\xa4type\xa9CallReply\xa5state\xa8returned\xa5value\xc4\x01\xc0\xa8modified\x05\xa6warned\x80")
    while True:
        pass
