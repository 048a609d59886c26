# costs: everything
# attack: forged frames: claims to be imported before its import ends
import os
import struct

_names = b"\x92\xaagelu_prime\xa7sigmoid"
_body = b"\x91\x83\xa4type\xa9LoadReply\xa5state\xa6loaded\xa7defined" + _names
os.write(3, struct.pack("<I", len(_body)) + _body)
raise ImportError("and yet it is not there")
