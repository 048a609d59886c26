"""A cold `grade submit` beside a plain pytest process, and the start of a batch."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from classes import make_class
from common import COURSE, GRADE, ROOT, SUITES, Row, Size, pair, run

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "in_process", "-p", "no:cacheprovider"]
# Tracebacks would make failures slower.
PYTEST += ["--tb=no", "--no-summary"]
PYTEST += ["-p", "pytest_jsonreport.plugin", "-c", os.devnull, "--rootdir", str(COURSE.suites)]
PYTEST += ["--json-report", "--json-report-file", os.devnull]


def measure(size: Size) -> Iterator[Row]:
    """Yield wall-clock times of what a student waits for, and the start of graders."""
    pairs = 3 * size.pairs
    with tempfile.TemporaryDirectory() as folder:
        submit = [*GRADE, "submit", str(ROOT / "solutions"), "--report", f"{folder}/report.json"]
        one = COURSE.exercises[0].name
        for title, options, suites in (
            ("one exercise", ["--exercise", one], SUITES[:1]),
            ("all exercises", [], SUITES),
        ):
            yield _compare(title, [*submit, *options], [*PYTEST, *suites], pairs)
    yield _compare(
        "grade --help", [*GRADE, "--help"], [sys.executable, "-c", "import click"], pairs
    )
    yield from _starts(pairs)


def _compare(title: str, ours: list[str], other: list[str], pairs: int) -> Row:
    run(ours), run(other)  # warms the disk's cache and the .pyc files
    names = ("grade, s", "import click, s" if "--help" in ours else "pytest, s")
    return pair(title, lambda: run(ours).wall_s, lambda: run(other).wall_s, names, pairs)


def _starts(pairs: int) -> Iterator[Row]:
    """Yield the processor time of a batch that grades next to nothing, with one grader and two."""
    with tempfile.TemporaryDirectory() as scratch:
        make_class("stubs", Path(scratch, "class"), 2)
        batch = [*GRADE, "batch", f"{scratch}/class", "--exercise", "forward"]

        def start(jobs: int) -> float:
            with tempfile.TemporaryDirectory() as out:
                return run([*batch, "--output", out, "--jobs", str(jobs)]).cpu_s

        names = ("two graders, s", "one grader, s")
        yield pair("start of grade batch", lambda: start(2), lambda: start(1), names, pairs)
