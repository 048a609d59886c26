"""Collecting the suites of a course with pytest, once, before any student code arrives."""

from __future__ import annotations

import os
import traceback
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_jsonreport.plugin
from pytest_jsonreport.serialize import make_teststage

from grader.course.functions import find_owners
from grader.errors import CourseError
from grader.examiner.checks import CollectedCheck, describe_item, validate
from grader.records import PROVIDED_FOLDER, Course
from grader.sandbox.protocol.provided import make_importable
from grader.sandbox.student import Student
from grader.testing.draws import Draws

_OFFERED = {"student", "rng"}
# Everything of pytest that a suite does not use, and that would cost time or write files.
_WITHOUT = (
    "terminal cacheprovider faulthandler doctest junitxml pastebin stepwise logging warnings "
    "capture unraisableexception threadexception setuponly setupplan debugging nose "
    "recwarn tmpdir monkeypatch subtests skipping unittest"
).split()


@dataclass(frozen=True, slots=True)
class Suites:
    """The collected suites of a course.

    Parameters
    ----------
    session : pytest.Session
        The session that collected them; its hooks go on serving reports.
    items : list of pytest.Function
        The tests, in the course's order.
    checks : dict of str to CollectedCheck
        What each test checks, by node id, in the same order.
    owners : dict of str to dict of str to str
        Of each exercise that is several files, the module of each function.
    """

    course: Course
    session: pytest.Session
    items: list[pytest.Function]
    checks: dict[str, CollectedCheck]
    owners: dict[str, dict[str, str]]


def collect(course: Course) -> Suites:
    """Collect a course's suites.

    Raises
    ------
    CourseError
        If a suite cannot be collected, or its checks are not consistent.
    """
    # What pytest would pass over with a warning, the collector refuses.
    warnings.simplefilter("ignore", pytest.PytestCollectionWarning)
    make_importable(course.suites.parent / PROVIDED_FOLDER)
    collector = _Collector(course)
    pytest.main(_arguments(course), plugins=[pytest_jsonreport.plugin, collector])
    return collector.suites()


def collect_parameters(item: pytest.Function) -> dict[str, Any]:
    """Return the values of a parametrised test's own parameters."""
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec else {}


def call_check(item: pytest.Function, student: Student, draws: Draws) -> None:
    """Call a collected check, which raises where an answer is wrong."""
    offered = {"student": student, "rng": draws, **collect_parameters(item)}
    item.obj(**{name: offered[name] for name in item.fixturenames})


def _arguments(course: Course) -> list[str]:
    suites = [course.suites / e.name / f"test_{e.name}.py" for e in course.exercises]
    for suite in suites:
        if not suite.is_file():
            raise CourseError(
                f"the suite {suite} does not exist; write it, with at least one check"
            )
    return [
        *map(str, suites),
        "--noconftest",
        "--import-mode=importlib",
        "--assert=plain",
        "--strict-markers",
        "-c",
        os.devnull,
        f"--rootdir={course.suites}",
        "--json-report",
        "--json-report-file=none",
        *(f"-pno:{name}" for name in _WITHOUT),
        "--json-report-omit",
        *"collectors log streams warnings keywords traceback".split(),
    ]


class _Collector:
    """A pytest plugin that keeps what was collected and runs nothing."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._session: pytest.Session | None = None
        self._items: list[pytest.Item] = []
        self._errors: list[str] = []
        self._explained: set[str] = set()
        self._test_classes: dict[type, str] = {}

    def suites(self) -> Suites:
        """Return what was collected, in the course's order."""
        if self._errors or self._session is None:
            raise CourseError(self._errors[0] if self._errors else "pytest collected nothing")
        order = {exercise.name: place for place, exercise in enumerate(self._course.exercises)}
        found: dict[str, CollectedCheck] = {}
        items = [item for item in self._items if isinstance(item, pytest.Function)]
        for item in items:
            found[item.nodeid] = collected = describe_item(item)
            if collected.check.exercise not in order:
                raise CourseError(f"{item.nodeid} does not belong to an exercise of the course")
            _refuse_other_fixtures(item)
        _refuse_shared_names(items, found)
        self._refuse_holes(items, {collected.check.exercise for collected in found.values()})
        declared = [_declared_points(item) for item in items]
        validate(zip(found.values(), declared, strict=True), self._course.withheld)
        items.sort(key=lambda item: order[found[item.nodeid].check.exercise])
        checks = {item.nodeid: found[item.nodeid] for item in items}
        owners = {e.name: find_owners(self._course, e) for e in self._course.exercises}
        _refuse_unowned(checks.values(), owners, self._course)
        return Suites(self._course, self._session, items, checks, owners)

    def _refuse_holes(self, items: list[pytest.Function], exercises: set[str]) -> None:
        collected = {item.cls for item in items}
        for cls, where in self._test_classes.items():
            if cls not in collected:
                raise CourseError(
                    f"no check of {where} was collected; a class of checks is named Test..., has "
                    "methods named test_..., and no __init__ or __new__"
                )
        for exercise in self._course.exercises:
            if exercise.name not in exercises:
                raise CourseError(f"the suite of {exercise.name} has no check")

    # pytest's hooks

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Declare what pytest's terminal plugin would, which is not loaded."""
        group = parser.getgroup("examiner")
        group.addoption("--tb", dest="tbstyle", default="no")
        group.addoption("--verbose", dest="verbose", type=int, default=0)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers of `grader.testing.checks`."""
        config.addinivalue_line(
            "markers", "function(signature, points, slips, whole, calls): checks of a function"
        )
        config.addinivalue_line(
            "markers",
            "check(points, visible, kind, essential, call_s, cpu_s, replay, fixed): one check",
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why something could not be collected: a course with a hole grades nothing."""
        if report.failed and report.nodeid not in self._explained:
            self._errors.append(f"{report.nodeid}: {report.longreprtext.splitlines()[-1]}")

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]
    ) -> None:
        """Keep the line of a suite from which it cannot be imported."""
        if call.excinfo is not None:
            # pytest wraps what an import raises.
            error = call.excinfo.value.__cause__ or call.excinfo.value
            self._explained.add(node.nodeid)
            self._errors.append(f"{node.nodeid}{_word_error(error, str(node.path))}")

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, obj: object) -> None:
        """Keep the classes that are to be collected: pytest silently passes over some."""
        marks = getattr(obj, "pytestmark", ())
        if isinstance(obj, type) and any(mark.name == "function" for mark in marks):
            self._test_classes[obj] = f"{collector.nodeid}::{obj.__name__}"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the collected tests."""
        self._items = list(items)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run nothing: each submission is examined in a fork of its own."""
        self._session = session
        return True

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Name outcomes, which pytest leaves to its terminal plugin."""
        return report.outcome, "", ""

    def pytest_json_runtest_stage(self, report: pytest.TestReport) -> dict[str, Any]:
        """Serialise a stage as pytest-json-report does; its plugin goes with its session."""
        stage: dict[str, Any] = make_teststage(report, None, None, None, omit_traceback=True)
        return stage

    @pytest.fixture
    def student(self) -> None:
        """Stand for the student's module; an examination puts the proxy in its place."""

    @pytest.fixture
    def rng(self) -> None:
        """Stand for a generator whose draws depend on the seed and on the check alone."""


def _word_error(error: BaseException, path: str) -> str:
    """Return the line of a suite that cannot be imported, and the exception, to follow its name."""
    reason = str(error)
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == path]
    if isinstance(error, SyntaxError) and error.filename == path:
        lines, reason = [error.lineno or 1], error.msg
    place = f", line {lines[-1]}" if lines else ""
    return f"{place}: {type(error).__name__}: {reason}"


def _declared_points(item: pytest.Function) -> float:
    mark = item.get_closest_marker("function")
    assert mark is not None
    points: float = mark.kwargs["points"]
    return points


def _refuse_unowned(
    checks: Iterable[CollectedCheck], owners: Mapping[str, Mapping[str, str]], course: Course
) -> None:
    """Refuse a function that no stub of an exercise of several files has."""
    for collected in checks:
        check, exercise = collected.check, course.exercise(collected.check.exercise)
        known = exercise.is_one_file or check.function in owners[exercise.name]
        if not known and not check.whole:
            files = " or ".join(exercise.file_names)
            raise CourseError(
                f"the suite of {check.exercise} asks for {check.function}, which is in no stub: "
                f"write it in {files}"
            )


def _refuse_shared_names(items: list[pytest.Function], found: dict[str, CollectedCheck]) -> None:
    """Refuse a whole whose name a function has, or another whole."""
    classes: dict[tuple[str, str], type | None] = {}
    wholes = {(c.check.exercise, c.check.function) for c in found.values() if c.check.whole}
    for item in items:
        check = found[item.nodeid].check
        key = check.exercise, check.function
        if classes.setdefault(key, item.cls) is not item.cls and key in wholes:
            raise CourseError(
                f"two classes of the suite of {check.exercise} are called {check.function}; give "
                'a whole a name of its own: @whole("...", points=..., name="...")'
            )


def _refuse_other_fixtures(item: pytest.Function) -> None:
    others = set(item.fixturenames) - _OFFERED - set(collect_parameters(item))
    if others:
        raise CourseError(
            f"{item.nodeid} asks for {', '.join(sorted(others))}; a check can ask for `student` "
            "and `rng`, and nothing is set up for it"
        )
