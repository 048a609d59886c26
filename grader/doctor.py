"""Whether this machine can grade: its packages looked up, and a real submission tried."""

from __future__ import annotations

import platform
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from grader.engine import Grader
from grader.errors import ExaminerError
from grader.records import ExerciseScore, Isolation, SourceFile, Submission, Wanted
from grader.sandbox.machine import Piece

_DISTRIBUTION = "backprop-grader"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)\s*(?:>=\s*(?P<least>[\d.]+))?")
_HARMLESS = b"def nothing():\n    return 0\n"
_CURIOUS = b"import os\nos.listdir(os.sep)\n"

Verdict = Literal["sandbox", "process", "none"]


@dataclass(frozen=True, slots=True)
class Trial:
    """What happened when a submission of two lines was graded.

    Parameters
    ----------
    isolation : Isolation
        What it was graded in.
    first_s, next_s : float
        Seconds for the first submission, with all that is started for it, and for the
        next one.
    walls_hold : bool or None
        Whether a submission that looked for the machine's files found none; None where
        there are no walls.
    why_no_sandbox : str
        Why there is no sandbox, or an empty string.
    """

    isolation: Isolation
    first_s: float
    next_s: float
    walls_hold: bool | None
    why_no_sandbox: str

    @property
    def verdict(self) -> Verdict:
        """Return how this machine can grade."""
        return "sandbox" if self.walls_hold else "process"


def inspect_packages() -> list[Piece]:
    """Look up Python and every package that grading needs, without importing one."""
    found = f"{platform.python_version()} in {sys.prefix}"
    return [Piece("Python", "packages", "ok", found), *_packages()]


def _packages() -> Iterator[Piece]:
    try:
        requirements = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        remedy = "pip install -e . in its folder"
        yield Piece(_DISTRIBUTION, "packages", "weak", "here, but not installed", remedy)
        return
    for requirement in requirements:
        demand, _, marker = requirement.partition(";")
        if "extra" in marker or ("linux" in marker and sys.platform != "linux"):
            continue
        matched = _REQUIREMENT.match(demand)
        assert matched is not None
        yield _package(matched["name"], matched["least"] or "0")


def _package(name: str, least: str) -> Piece:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Piece(name, "packages", "missing", "not installed", f"pip install {name}")
    if _numbers(version) < _numbers(least):
        remedy = f"pip install --upgrade '{name}>={least}'"
        return Piece(name, "packages", "missing", f"{version} is too old", remedy)
    return Piece(name, "packages", "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def try_grading(manifest: Path, wanted: Wanted = "auto") -> Trial:
    """Grade submissions of two lines each, as ``grade submit`` would.

    Parameters
    ----------
    manifest : Path
        The course's ``course.toml``.
    wanted : {"auto", "sandbox", "process"}
        As for `grader.engine.Grader`.

    Raises
    ------
    GraderError
        If it cannot be done here.
    """
    began = time.perf_counter()
    with Grader(manifest, wanted) as grader:
        exercise, isolation = _grade(grader, _HARMLESS)
        first_s = time.perf_counter() - began
        if exercise.status != "graded":
            raise ExaminerError(f"a harmless submission could not be loaded: {exercise.message}")
        began = time.perf_counter()
        curious, _ = _grade(grader, _CURIOUS)
        next_s = time.perf_counter() - began
        refused = "PermissionError" in curious.message
        walls_hold = refused if isolation.level == "sandbox" else None
        return Trial(isolation, first_s, next_s, walls_hold, grader.why_no_sandbox)


def _grade(grader: Grader, source: bytes) -> tuple[ExerciseScore, Isolation]:
    first = grader.course.exercises[0]
    submission = Submission("doctor", (SourceFile(first.file_name, source),))
    report = grader.grade(submission, exercises=(first.name,))
    return report.exercises[0], report.isolation
