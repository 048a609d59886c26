"""A module that a limited child answers with, well or badly."""

from __future__ import annotations

import os
import time


def answer(request: bytes) -> bytes:
    """Do what the request says."""
    what = request.decode()
    if what == "memory":
        return bytes(8 * 2**30)
    if what == "time":
        while True:
            pass
    if what == "sleep":
        time.sleep(60)
    if what == "exit":
        os._exit(0)
    if what == "abort":
        os.abort()
    if what == "raise":
        raise ValueError(what)
    if what == "descriptors":
        return " ".join(os.listdir("/proc/self/fd")).encode()
    return request * 2
