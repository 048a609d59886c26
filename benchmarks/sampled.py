"""An examiner that notes, every few milliseconds of its processor time, what it does.

`inside.py` starts it in the place of the examiner. Each sample is one word in a file: the first
part in `_PARTS` of which a file is on the stack, from the innermost frame outwards.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from grader.sandbox.protocol import forking

_INTERVAL_S = 0.001  # the kernel may take longer
_PARTS = (
    ("calls", "/grader/sandbox/"),
    ("suites", "/grader/suites/"),
    ("suites", "/grader/testing/"),
    ("records", "/pytest_jsonreport/"),
    ("records", "/_pytest/"),
    ("rest", "/grader/examiner/"),
)


def main(file: str, *given: Any) -> None:
    """Serve examinations as `grader.examiner.main` does, and append samples to a file."""
    plain = forking.fork
    forking.fork = lambda body: plain(lambda: _sample(body, Path(file)))
    from grader.examiner.main import main as serve

    serve(*given)


def _sample(body: Callable[[], None], file: Path) -> None:
    samples: list[str] = []
    signal.signal(signal.SIGPROF, lambda _number, frame: samples.append(_find_part(frame)))
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL_S, _INTERVAL_S)
    try:
        body()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        with file.open("a", encoding="utf-8") as written:
            written.write("".join(f"{sample}\n" for sample in samples))


def _find_part(frame: FrameType | None) -> str:
    while frame is not None:
        for part, place in _PARTS:
            if place in frame.f_code.co_filename:
                return part
        frame = frame.f_back
    return "rest"
