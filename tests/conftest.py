"""What the tests share: the course, a warm grader, and submissions made on the fly."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission

ROOT = Path(__file__).resolve().parents[1]

# Suites of courses, for the examiner and not for this run of pytest.
collect_ignore = ["courses"]

# The machine is shared with other tests, so no example is too slow.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "long", settings.get_profile("quick"), max_examples=20_000, print_blob=True
)
settings.load_profile("quick")


def pytest_configure(config: pytest.Config) -> None:
    """Know the markers of the suites, which some tests import, and let Ctrl-C through."""
    # Started in the background, tests and what they start would inherit that it is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("function", "check"):
        config.addinivalue_line("markers", f"{name}: see grader.testing.checks")


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


@pytest.fixture(scope="session")
def impatient_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of the same course with short limits, for code that hangs."""
    folder = tmp_path_factory.mktemp("impatient")
    manifest = DEFAULT_COURSE.read_text(encoding="utf-8")
    for name, seconds in (("call_s", 1.0), ("load_s", 2.0), ("function_s", 1.5)):
        manifest = re.sub(rf"{name} = [\d.]+", f"{name} = {seconds}", manifest)
    (folder / "course.toml").write_text(manifest, encoding="utf-8")
    (folder / "suites").symlink_to(ROOT / "grader" / "suites")
    return folder / "course.toml"


@pytest.fixture(scope="session")
def impatient_grader(impatient_course: Path) -> Iterator[Grader]:
    """A warm grader with short limits."""
    with Grader(impatient_course) as warm:
        yield warm


@pytest.fixture(scope="session")
def open_grader() -> Iterator[Grader]:
    """A grader without a sandbox."""
    with Grader(DEFAULT_COURSE, "process") as warm:
        yield warm
