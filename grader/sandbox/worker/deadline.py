"""A limit of time for one statement, kept without timers and threads, which are refused."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any


class StatementTooLong(BaseException):
    """A statement passed its share of the time for loading."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `StatementTooLong` in code that runs longer.

    It looks at the clock at every line, so a single long call of compiled code goes on to
    its end; the trusted side limits the whole load.

    Parameters
    ----------
    seconds : float
        How long the code in the ``with`` block may run.
    """
    end = time.monotonic() + seconds

    def look(_frame: FrameType, _event: str, _value: Any) -> Any:
        if time.monotonic() > end:
            raise StatementTooLong
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
