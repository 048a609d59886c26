"""A module that a limited child answers with, well or badly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


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
    if what.startswith("killed"):
        _die_once(what.removeprefix("killed").strip())
    if what == "descriptors":
        return " ".join(os.listdir("/proc/self/fd")).encode()
    return request * 2


def _die_once(marker: str) -> None:
    """Kill this process, but not a second time where there is a file to remember that."""
    if not marker or not Path(marker).exists():
        if marker:
            Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
