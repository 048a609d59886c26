"""The examination of one submission: every collected check is run once, and recorded.

pytest collects the suites; this runs what it collected. pytest's own run of a test sets
up fixtures, calls dozens of hooks and formats a traceback for every failure, which takes
longer than most checks. Here a test is called, what it raised becomes an outcome, and
pytest-json-report writes the record from which the outcomes are read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from pytest_jsonreport.plugin import JSONReport

from grader.errors import GraderError
from grader.examiner.checks import CollectedCheck
from grader.examiner.collection import Suites, collect_parameters
from grader.examiner.diagnosis import CheckRun, TimeBudget, diagnose
from grader.examiner.feedback import describe_failure, describe_fault
from grader.examiner.outcomes import read_outcomes
from grader.records import Outcome
from grader.sandbox.calls import StudentError
from grader.sandbox.student import Student
from grader.seeds import derive_check_seed
from grader.testing.catalogue import Entry
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed
from grader.testing.margins import begin_measuring, measured

_MAX_KEPT = 512 * 1024  # bytes of one answer
# What a test may raise that is not an answer to a student: faults of ours, and pytest's own
# outcomes, which no suite uses and which are not Python's exceptions.
_FAULTS = (Exception, pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)


class Examination:
    """The submission that is being examined.

    Parameters
    ----------
    students : mapping of str to Student
        The proxy of each exercise; only these exercises are run.
    seed : str
        What the inputs are drawn from.
    """

    def __init__(self, suites: Suites, students: Mapping[str, Student], seed: str) -> None:
        self._suites = suites
        self._students = students
        self._seed = seed
        self._functions = {c.signature.name: c.check.exercise for c in suites.checks.values()}
        self._checks = {
            node: collected
            for node, collected in suites.checks.items()
            if collected.check.exercise in students
        }
        self._runs: dict[str, CheckRun] = {}

    def run(
        self, begin: Callable[[str], None], misconceptions: Callable[[str], tuple[Entry, ...]]
    ) -> tuple[Outcome, ...]:
        """Run every check of the exercises asked for, and name the misconceptions.

        Parameters
        ----------
        begin : callable
            Called with each exercise's name when its first check is about to run.
        misconceptions : callable
            Returns those of an exercise.
        """
        record = self._record(begin)
        checks = {node: collected.check for node, collected in self._checks.items()}
        outcomes = read_outcomes(record, checks)
        try:
            named = self._diagnose(misconceptions)
        except Exception:  # noqa: BLE001 - made on a student's values; without it the score is the same
            return outcomes
        return tuple(_name(outcome, named.get(outcome.check_id)) for outcome in outcomes)

    def _record(self, begin: Callable[[str], None]) -> dict[str, Any]:
        """Run the checks and return the report of pytest-json-report."""
        session = self._suites.session
        session.testscollected = len(self._checks)
        reporter = JSONReport(session.config)
        # pytest takes this attribute back at the end of the collection.
        session.fspath = session.path
        reporter.pytest_sessionstart(session)
        last = ""
        for item in self._suites.items:
            collected = self._checks.get(item.nodeid)
            if collected is None:
                continue
            if last != collected.check.exercise:
                if last:
                    # Its worker has nothing more to do, and takes memory.
                    self._students[last].close()
                last = collected.check.exercise
                begin(last)
            reporter.pytest_runtest_logreport(self._run_check(item, collected))
        reporter.pytest_sessionfinish(session)
        report: dict[str, Any] = reporter.report
        return report

    def _run_check(self, item: pytest.Function, collected: CollectedCheck) -> pytest.TestReport:
        student = self._students[collected.check.exercise]
        signature = collected.signature
        student.begin(signature.name, signature.parameters, collected.call_s, collected.cpu_s)
        draws = Draws(derive_check_seed(self._seed, collected.check.id))
        began = time.perf_counter()
        outcome = self._judge(item, collected, student, draws)
        duration_s = time.perf_counter() - began
        if collected.cpu_s is not None:
            used_s = max((call.cpu_s for call in student.calls if call.cpu_s), default=None)
            cost = replace(outcome.measured, cpu_s=used_s, cpu_limit_s=collected.cpu_s)
            outcome = replace(outcome, measured=cost)
        # What is large is not kept: it would be, for every call, until the end.
        large = any(call.size > _MAX_KEPT for call in student.calls)
        calls = tuple(student.calls) if collected.replay and not large else ()
        self._runs[item.nodeid] = CheckRun(outcome, calls)
        return _report(item, replace(outcome, series=tuple(student.series)), duration_s)

    def _judge(
        self, item: pytest.Function, collected: CollectedCheck, student: Student, draws: Draws
    ) -> Outcome:
        offered = {"student": student, "rng": draws, **collect_parameters(item)}
        begin_measuring()
        try:
            item.obj(**{name: offered[name] for name in item.fixturenames})
        except (CheckFailed, StudentError) as error:
            outcome = describe_failure(error, collected, student.last, draws, self._functions)
            return replace(outcome, measured=measured(getattr(error, "error", None)))
        except _FAULTS as error:  # a fault of ours must not cost points silently
            if isinstance(error, GraderError):
                raise  # it is the machine's: there is no outcome, and no score
            return describe_fault(error, collected.check.id)
        return Outcome(collected.check.id, "passed", measured=measured(passed=True))

    def _diagnose(self, misconceptions: Callable[[str], tuple[Entry, ...]]) -> dict[str, Entry]:
        by_function: dict[tuple[str, str], list[CheckRun]] = {}
        for node, run in self._runs.items():
            check = self._checks[node].check
            by_function.setdefault((check.exercise, check.function), []).append(run)
        named: dict[str, Entry] = {}
        budget = TimeBudget()
        for (exercise, function), runs in by_function.items():
            if any(run.failed for run in runs):
                entries = [e for e in misconceptions(exercise) if e.function == function]
                named.update(diagnose(runs, entries, budget))
        return named


class _StageReport(pytest.TestReport):
    # There never is a traceback, and pytest sets up a terminal to find that out.
    longreprtext = ""


def _report(item: pytest.Function, outcome: Outcome, duration_s: float) -> pytest.TestReport:
    """Return pytest's report of a check, with the outcome where pytest-json-report looks."""
    passed = outcome.outcome == "passed"
    report = _StageReport(
        nodeid=item.nodeid,
        location=(item.nodeid, None, item.name),
        keywords={},
        outcome="passed" if passed else "failed",
        longrepr=None,
        when="call",
        duration=duration_s,
    )
    extra = {"metadata": msgspec.to_builtins(outcome)}
    report._json_report_extra = extra  # type: ignore[attr-defined]  # noqa: SLF001
    return report


def _name(outcome: Outcome, entry: Entry | None) -> Outcome:
    if entry is None:
        return outcome
    return replace(outcome, misconception=entry.id, hint=entry.hint)
