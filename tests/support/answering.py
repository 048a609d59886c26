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
    if what == "exit":
        os._exit(0)
    if what == "abort":
        os.abort()
    if what == "raise":
        raise ValueError(what)
    if what == "sleep" or " slow" in what:
        _take_time(*what.replace("sleep", "60").split())
        return request
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


def _take_time(seconds: str, _: str = "", marker: str = "") -> None:
    """Wait; where there is a marker, touch it at the end, and another file at the beginning."""
    if marker:
        Path(marker).with_suffix(".begun").touch()
    time.sleep(float(seconds))
    if marker:
        Path(marker).touch()
