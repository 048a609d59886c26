"""Find out whether this machine can grade: inspect its packages, and grade a submission."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from packaging.requirements import Requirement

from grader.course.listed import distribution_of, further
from grader.engine import Grader
from grader.errors import ExaminerError
from grader.records import Course, Isolation, IsolationOption, ModuleState, SourceFile, Submission
from grader.sandbox.machine import Piece
from grader.sandbox.packages import (
    DISTRIBUTION,
    find_missing,
    find_problem,
    install_line,
    list_requirements,
)

_HARMLESS = b"def nothing():\n    return 0\n"
_CURIOUS = b"import os\nos.listdir(os.sep)\n"

Verdict = Literal["sandbox", "process", "none"]


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of grading submissions of two lines.

    Parameters
    ----------
    first_s, next_s : float
        Seconds for the first submission, with the start of all processes, and for the
        next one.
    restricted : bool or None
        Whether the sandbox refused a submission that listed the machine's files; None
        without a sandbox.
    why_no_sandbox : str
        Why there is no sandbox, or an empty string.
    """

    isolation: Isolation
    first_s: float
    next_s: float
    restricted: bool | None
    why_no_sandbox: str

    @property
    def verdict(self) -> Verdict:
        """Return how this machine can grade."""
        return "sandbox" if self.restricted else "process"


def inspect_packages(course: Course) -> Iterator[Piece]:
    """Inspect Python and every package that grading and a course need, without importing one."""
    yield Piece("Python", "packages", "ok", f"{platform.python_version()} in {sys.prefix}")
    try:
        requirements = list_requirements()
    except metadata.PackageNotFoundError:
        remedy = "run `pip install -e .` in its folder"
        yield Piece(DISTRIBUTION, "packages", "weak", "not installed, only present", remedy)
        requirements = []
    yield from map(_package, requirements)
    missing = find_missing(course.packages)
    for name in further(course.packages):
        yield _listed(name, is_missing=name in missing)


def _listed(name: str, *, is_missing: bool) -> Piece:
    distribution = distribution_of(name)
    if is_missing:
        remedy = f"pip install {distribution}"
        return Piece(name, "packages", "missing", "not installed, and the course needs it", remedy)
    try:
        found = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        found = "installed"
    return Piece(name, "packages", "ok", f"{found}, for the course")


def _package(requirement: Requirement) -> Piece:
    if problem := find_problem(requirement):
        remedy = install_line(requirement)
        return Piece(requirement.name, "packages", "missing", problem, remedy)
    return Piece(requirement.name, "packages", "ok", metadata.version(requirement.name))


def try_grading(course: Course, wanted: IsolationOption = "auto") -> Trial:
    """Grade submissions of two lines each, as ``grade submit`` would.

    Parameters
    ----------
    course : Course
        The course whose limits and first exercise are used.

    Raises
    ------
    GraderError
        If this machine cannot grade.
    """
    began = time.perf_counter()
    with Grader(course, wanted) as grader:
        module, isolation = _grade(grader, _HARMLESS)
        first_s = round(time.perf_counter() - began, 3)
        if module.status != "graded":
            raise ExaminerError(f"a harmless submission could not be loaded: {module.message}")
        began = time.perf_counter()
        curious, _ = _grade(grader, _CURIOUS)
        next_s = round(time.perf_counter() - began, 3)
        refused = "PermissionError" in " ".join((curious.message, *curious.notes))
        restricted = refused if isolation.level == "sandbox" else None
        return Trial(isolation, first_s, next_s, restricted, grader.why_no_sandbox)


def _grade(grader: Grader, source: bytes) -> tuple[ModuleState, Isolation]:
    first = grader.course.exercises[0]
    submission = Submission("doctor", (SourceFile(first.file_name, source),))
    report = grader.grade(submission, exercises=(first.name,))
    return report.exercises[0].module, report.isolation
