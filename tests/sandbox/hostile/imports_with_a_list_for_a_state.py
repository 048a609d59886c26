# costs: module
# attack: forged values: sends a list as the state of an import
import os
import struct



def _say(body):
    os.write(3, struct.pack("<I", len(body)) + body)


_say(b"\x91\x83\xa4type\xa9LoadReply\xa5state\x90\xa7defined\x05")
os._exit(0)
