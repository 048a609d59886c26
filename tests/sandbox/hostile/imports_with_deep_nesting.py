# costs: module
# attack: forged values: sends a state nested 100,000 times
import os
import struct



def _say(body):
    os.write(3, struct.pack("<I", len(body)) + body)


_say(b"\x91\x82\xa4type\xa9LoadReply\xa5state" + b"\x91" * 100_000 + b"\xc0")
os._exit(0)
