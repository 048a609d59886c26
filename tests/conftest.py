"""What the tests share: the course, a warm grader, and submissions made on the fly."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from support.courses import write_unnamed_course
from support.golden import OPTION, Goldens
from support.here import close_warm, find_warm, grade_here
from support.requirements import missing
from support.shared import share_folder

from grader.cli.options import count_cores
from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission

ROOT = Path(__file__).resolve().parents[1]

# Suites of courses, for the examiner and not for this run of pytest.
collect_ignore = ["courses"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites golden files."""
    parser.addoption(OPTION, action="store_true", help="Rewrite the golden files of the tests.")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to start without the tests' packages; register markers; let Ctrl-C through."""
    # While tests are collected there is little garbage, and a third of the time would be lost.
    gc.disable()
    if packages := missing(metadata.requires("backprop-grader") or (), "test"):
        raise pytest.UsageError(
            f"the tests need {', '.join(packages)}; install with pip install -e '.[test]'"
        )
    _load_hypothesis()
    # As in an environment that was activated: messages suggest `grade` where a shell finds it.
    programs = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    # Started in the background, tests and what they start would inherit that it is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("function", "check"):
        config.addinivalue_line("markers", f"{name}: see grader.testing.checks")


def pytest_collection_finish() -> None:
    """Collect garbage again, of what comes now."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Start one more than there are cores, since some tests wait for limits and clocks."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else count_cores() + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker consecutive tests, so that what a file shares is made once."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getvalue("dist") == "load" else None


def _load_hypothesis() -> None:
    from hypothesis import HealthCheck, settings

    # The machine is shared with other tests, so no example is too slow. Each run has others.
    quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("quick", quick)
    settings.register_profile("long", quick, max_examples=20_000, print_blob=True)
    settings.load_profile("quick")  # before the plugin reads --hypothesis-profile


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Goldens:
    """The golden files, which ``--rewrite-goldens`` rewrites."""
    return Goldens(rewrite=pytestconfig.getoption(OPTION))


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this project."""
    return load_course(DEFAULT_COURSE)


@pytest.fixture(scope="session", autouse=True)
def _close_warm() -> Iterator[None]:
    yield
    close_warm()


@pytest.fixture(scope="session")
def grader(course: Course) -> Grader:
    """One warm grader for all tests, and for commands that are run here."""
    return find_warm(course)


@pytest.fixture(scope="session")
def solution() -> Callable[[str], str]:
    """Return the source of a module's solution by the module's name."""
    return lambda name: (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def grade(grader: Grader) -> Callable[..., ScoreReport]:
    """Return a function that grades sources given as ``name=text``."""
    return partial(_grade, grader)


@pytest.fixture(scope="session")
def grade_unnamed(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ScoreReport]:
    """Return the same without the misconceptions."""
    course = write_unnamed_course(tmp_path_factory.mktemp("unnamed"))
    return partial(_grade, find_warm(load_course(course)))


def _grade(grader: Grader, *, seed: str = "public", **sources: str) -> ScoreReport:
    files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in sources.items())
    return grader.grade(Submission("test", files), seed, tuple(sources))


@pytest.fixture(scope="session")
def kit_of_week1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit of the first homework, written by the command, which no test may change."""
    return _share_kit(tmp_path_factory, "kit-of-week1", "--homework", "week1")


@pytest.fixture(scope="session")
def kit_of_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit of this project's course, written by the command, which no test may change."""
    return _share_kit(tmp_path_factory, "kit-of-course")


def _share_kit(factory: pytest.TempPathFactory, name: str, *options: str) -> Path:
    def make(folder: Path) -> None:
        done = grade_here("release", folder / "kit", *options)
        assert done.returncode == 0, done.stderr

    return share_folder(factory, name, make) / "kit"


@pytest.fixture(scope="session")
def impatient_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same course with short limits, for code that hangs."""
    folder = tmp_path_factory.mktemp("impatient")
    manifest = DEFAULT_COURSE.read_text(encoding="utf-8")
    limits = {"call_cpu_s": 0.5, "call_s": 1.0, "load_cpu_s": 2.0, "load_s": 2.0, "function_s": 1.5}
    for name, seconds in limits.items():
        manifest = re.sub(rf"{name} = [\d.]+", f"{name} = {seconds}", manifest)
    (folder / "course.toml").write_text(manifest, encoding="utf-8")
    (folder / "suites").symlink_to(ROOT / "grader" / "suites")
    return load_course(folder / "course.toml")


@pytest.fixture(scope="session")
def impatient_grader(impatient_course: Course) -> Iterator[Grader]:
    """A warm grader with short limits."""
    with Grader(impatient_course) as warm:
        yield warm


@pytest.fixture(scope="session")
def open_grader(course: Course) -> Grader:
    """A warm grader without a sandbox."""
    return find_warm(course, "process")
