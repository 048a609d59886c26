# costs: gelu_prime
# attack: threads: writes to the stream from a thread after its call
import os
import threading


def _spin():
    while True:
        try:
            os.write(3, b"\x00" * 16)
        except OSError:
            return


def gelu_prime(z):
    threading.Thread(target=_spin, daemon=True).start()
    return
