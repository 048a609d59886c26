"""A limit of time for one statement, kept without timers and threads, which are refused."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

_BUSY = 4  # seconds on the clock, for each that code may compute
_BETWEEN_S = 0.01  # the clock of the process is slower to read than the other


class StatementTooLong(BaseException):
    """A statement passed its share of the time for loading."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `StatementTooLong` in code that computes longer, or waits much longer.

    It looks at the time at every line, so a single long call of compiled code goes on to
    its end; the trusted side limits the whole load.

    Parameters
    ----------
    seconds : float
        Processor time that the code in the ``with`` block may use.
    """
    began = time.monotonic()
    end, next_look = time.process_time() + seconds, began + seconds

    def look(_frame: FrameType, _event: str, _value: Any) -> Any:
        nonlocal next_look
        now = time.monotonic()
        if now > next_look:
            next_look = now + _BETWEEN_S
            if time.process_time() > end or now > began + _BUSY * seconds:
                raise StatementTooLong
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
