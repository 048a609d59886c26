"""`grade watch`, from a save to the printed result, in a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from classes import append, make_class
from common import COURSE, ENVIRONMENT, GRADE, Row, Size

from grader.testing.catalogue import load_catalogue, source_of

# The line above each result has the time of day.
_RESULT = re.compile(rb"\d\d:\d\d:\d\d")
_WAIT_S = 60.0


def measure(size: Size) -> Iterator[Row]:
    """Yield seconds for saves that change one function."""
    for title, exercise, kind in (
        ("a function, right", "activations", "variants"),
        ("a function, with a mistake", "activations", "misconceptions"),
        ("a function that trains, right", "training", "variants"),
    ):
        wanted = "train" if exercise == "training" else "leaky_relu"
        entries = load_catalogue(COURSE.suites, exercise, kind)
        changed = source_of([next(entry for entry in entries if entry.function == wanted)])
        yield Row(title, {"save to result, s": _watch(exercise, changed, 3 * size.pairs)})


def _watch(exercise: str, changed: str, saves: int) -> list[float]:
    with tempfile.TemporaryDirectory() as scratch:
        (own,) = make_class("right", Path(scratch, "class"), 1)
        file = own / f"{exercise}.py"
        before = file.read_text(encoding="utf-8")
        append(file, changed)
        texts = (file.read_text(encoding="utf-8"), before)
        file.write_text(before, encoding="utf-8")
        screen, theirs = pty.openpty()
        command = [*GRADE, "watch", str(own)]
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        try:
            _read_until_quiet(screen)
            return [_save(file, texts[number % 2], screen) for number in range(saves)]
        finally:
            process.terminate()
            process.wait()
            os.close(screen)


def _save(file: Path, text: str, screen: int) -> float:
    # Where a file is replaced at once there is one event, and no half a file.
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    new.rename(file)
    printed = b""
    while not _RESULT.search(printed):
        if not select.select([screen], [], [], _WAIT_S)[0]:
            raise SystemExit(f"grade watch shows no result: {printed.decode()[-500:]}")
        printed += os.read(screen, 65536)
    took = time.perf_counter() - began
    _read_until_quiet(screen, 0.3)
    return took


def _read_until_quiet(screen: int, quiet_s: float = 2.0) -> None:
    """Read what is printed, until there is something and nothing follows."""
    wait_s = _WAIT_S if quiet_s > 1 else quiet_s
    while select.select([screen], [], [], wait_s)[0]:
        os.read(screen, 65536)
        wait_s = quiet_s
