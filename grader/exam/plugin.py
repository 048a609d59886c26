"""The pytest plugin of the examiner: fixtures, the run of one submission, its record.

pytest collects the suites once. For each submission a forked copy of the session runs
the collected items and lets pytest-json-report write down what happened; that report,
with what this plugin adds to each test, is the raw record from which scores are read.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
from _pytest.outcomes import Failed  # the class behind pytest.fail.Exception, for mypy

from grader.errors import CourseError
from grader.exam.catalogue import Entry, load_catalogue
from grader.exam.checks import CollectedCheck, describe_item, validate
from grader.exam.diagnosis import Seen, diagnose
from grader.exam.draws import Draws, derive_seed
from grader.exam.expect import CheckFailed
from grader.exam.findings import Finding, find
from grader.plaintext import clean_line
from grader.records import Course
from grader.sandbox.student import Student, StudentTrouble

_MAX_KEPT = 512 * 1024  # bytes of one answer
_CHECK = pytest.StashKey[CollectedCheck]()


class _Settled(Failed):
    """A check that did not pass, already put into words.

    pytest formats a traceback for every failure; that costs many times what the test
    does, and none of it may reach a student.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.outcome, pytrace=False)
        self.finding = finding


class Examination:
    """The submission that is being examined: one proxy an exercise, and the seed.

    Parameters
    ----------
    students : mapping of str to Student
        By exercise; only these exercises are run.
    secret, submission_id : str
        What the inputs are drawn from.
    """

    def __init__(self, students: dict[str, Student], secret: str, submission_id: str) -> None:
        self.students = students
        self._secret = secret
        self._submission_id = submission_id

    def draws(self, check_id: str) -> Draws:
        """Return the generator of one check's inputs."""
        return Draws(derive_seed(self._secret, self._submission_id, check_id))


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
        self._seen: dict[str, Seen] = {}
        self._catalogues: dict[str, tuple[Entry, ...]] = {}
        self.broken: list[str] = []
        self.checks: dict[str, CollectedCheck] = {}

    # Collection

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Declare what pytest's terminal plugin would, which is not loaded."""
        group = parser.getgroup("examiner")
        group.addoption("--tb", dest="tbstyle", default="no")
        group.addoption("--verbose", dest="verbose", type=int, default=0)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the markers of `grader.exam.checks`."""
        config.addinivalue_line("markers", "function(signature, points): checks of a function")
        config.addinivalue_line("markers", "check(points, visible, kind, call_s): one check")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember what could not be collected: a course with a hole grades nobody."""
        if report.failed:
            self.broken.append(f"{report.nodeid}: {report.longreprtext.splitlines()[-1]}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the checks off the collected tests, in the course's order."""
        order = {exercise.name: place for place, exercise in enumerate(self._course.exercises)}
        described = []
        try:
            for item in items:
                item.stash[_CHECK] = collected = describe_item(item)
                if collected.check.exercise not in order:
                    raise CourseError(f"{item.nodeid} belongs to no exercise of the course")
                points = item.get_closest_marker("function")
                assert points is not None
                described.append((collected, points.kwargs["points"]))
            validate(described, self._course.withheld)
        except CourseError as error:
            self.broken.append(str(error))
            return
        items.sort(key=lambda item: order[item.stash[_CHECK].check.exercise])
        self.checks = {i.nodeid: i.stash[_CHECK] for i in items}

    # Running

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve submissions instead of running the tests once."""
        self._session = session
        self._serve(self)
        return True

    def examine(self, examination: Examination) -> dict[str, Any]:
        """Run the collected checks against one submission.

        Parameters
        ----------
        examination : Examination
            Whose exercises are run.

        Returns
        -------
        dict
            The report of pytest-json-report.
        """
        assert self._session is not None
        session = self._session
        self._examination = examination
        items = [i for i in session.items if i.stash[_CHECK].check.exercise in examination.students]
        session.testscollected = len(items)
        for item, following in zip(items, [*items[1:], None], strict=True):
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        session.config.hook.pytest_sessionfinish(session=session, exitstatus=0)
        return self._report

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """Provide the student's module for the exercise that this test belongs to."""
        assert self._examination is not None
        collected = request.node.stash[_CHECK]
        student = self._examination.students[collected.check.exercise]
        signature = collected.signature
        student.begin(signature.name, signature.parameters, collected.call_s)
        return student

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> Draws:
        """Provide a generator whose draws depend on the seed and on this check alone."""
        assert self._examination is not None
        return self._examination.draws(request.node.stash[_CHECK].check.id)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Turn what a check raised into a finding before pytest formats it."""
        finding = None
        try:
            yield
        except (CheckFailed, StudentTrouble) as trouble:
            finding = self._find(trouble, item)
            raise _Settled(finding) from None
        except Exception as error:  # noqa: BLE001 - a fault of ours must cost nobody silently
            raise _Settled(_grader_fault(error)) from None
        finally:
            self._remember(item, finding)

    def _remember(self, item: pytest.Item, finding: Finding | None) -> None:
        student = getattr(item, "funcargs", {}).get("student")
        if student is not None:
            check_id = item.stash[_CHECK].check.id
            # What is large is not kept: it would be, for every call, until the end.
            large = any(call.size > _MAX_KEPT for call in student.calls)
            calls = () if large else tuple(student.calls)
            self._seen[item.nodeid] = Seen(check_id, calls, finding)

    def _find(self, trouble: CheckFailed | StudentTrouble, item: pytest.Item) -> Finding:
        arguments: dict[str, Any] = getattr(item, "funcargs", {})
        draws = arguments.get("rng") or Draws(0)
        student = arguments.get("student")
        call = student.last if student else None
        names = frozenset(collected.signature.name for collected in self.checks.values())
        return find(trouble, item.stash[_CHECK], call, draws, names)

    # The record

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Name outcomes, which pytest leaves to its terminal plugin."""
        if report.when == "call" or report.outcome != "passed":
            return report.outcome, "", ""
        return "", "", ""

    def pytest_json_runtest_metadata(self, call: pytest.CallInfo[None]) -> dict[str, Any]:
        """Add the finding to the test's entry in the JSON report."""
        if call.when == "call" and call.excinfo is not None:
            value = call.excinfo.value
            finding = value.finding if isinstance(value, _Settled) else _grader_fault(value)
            return {
                "outcome": finding.outcome,
                "message": finding.message,
                "detail": finding.detail,
                "repeat": finding.repeat,
                "hint": finding.hint,
                "diagnosis": finding.diagnosis,
            }
        return {}

    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Add diagnoses, which need all checks of a function, and keep the report."""
        try:
            named = self._diagnose()
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

    def _diagnose(self) -> dict[str, Entry]:
        by_function: dict[tuple[str, str], list[str]] = {}
        for node in self._seen:
            check = self.checks[node].check
            by_function.setdefault((check.exercise, check.function), []).append(node)
        named: dict[str, Entry] = {}
        for (exercise, function), nodes in by_function.items():
            seen = [self._seen[node] for node in nodes]
            if any(one.finding is not None for one in seen):
                entries = self._misconceptions(exercise)
                named.update(diagnose(seen, [e for e in entries if e.function == function]))
        return named

    def _misconceptions(self, exercise: str) -> tuple[Entry, ...]:
        if exercise not in self._catalogues:
            suites = self._course.suites
            self._catalogues[exercise] = load_catalogue(suites, exercise, "misconceptions")
        return self._catalogues[exercise]


def _grader_fault(error: BaseException) -> Finding:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
    text = clean_line(f"{type(error).__name__}: {error}")
    return Finding(
        "error",
        "The grader could not judge this answer; that is a fault of the grader, please report it.",
        f"Fault   {text} at {place}",
        diagnosis="grader_fault",
    )
