"""The pytest plugin of the examiner: what is collected, and the record of what was seen.

pytest collects the suites once. For each submission a forked copy of the session runs
the collected checks, and pytest-json-report writes down what happened.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest

from grader.errors import CourseError
from grader.examiner.examination import Examination, collect_parameters
from grader.records import Course
from grader.sandbox.student import Student, source_of
from grader.testing.catalogue import Entry, load_catalogue
from grader.testing.checks import CollectedCheck, describe_item, validate

_OFFERED = {"student", "rng"}


class ExaminerPlugin:
    """Hooks and fixtures of the examiner.

    Parameters
    ----------
    course : Course
        Whose suites are collected.
    serve : callable
        Called once with this plugin, when the suites are collected.
    """

    def __init__(self, course: Course, serve: Callable[[ExaminerPlugin], None]) -> None:
        self._course = course
        self._serve = serve
        self._session: pytest.Session | None = None
        self._examination: Examination | None = None
        self._report: dict[str, Any] = {}
        self._catalogues: dict[str, tuple[Entry, ...]] = {}
        self._test_classes: dict[type, str] = {}
        self.broken: list[str] = []
        self.checks: dict[str, CollectedCheck] = {}

    # Collection

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Declare what pytest's terminal plugin would, which is not loaded."""
        group = parser.getgroup("examiner")
        group.addoption("--tb", dest="tbstyle", default="no")
        group.addoption("--verbose", dest="verbose", type=int, default=0)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers of `grader.testing.checks`."""
        config.addinivalue_line("markers", "function(signature, points): checks of a function")
        config.addinivalue_line(
            "markers", "check(points, visible, kind, call_s, replay): one check"
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember what could not be collected: a course with a hole grades nobody."""
        if report.failed:
            self.broken.append(f"{report.nodeid}: {report.longreprtext.splitlines()[-1]}")

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, obj: object) -> None:
        """Remember the classes that are to be collected: pytest passes over some in silence."""
        marks = getattr(obj, "pytestmark", ())
        if isinstance(obj, type) and any(mark.name == "function" for mark in marks):
            self._test_classes[obj] = f"{collector.nodeid}::{obj.__name__}"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the checks off the collected tests, in the course's order."""
        order = {exercise.name: place for place, exercise in enumerate(self._course.exercises)}
        found: dict[str, CollectedCheck] = {}
        declared = []
        try:
            for item in items:
                found[item.nodeid] = collected = describe_item(item)
                if collected.check.exercise not in order:
                    raise CourseError(f"{item.nodeid} belongs to no exercise of the course")
                points = item.get_closest_marker("function")
                assert points is not None
                declared.append(points.kwargs["points"])
                _refuse_other_fixtures(item)
            self._refuse_holes(items, {collected.check.exercise for collected in found.values()})
            validate(zip(found.values(), declared, strict=True), self._course.withheld)
        except CourseError as error:
            self.broken.append(str(error))
            return
        items.sort(key=lambda item: order[found[item.nodeid].check.exercise])
        self.checks = {item.nodeid: found[item.nodeid] for item in items}

    def _refuse_holes(self, items: list[pytest.Item], exercises: set[str]) -> None:
        collected = {item.cls for item in items if isinstance(item, pytest.Function)}
        for cls, where in self._test_classes.items():
            if cls not in collected:
                raise CourseError(
                    f"no check of {where} was collected; a class of checks is named Test..., has "
                    "methods named test_..., and no __init__ or __new__"
                )
        for exercise in self._course.exercises:
            if exercise.name not in exercises:
                raise CourseError(f"the suite of {exercise.name} has no check")

    # Running

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve submissions instead of running the tests once."""
        self._session = session
        self._serve(self)
        return True

    def examine(
        self, students: dict[str, Student], seed: str, begin: Callable[[str], None]
    ) -> dict[str, Any]:
        """Run the collected checks against one submission.

        Parameters
        ----------
        students : dict of str to Student
            The proxy of each exercise that is run.
        seed : str
            What the inputs are drawn from.
        begin : callable
            Told each exercise's name when it begins.

        Returns
        -------
        dict
            The report of pytest-json-report.
        """
        assert self._session is not None
        self._examination = Examination(students, seed, self.checks, self._misconceptions)
        self._examination.run(self._session, begin)
        return self._report

    def warm_up(self) -> None:
        """Load what a failing check needs, once, so that every later fork inherits it."""
        if self._catalogues:
            return
        for exercise in self._course.exercises:
            self._misconceptions(exercise.name)
        assert self._session is not None
        modules = {item.getparent(pytest.Module) for item in self._session.items}
        for suite in [module.obj for module in modules if module is not None]:
            for value in vars(suite).values():
                if _may_be_given(value) and value.__module__ == suite.__name__:
                    source_of(value)

    @pytest.fixture
    def student(self) -> None:
        """Stand for the student's module; an examination puts the proxy in its place."""

    @pytest.fixture
    def rng(self) -> None:
        """Stand for a generator whose draws depend on the seed and on the check alone."""

    # The record

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Name outcomes, which pytest leaves to its terminal plugin."""
        if report.when == "call" or report.outcome != "passed":
            return report.outcome, "", ""
        return "", "", ""

    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Add diagnoses, which need all checks of a function, and keep the report."""
        try:
            assert self._examination is not None
            named = self._examination.diagnose()
        except Exception:  # noqa: BLE001 - made on a stranger's values; without it the score stands
            named = {}
        for entry in json_report.get("tests", ()):
            metadata = entry.get("metadata")
            if not metadata:
                continue
            misconception = named.get(self.checks[entry["nodeid"]].check.id)
            if misconception is not None:
                metadata["diagnosis"] = misconception.id
                metadata["hint"] = misconception.hint
        self._report = json_report

    def _misconceptions(self, exercise: str) -> tuple[Entry, ...]:
        if exercise not in self._catalogues:
            suites = self._course.suites
            self._catalogues[exercise] = load_catalogue(suites, exercise, "misconceptions")
        return self._catalogues[exercise]


def _may_be_given(value: object) -> bool:
    """Return whether a suite may send the source of this through the window."""
    if isinstance(value, type):
        return not value.__name__.startswith("Test")
    return isinstance(value, types.FunctionType)


def _refuse_other_fixtures(item: pytest.Item) -> None:
    assert isinstance(item, pytest.Function)
    others = set(item.fixturenames) - _OFFERED - set(collect_parameters(item))
    if others:
        raise CourseError(
            f"{item.nodeid} asks for {', '.join(sorted(others))}; a check is given `student` "
            "and `rng`, and nothing is set up for it"
        )
