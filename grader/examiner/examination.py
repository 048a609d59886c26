"""The examination of one submission: every collected check is run once, and recorded.

pytest collects the suites; this runs what it collected. pytest's own run of a test sets
up fixtures, calls dozens of hooks and formats a traceback for every failure, which takes
longer than most checks. Here a test is called, what it raised becomes an outcome, and
pytest-json-report writes the record from which the outcomes are read.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from pytest_jsonreport.plugin import JSONReport

from grader.course.provided import list_definitions
from grader.examiner.collection import Suites
from grader.examiner.credit import Credit, give_credit
from grader.examiner.diagnosis import diagnose, find_replaceable
from grader.examiner.evidence import CheckRun, TimeBudget
from grader.examiner.kit_diagnosis import look_up
from grader.examiner.named import Named, word
from grader.examiner.outcomes import read_outcomes
from grader.examiner.remembered import Memory
from grader.examiner.replay import Mistakes
from grader.examiner.right import RightNames, load_names
from grader.examiner.running import CheckRunner
from grader.examiner.sealed import KnownMistakes
from grader.examiner.shown_problems import Recorded
from grader.examiner.together import compare_checks
from grader.examiner.unnamed import explain_unnamed
from grader.records import Check, Outcome
from grader.sandbox.calls import Call
from grader.sandbox.student import Student
from grader.sanitize import clean_line
from grader.testing.catalogue import Entry


class Examination:
    """The submission that is being examined.

    Parameters
    ----------
    students : mapping of str to Student
        The proxy of each exercise; only these exercises are run.
    seed : str
        What the inputs are drawn from.
    functions : collection of str
        Only the checks of these functions are run; of all where there is none.
    memory : Memory, optional
        What is known of earlier submissions with the same seed, and learns from this one.
    expected : str, optional
        The id of a misconception: where it is not named, it is found out why. With any text
        more is measured.
    """

    def __init__(
        self,
        suites: Suites,
        students: Mapping[str, Student],
        seed: str,
        functions: Collection[str] = (),
        memory: Memory | None = None,
        *,
        expected: str | None = None,
    ) -> None:
        self._suites = suites
        self._students = students
        self._seed = seed
        self._functions = {
            c.signature.name: c.check.exercise
            for c in suites.checks.values()
            if not c.signature.title
        }
        self._checks = {
            node: collected
            for node, collected in suites.checks.items()
            if collected.check.exercise in students
            and (not functions or collected.check.function in functions)
        }
        files = {
            name: students[exercise].file_of(name) if exercise in students else f"{exercise}.py"
            for name, exercise in self._functions.items()
        }
        # What no suite asks for by itself is in the file of its exercise.
        for one in students.values():
            files |= one.files
        files |= list_definitions(suites.course.provided)
        self._runner = CheckRunner(
            self._checks, students, seed, files, memory, measures=expected is not None
        )
        self._credits: Credit = {}
        self._expected = expected
        self._unnamed = ""

    @property
    def checks(self) -> list[Check]:
        """Return the checks that are run, in their order."""
        return [collected.check for collected in self._checks.values()]

    def run(
        self,
        begin: Callable[[str], None],
        misconceptions: Callable[[str], tuple[Entry, ...]],
        known: Callable[[str], KnownMistakes | None],
    ) -> tuple[Outcome, ...]:
        """Run every check of the exercises asked for, and name the misconceptions.

        Parameters
        ----------
        begin : callable
            Called with each exercise's name when its first check is about to run.
        misconceptions : callable
            Returns those of an exercise.
        known : callable
            Returns the table of an exercise that stands for them in a kit, if there is one.
        """
        record = self._record(begin)
        checks = {node: collected.check for node, collected in self._checks.items()}
        outcomes = self._add_credit(compare_checks(read_outcomes(record, checks), self._calls()))
        try:
            named = self._diagnose(misconceptions, known)
        except Exception as error:  # noqa: BLE001 - made on a student's values
            # Without names the score is the same; `grade verify` reports that they are missing.
            reason = clean_line(f"{type(error).__name__}: {error}", 200)
            return tuple(_measure(outcome, undiagnosed=reason) for outcome in outcomes)
        outcomes = tuple(_name(outcome, named.get(outcome.check_id, ())) for outcome in outcomes)
        return tuple(_measure(outcome, unnamed=self._unnamed) for outcome in outcomes)

    def recorded(self) -> Recorded:
        """Return what the checks called, for `add_smallest`."""
        nodes = {collected.check.id: node for node, collected in self._checks.items()}
        return Recorded(
            {name: self._checks[node] for name, node in nodes.items()},
            {name: self._runner.runs[node] for name, node in nodes.items()},
            self._names_by_check(),
            self._students,
            self._functions,
        )

    def _names_by_check(self) -> dict[str, tuple[str, ...]]:
        """Return what the results of a check's function are called, by check."""
        return {c.check.id: self._runner.result_names.get(n, ()) for n, c in self._checks.items()}

    def _record(self, begin: Callable[[str], None]) -> dict[str, Any]:
        """Run the checks and return the report of pytest-json-report."""
        session = self._suites.session
        session.testscollected = len(self._checks)
        reporter = JSONReport(session.config)
        # pytest takes this attribute back at the end of the collection.
        session.fspath = session.path
        reporter.pytest_sessionstart(session)
        last = ""
        for (exercise, _), group in groupby(self._items(), self._function_of):
            if last != exercise:
                if last:
                    # Its worker has nothing more to do, and takes memory.
                    self._students[last].close()
                last = exercise
                begin(last)
            items = list(group)
            for item in items:
                began = time.perf_counter()
                outcome = self._runner.run(item)
                report = _report(item, outcome, time.perf_counter() - began)
                reporter.pytest_runtest_logreport(report)
            self._runner.run_recognised(items)
            self._credits |= self._give_credit(items)
        reporter.pytest_sessionfinish(session)
        record: dict[str, Any] = reporter.report
        return record

    def _calls(self) -> dict[str, tuple[Call, ...]]:
        """Return the calls of each check of values."""
        values = {n: c.check.id for n, c in self._checks.items() if c.check.kind == "value"}
        return {
            values[node]: run.calls for node, run in self._runner.runs.items() if node in values
        }

    def _items(self) -> Iterator[pytest.Function]:
        return (item for item in self._suites.items if item.nodeid in self._checks)

    def _function_of(self, item: pytest.Function) -> tuple[str, str]:
        check = self._checks[item.nodeid].check
        return check.exercise, check.function

    def _give_credit(self, items: Sequence[pytest.Function]) -> Credit:
        """Return what is right of one function's failed checks, by check."""
        values = [item for item in items if self._checks[item.nodeid].check.kind == "value"]
        ran = self._runner.runs
        lost = [i for i in values if ran[i.nodeid].outcome.outcome != "passed"]
        failed = {
            self._checks[i.nodeid].check.id: i
            for i in lost
            # What took too much time gave no answer, and is not asked for again.
            if ran[i.nodeid].outcome.outcome == "failed" and i.nodeid not in self._runner.costly
        }
        if not failed:
            return {}
        return give_credit(
            list(failed),
            lambda check_id, reorder: self._runner.run_again(failed[check_id], reorder),
            all_answered=len(failed) == len(lost),
            slips=self._checks[values[0].nodeid].slips,
        )

    def _add_credit(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Return outcomes with what of them is right, and whether answers varied."""
        answers: defaultdict[str, set[bytes]] = defaultdict(set)
        for outcome in outcomes:
            results = self._credits.get(outcome.check_id, ())
            if outcome.outcome == "passed" or any(r.verdict != "wrong" for r in results):
                answers[_function(outcome)] |= self._runner.answers.get(outcome.check_id, set())
        return tuple(
            replace(
                outcome,
                results=self._credits.get(outcome.check_id, ()),
                varied=len(answers[_function(outcome)]) > 1,
            )
            for outcome in outcomes
        )

    def _diagnose(
        self,
        misconceptions: Callable[[str], tuple[Entry, ...]],
        known: Callable[[str], KnownMistakes | None],
    ) -> dict[str, Named]:
        by_function: dict[tuple[str, str], list[CheckRun]] = {}
        for node, run in self._runner.runs.items():
            check = self._checks[node].check
            by_function.setdefault((check.exercise, check.function), []).append(run)
        named: dict[str, Named] = {}
        budget = TimeBudget()
        helpers: dict[str, Mistakes] = {}
        for (exercise, function), runs in by_function.items():
            is_wrong = any(run.failed for run in runs)
            if not is_wrong and not self._expected:
                continue
            if is_wrong and (table := known(exercise)):
                named |= look_up(runs, table, self._credits, self._names_by_check())
                continue
            entries = [e for e in misconceptions(exercise) if e.function == function]
            names = load_names(self._suites.course.suites, exercise)
            if is_wrong:
                found = diagnose(runs, entries, budget, helpers, names)
                if mistakes := find_replaceable(found):
                    helpers[function] = mistakes
                named |= found
            if self._expected:
                self._explain(self._expected, runs, entries, named, names)
        return named

    def _explain(
        self,
        expected: str,
        runs: Sequence[CheckRun],
        entries: Sequence[Entry],
        named: Mapping[str, Named],
        names: RightNames,
    ) -> None:
        """Find out why a misconception is not named, if it is one of these of a function."""
        found = {one.id for run in runs for one in named.get(run.id, ()) if isinstance(one, Entry)}
        if expected not in found and any(entry.id == expected for entry in entries):
            self._unnamed = explain_unnamed(expected, runs, entries, found, names)


def _function(outcome: Outcome) -> str:
    return outcome.check_id.rpartition("/")[0]


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


def _measure(outcome: Outcome, **fields: str) -> Outcome:
    """Return an outcome that shows something to `grade verify`."""
    if not any(fields.values()):
        return outcome
    return replace(outcome, measured=replace(outcome.measured, **fields))


def _name(outcome: Outcome, named: Named) -> Outcome:
    if not named:
        return outcome
    what, hint = word(named)
    ids = tuple(one.id for one in named if isinstance(one, Entry))
    return replace(outcome, misconceptions=ids, what=what, hint=hint)
