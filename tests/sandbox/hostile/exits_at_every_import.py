# costs: module
# attack: ending the process: sends a forged reply and exits at each import
import os

os.write(3, b"\x0f\0\0\0\x81\xa5state\xa6loaded")
os._exit(0)
