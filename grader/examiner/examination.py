"""The examination of one submission: every collected check is run, and noted down.

pytest collects the suites; this runs what it collected. pytest's own run of a test sets
up fixtures, calls dozens of hooks and formats a traceback for every failure, which takes
longer than most checks. Here a test is called, what it raised becomes a finding, and
the three stages of its report go to pytest-json-report, whose report is the raw record
from which scores are read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
import pytest

from grader.examiner.diagnosis import Patience, Seen, diagnose
from grader.examiner.feedback import Finding, find
from grader.records import Series
from grader.sandbox.student import Student, StudentTrouble
from grader.sanitize import clean_line
from grader.seeds import derive_check_seed
from grader.testing.catalogue import Entry
from grader.testing.checks import CollectedCheck
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed

_MAX_KEPT = 512 * 1024  # bytes of one answer
# What a test may raise that is no finding: faults of ours, and pytest's own outcomes,
# which no suite uses and which are no exceptions to Python.
_FAULTS = (Exception, pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)


class Examination:
    """The submission that is being examined.

    Parameters
    ----------
    students : mapping of str to Student
        The proxy of each exercise; only these exercises are run.
    seed : str
        What the inputs are drawn from.
    checks : mapping of str to CollectedCheck
        All collected checks by node id.
    catalogue : callable
        Returns the misconceptions of an exercise.
    """

    def __init__(
        self,
        students: Mapping[str, Student],
        seed: str,
        checks: Mapping[str, CollectedCheck],
        catalogue: Callable[[str], Iterable[Entry]],
    ) -> None:
        self._students = students
        self._seed = seed
        self._checks = checks
        self._catalogue = catalogue
        self._functions = frozenset(collected.signature.name for collected in checks.values())
        self._seen: dict[str, Seen] = {}

    def run(self, session: pytest.Session, begin: Callable[[str], None]) -> None:
        """Run every check of the exercises asked for, and end the session.

        Parameters
        ----------
        session : pytest.Session
            Whose items were collected, in the course's order.
        begin : callable
            Told each exercise's name when its first check is about to run.
        """
        wanted = [i for i in session.items if self._exercise(i) in self._students]
        session.testscollected = len(wanted)
        last = ""
        for item in wanted:
            if last != self._exercise(item):
                if last:
                    # Its host has nothing more to do, and takes memory.
                    self._students[last].close()
                last = self._exercise(item)
                begin(last)
            assert isinstance(item, pytest.Function)
            self._run_check(item)
        session.config.hook.pytest_sessionfinish(session=session, exitstatus=0)

    def _exercise(self, item: pytest.Item) -> str:
        return self._checks[item.nodeid].check.exercise

    def _run_check(self, item: pytest.Function) -> None:
        collected = self._checks[item.nodeid]
        student = self._students[collected.check.exercise]
        signature = collected.signature
        student.begin(signature.name, signature.parameters, collected.call_s)
        draws = Draws(derive_check_seed(self._seed, collected.check.id))
        _log_stage(item, "setup")
        began = time.perf_counter()
        finding = self._judge(item, student, draws)
        _log_stage(item, "call", time.perf_counter() - began, finding, student.series)
        _log_stage(item, "teardown")
        # What is large is not kept: it would be, for every call, until the end.
        large = any(call.size > _MAX_KEPT for call in student.calls)
        calls = tuple(student.calls) if collected.replay and not large else ()
        self._seen[item.nodeid] = Seen(collected.check.id, calls, finding)

    def _judge(self, item: pytest.Function, student: Student, draws: Draws) -> Finding | None:
        offered = {"student": student, "rng": draws, **collect_parameters(item)}
        try:
            item.obj(**{name: offered[name] for name in item.fixturenames})
        except (CheckFailed, StudentTrouble) as trouble:
            collected = self._checks[item.nodeid]
            return find(trouble, collected, student.last, draws, self._functions)
        except _FAULTS as error:  # a fault of ours must cost nobody silently
            return _grader_fault(error)
        return None

    def diagnose(self) -> dict[str, Entry]:
        """Return the misconceptions that were recognised, by check id."""
        by_function: dict[tuple[str, str], list[Seen]] = {}
        for node, seen in self._seen.items():
            check = self._checks[node].check
            by_function.setdefault((check.exercise, check.function), []).append(seen)
        named: dict[str, Entry] = {}
        patience = Patience()
        for (exercise, function), group in by_function.items():
            if any(seen.finding is not None and seen.finding.shows_work for seen in group):
                entries = [e for e in self._catalogue(exercise) if e.function == function]
                named.update(diagnose(group, entries, patience))
        return named


def collect_parameters(item: pytest.Function) -> dict[str, Any]:
    """Return the values of a parametrised test's own parameters."""
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec else {}


class _StageReport(pytest.TestReport):
    # There never is a traceback, and pytest sets up a terminal to find that out.
    longreprtext = ""


def _log_stage(
    item: pytest.Function,
    when: Literal["setup", "call", "teardown"],
    duration_s: float = 0.0,
    finding: Finding | None = None,
    series: Sequence[Series] = (),
) -> None:
    report = _StageReport(
        nodeid=item.nodeid,
        location=(item.nodeid, None, item.name),
        keywords={},
        outcome="failed" if finding else "passed",
        longrepr=None,
        when=when,
        duration=duration_s,
    )
    told = msgspec.to_builtins(finding) if finding else {}
    if series:
        told["series"] = msgspec.to_builtins(series)
    # Where pytest-json-report looks for what belongs to a test.
    report._json_report_extra = {"metadata": told} if told else {}  # type: ignore[attr-defined]  # noqa: SLF001
    item.ihook.pytest_runtest_logreport(report=report)


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
