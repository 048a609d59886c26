"""What the tests share: the course, a warm grader, and submissions made on the fly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this project."""
    return load_course(DEFAULT_COURSE)


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """One warm grader for all tests: a submission leaves nothing behind for the next."""
    with Grader(DEFAULT_COURSE) as warm:
        yield warm


@pytest.fixture(scope="session")
def solution() -> Callable[[str], str]:
    """Return the source of a module's solution by the module's name."""
    return lambda name: (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def grade(grader: Grader) -> Callable[..., ScoreReport]:
    """Return a function that grades sources given as ``name=text``."""

    def run(*, seed: str = "public", **sources: str) -> ScoreReport:
        files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in sources.items())
        return grader.grade(Submission("test", files), seed, tuple(sources))

    return run
