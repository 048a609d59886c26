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
from typing import Any, TypeVar

import msgspec
import pytest
from msgspec.structs import replace
from pytest_jsonreport.plugin import JSONReport

from grader.errors import GraderError
from grader.examiner.candidates import CheckRun, TimeBudget
from grader.examiner.checks import CollectedCheck
from grader.examiner.collection import Suites, call_check
from grader.examiner.credit import Credit, give_credit
from grader.examiner.diagnosis import diagnose, find_replaceable
from grader.examiner.feedback import describe_failure, describe_fault
from grader.examiner.kit_diagnosis import look_up
from grader.examiner.named import Named, word
from grader.examiner.outcomes import read_outcomes
from grader.examiner.remembered import Fetched, Memory, Pairs
from grader.examiner.replay import Mistakes
from grader.examiner.sealed import KnownMistakes
from grader.examiner.shown_problems import Recorded
from grader.examiner.together import compare_checks
from grader.records import Check, Outcome
from grader.sandbox.calls import Call, StudentError, WorkerKilled
from grader.sandbox.protocol.packing import pack
from grader.sandbox.student import Student
from grader.sanitize import clean_line
from grader.seeds import derive_check_seed
from grader.testing.catalogue import Entry
from grader.testing.comparisons import Collected, collecting
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed
from grader.testing.margins import begin_measuring, measured

T = TypeVar("T")

# Bytes of one answer, and of all answers of a submission, that are kept for the diagnosis. As
# objects they take twenty times as much; those of honest work are a few hundred KiB in all.
_MAX_KEPT, _MAX_KEPT_IN_ALL = 512 * 1024, 8 * 2**20
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
    functions : collection of str
        Only the checks of these functions are run; of all where there is none.
    memory : Memory, optional
        What is known of earlier submissions with the same seed, and learns from this one.
    """

    def __init__(
        self,
        suites: Suites,
        students: Mapping[str, Student],
        seed: str,
        functions: Collection[str] = (),
        memory: Memory | None = None,
    ) -> None:
        self._suites = suites
        self._students = students
        self._seed = seed
        self._functions = {c.signature.name: c.check.exercise for c in suites.checks.values()}
        self._files = {
            name: students[exercise].file_name if exercise in students else f"{exercise}.py"
            for name, exercise in self._functions.items()
        }
        self._checks = {
            node: collected
            for node, collected in suites.checks.items()
            if collected.check.exercise in students
            and (not functions or collected.check.function in functions)
        }
        self._memory = memory
        # Replies that were fetched ahead, of checks whose outcome was known by them.
        self._recognised: dict[str, Fetched] = {}
        self._runs: dict[str, CheckRun] = {}
        self._kept = 0
        self._costly: set[str] = set()
        self._credits: Credit = {}
        # What the results of a function are called, by the node of a failed check.
        self._result_names: dict[str, tuple[str, ...]] = {}
        # What came back in checks of values, by check, for functions where all are visible.
        self._answers: dict[str, set[bytes]] = {}
        values = [c.check for c in self._checks.values() if c.check.kind == "value"]
        self._all_visible = {(c.exercise, c.function) for c in values} - {
            (c.exercise, c.function) for c in values if c.visibility == "hidden"
        }

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
            return tuple(_note_undiagnosed(outcome, reason) for outcome in outcomes)
        return tuple(_name(outcome, named.get(outcome.check_id, ())) for outcome in outcomes)

    def recorded(self) -> Recorded:
        """Return what the checks called, for `add_smallest`."""
        nodes = {collected.check.id: node for node, collected in self._checks.items()}
        return Recorded(
            {name: self._checks[node] for name, node in nodes.items()},
            {name: self._runs[node] for name, node in nodes.items()},
            self._names_by_check(),
            self._students,
            self._functions,
        )

    def _names_by_check(self) -> dict[str, tuple[str, ...]]:
        """Return what the results of a check's function are called, by check."""
        return {c.check.id: self._result_names.get(n, ()) for n, c in self._checks.items()}

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
                ran = self._run_check(item, self._checks[item.nodeid])
                reporter.pytest_runtest_logreport(ran)
            self._run_recognised(items)
            self._credits |= self._give_credit(items)
        reporter.pytest_sessionfinish(session)
        report: dict[str, Any] = reporter.report
        return report

    def _calls(self) -> dict[str, tuple[Call, ...]]:
        """Return the calls of each check of values."""
        values = {n: c.check.id for n, c in self._checks.items() if c.check.kind == "value"}
        return {values[node]: run.calls for node, run in self._runs.items() if node in values}

    def _items(self) -> Iterator[pytest.Function]:
        return (item for item in self._suites.items if item.nodeid in self._checks)

    def _function_of(self, item: pytest.Function) -> tuple[str, str]:
        check = self._checks[item.nodeid].check
        return check.exercise, check.function

    def _begin(
        self,
        collected: CollectedCheck,
        recorded: Sequence[Call] = (),
        fetched: Pairs = (),
    ) -> Student:
        student = self._students[collected.check.exercise]
        signature = collected.signature
        limits = collected.call_s, collected.cpu_s
        student.begin(
            signature.name, signature.parameters, *limits, recorded=recorded, fetched=fetched
        )
        return student

    def _draws(self, check: Check) -> Draws:
        return Draws(derive_check_seed(self._seed, check.id))

    def _run_check(self, item: pytest.Function, collected: CollectedCheck) -> pytest.TestReport:
        began = time.perf_counter()
        fetched = self._fetch(collected)
        outcome = fetched.outcome if fetched else None
        if outcome is None:
            outcome = self._examine(item, collected, fetched)
        else:
            assert fetched is not None
            self._recognised[item.nodeid] = fetched
            self._runs[item.nodeid] = CheckRun(outcome, ())
            if self._keeps_answers(collected.check):
                self._answers[collected.check.id] = fetched.answers()
        return _report(item, outcome, time.perf_counter() - began)

    def _fetch(self, collected: CollectedCheck) -> Fetched | None:
        """Ask all at once what the check asked of earlier submissions."""
        known = self._memory.find(collected.check.id) if self._memory else None
        if known is None:
            return None
        student = self._begin(collected)
        replies = student.fetch(known.frame)
        return Fetched(known, replies) if replies is not None else None

    def _run_recognised(self, items: Sequence[pytest.Function]) -> None:
        """Run what was recognised of one function, where its calls are needed.

        They are compared with those of the checks that failed.
        """
        if all(self._runs[item.nodeid].outcome.outcome == "passed" for item in items):
            return
        for item in items:
            if fetched := self._recognised.get(item.nodeid):
                self._examine(item, self._checks[item.nodeid], fetched)

    def _examine(
        self, item: pytest.Function, collected: CollectedCheck, fetched: Fetched | None
    ) -> Outcome:
        """Run a check, and keep what it called."""
        student = self._students[collected.check.exercise]
        pairs = fetched.pairs() if fetched else ()

        def judge() -> Outcome:
            nonlocal pairs
            now, pairs = pairs, ()  # objects that a killed worker kept are gone
            return self._judge(item, collected, now)

        outcome = _survive_kill(judge)
        if any(call.costly for call in student.calls):
            self._costly.add(item.nodeid)
        if collected.cpu_s is not None:
            used_s = max((call.cpu_s for call in student.calls if call.cpu_s), default=None)
            cost = replace(outcome.measured, cpu_s=used_s, cpu_limit_s=collected.cpu_s)
            outcome = replace(outcome, measured=cost)
        # What is large is not kept: it would be, for every call, until the end.
        sizes = [call.size for call in student.calls]
        small = max(sizes, default=0) <= _MAX_KEPT
        keeps = collected.replay and small and self._kept + sum(sizes) <= _MAX_KEPT_IN_ALL
        self._kept += sum(sizes) if keeps else 0
        calls = tuple(student.calls) if keeps else ()
        outcome = replace(outcome, series=tuple(student.series))
        self._runs[item.nodeid] = CheckRun(outcome, calls)
        self._keep_answers(collected.check, student)
        self._learn(collected, student, outcome)
        return outcome

    def _learn(self, collected: CollectedCheck, student: Student, outcome: Outcome) -> None:
        # What a call costs is not in the replies.
        same = outcome.outcome == "passed" and collected.cpu_s is None
        if self._memory and same and student.exchanges.all:
            took_s = sum(call.duration_s for call in student.calls)
            self._memory.learn(student.exchanges.all, outcome, took_s)

    def _keeps_answers(self, check: Check) -> bool:
        return (check.exercise, check.function) in self._all_visible and check.kind == "value"

    def _keep_answers(self, check: Check, student: Student) -> None:
        if self._keeps_answers(check):
            self._answers[check.id] = {pack(call.value) for call in student.calls}

    def _judge(
        self, item: pytest.Function, collected: CollectedCheck, fetched: Pairs = ()
    ) -> Outcome:
        student, draws = self._begin(collected, fetched=fetched), self._draws(collected.check)
        begin_measuring()
        try:
            call_check(item, student, draws)
        except (CheckFailed, StudentError) as error:
            calls = student.calls
            last = calls[-1] if calls else None
            outcome = describe_failure(
                error, collected, last, draws, self._files, earlier=calls[:-1]
            )
            return replace(outcome, measured=measured(getattr(error, "error", None)))
        except _FAULTS as error:  # a fault of ours must not cost points silently
            if isinstance(error, GraderError | WorkerKilled):
                raise  # it is the machine's: there is no outcome, and no score
            return describe_fault(error, collected.check.id)
        return Outcome(collected.check.id, "passed", measured=measured(passed=True))

    def _give_credit(self, items: Sequence[pytest.Function]) -> Credit:
        """Return what is right of one function's failed checks, by check."""
        values = [item for item in items if self._checks[item.nodeid].check.kind == "value"]
        lost = [i for i in values if self._runs[i.nodeid].outcome.outcome != "passed"]
        failed = {
            self._checks[i.nodeid].check.id: i
            for i in lost
            # What took too much time gave no answer, and is not asked for again.
            if self._runs[i.nodeid].outcome.outcome == "failed" and i.nodeid not in self._costly
        }
        if not failed:
            return {}
        return give_credit(
            list(failed),
            lambda check_id, reorder: _survive_kill(lambda: self._rerun(failed[check_id], reorder)),
            all_answered=len(failed) == len(lost),
            slips=self._checks[values[0].nodeid].slips,
        )

    def _rerun(self, item: pytest.Function, reorder: tuple[str, ...]) -> Collected:
        """Run a check again, as far as it goes, and return what it compared."""
        collected_check = self._checks[item.nodeid]
        student = self._begin(collected_check, self._runs[item.nodeid].calls)
        draws = self._draws(collected_check.check)
        with collecting(reorder) as collected:
            try:
                call_check(item, student, draws)
            except (CheckFailed, StudentError, *_FAULTS) as error:
                # A suite need not expect what is wrong: what comes after it is not compared.
                if isinstance(error, GraderError | WorkerKilled):
                    raise
            else:
                collected.complete = True
        # The first run ended at the first wrong answer.
        self._keep_answers(collected_check.check, student)
        several = (names for names in collected.groups if len(names) > 1)
        self._result_names.setdefault(item.nodeid, next(several, ()))
        return collected

    def _add_credit(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Return outcomes with what of them is right, and whether answers varied."""
        answers: defaultdict[str, set[bytes]] = defaultdict(set)
        for outcome in outcomes:
            results = self._credits.get(outcome.check_id, ())
            if outcome.outcome == "passed" or any(r.verdict != "wrong" for r in results):
                answers[_function(outcome)] |= self._answers.get(outcome.check_id, set())
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
        for node, run in self._runs.items():
            check = self._checks[node].check
            by_function.setdefault((check.exercise, check.function), []).append(run)
        named: dict[str, Named] = {}
        budget = TimeBudget()
        helpers: dict[str, Mistakes] = {}
        for (exercise, function), runs in by_function.items():
            if any(run.failed for run in runs):
                if table := known(exercise):
                    named |= look_up(runs, table, self._credits, self._names_by_check())
                    continue
                entries = [e for e in misconceptions(exercise) if e.function == function]
                found = diagnose(runs, entries, budget, helpers)
                if mistakes := find_replaceable(found):
                    helpers[function] = mistakes
                named |= found
        return named


def _survive_kill(run: Callable[[], T]) -> T:
    """Run a check, and once more where something outside killed the worker."""
    try:
        return run()
    except WorkerKilled:
        # Objects that were kept are gone, so the check begins again. A second time is a fault.
        return run()


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


def _note_undiagnosed(outcome: Outcome, reason: str) -> Outcome:
    return replace(outcome, measured=replace(outcome.measured, undiagnosed=reason))


def _name(outcome: Outcome, named: Named) -> Outcome:
    if not named:
        return outcome
    what, hint = word(named)
    ids = tuple(one.id for one in named if isinstance(one, Entry))
    return replace(outcome, misconceptions=ids, what=what, hint=hint)
