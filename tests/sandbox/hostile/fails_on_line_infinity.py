# costs: module
# attack: forged values: claims an error in line infinity
import os
import struct



def _say(body):
    os.write(3, struct.pack("<I", len(body)) + body)


_say(b"\x91\x83\xa4type\xa9LoadReply\xa5state\xa6failed\xa5error\x83\xa4type\xa1E\xa4text\xa1x\xa4line\xcb\x7f\xf0" + b"\x00" * 6)
os._exit(0)
