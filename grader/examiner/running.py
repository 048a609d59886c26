"""Running the checks of one submission, or recognising what they found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pytest
from msgspec.structs import replace

from grader.errors import GraderError
from grader.examiner.checks import CollectedCheck
from grader.examiner.collection import call_check
from grader.examiner.comparable import digest_calls
from grader.examiner.evidence import CheckRun
from grader.examiner.feedback import describe_failure, describe_fault
from grader.examiner.remembered import Learned, Memory
from grader.records import Check, Outcome
from grader.sandbox.calls import Call, StudentError, WorkerKilled
from grader.sandbox.fetched import Fetched
from grader.sandbox.protocol.frames import decode_message
from grader.sandbox.protocol.messages import CallReplies
from grader.sandbox.protocol.packing import pack
from grader.sandbox.student import Student
from grader.seeds import derive_check_seed
from grader.testing.comparisons import Collected, collecting
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed
from grader.testing.margins import begin_measuring, measured
from grader.testing.printing import answer_of

T = TypeVar("T")

# Bytes of one answer, and of all answers of a submission, that are kept for the diagnosis. As
# objects they take twenty times as much; those of honest work are a few hundred KiB in all.
_MAX_KEPT, _MAX_KEPT_IN_ALL = 512 * 1024, 8 * 2**20
# Why the calls of a check are not kept, for authors.
_NOT_REPLAYED = "it is marked replay=False, so let another check of the function fail"
_TOO_LARGE = "its answers are too large, so let it ask for smaller ones"
# What a test may raise that is not an answer to a student: faults of ours, and pytest's own
# outcomes, which no suite uses and which are not Python's exceptions.
_FAULTS = (Exception, pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)


class CheckRunner:
    """Runs checks, and keeps what they called.

    Parameters
    ----------
    checks : mapping of str to CollectedCheck
        Those that may be run, by pytest's node id.
    students : mapping of str to Student
        The proxy of each exercise.
    seed : str
        What the inputs are drawn from.
    files : mapping of str to str
        The name of the file that answers each function.
    memory : Memory, optional
        What is known of earlier submissions with the same seed, and learns from this one.
    measures : bool
        Whether a digest of the inputs is taken.

    Attributes
    ----------
    runs : dict of str to CheckRun
        What each check found and called, by node.
    costly : set of str
        The nodes of checks that took too much time.
    answers : dict of str to set of bytes
        What came back in checks of values, by check, for functions where all are visible.
    result_names : dict of str to tuple of str
        What the results of a function are called, by the node of a failed check.
    """

    def __init__(
        self,
        checks: Mapping[str, CollectedCheck],
        students: Mapping[str, Student],
        seed: str,
        files: Mapping[str, str],
        memory: Memory | None = None,
        *,
        measures: bool = False,
    ) -> None:
        self._checks = checks
        self._measures = measures
        self._students = students
        self._seed = seed
        self._files = files
        self._memory = memory
        # Requests and replies of checks whose outcome was known by them.
        self._recognised: dict[str, list[tuple[bytes, bytes]]] = {}
        self._kept = 0
        # Whether the calls of what was recognised are kept.
        self._keeps: dict[str, bool] = {}
        self.runs: dict[str, CheckRun] = {}
        self.costly: set[str] = set()
        self.answers: dict[str, set[bytes]] = {}
        self.result_names: dict[str, tuple[str, ...]] = {}
        values = [c.check for c in checks.values() if c.check.kind == "value"]
        self._all_visible = {(c.exercise, c.function) for c in values} - {
            (c.exercise, c.function) for c in values if c.visibility == "hidden"
        }

    def run(self, item: pytest.Function) -> Outcome:
        """Run a check, or recognise what it found, and return its outcome."""
        collected = self._checks[item.nodeid]
        known, fetched = self._fetch(item, collected)
        if known is None:
            return self._examine(item, collected, fetched)
        self.runs[item.nodeid] = CheckRun(known.outcome, ())
        self._keeps[item.nodeid] = self._reserve(collected, [known.size])
        if self._keeps_answers(collected.check):
            self.answers[collected.check.id] = set(known.answers)
        return known.outcome

    def run_recognised(self, items: Sequence[pytest.Function]) -> None:
        """Run what was recognised of one function, where its calls are needed.

        They are compared with those of the checks that failed.
        """
        if all(self.runs[item.nodeid].outcome.outcome == "passed" for item in items):
            return
        for item in items:
            if taken := self._recognised.get(item.nodeid):
                self._examine(item, self._checks[item.nodeid], [*map(_read, taken)])

    def run_again(self, item: pytest.Function, reorder: tuple[str, ...]) -> Collected:
        """Run a check again, as far as it goes, and return what it compared.

        Parameters
        ----------
        reorder : tuple of str
            As for `collecting`.
        """
        return _survive_kill(lambda: self._rerun(item, reorder))

    def _fetch(
        self, item: pytest.Function, collected: CollectedCheck
    ) -> tuple[Learned | None, list[Fetched]]:
        """Ask what the check will ask, as far as that is known; return its outcome if it is."""
        question = self._memory.find(collected.check.id) if self._memory else None
        taken: list[tuple[bytes, bytes]] = []
        if question is not None:
            student = self._begin(collected)
        while question is not None:
            brought = student.fetch(
                question.frame, question.count, question.after, runs=question.runs
            )
            if brought is None:
                return None, []
            if isinstance(brought, Fetched):
                return None, [*map(_read, taken), brought]
            taken.append((question.frame, brought))
            later = question.after[brought]
            if isinstance(later, Learned):
                self._recognised[item.nodeid] = taken
                return later, []
            question = later
        return None, []

    def _reserve(self, collected: CollectedCheck, sizes: Sequence[int]) -> bool:
        """Return whether the calls of a check are kept: what is large would be until the end."""
        small = max(sizes, default=0) <= _MAX_KEPT
        keeps = collected.replay and small and self._kept + sum(sizes) <= _MAX_KEPT_IN_ALL
        self._kept += sum(sizes) if keeps else 0
        return keeps

    def _examine(
        self, item: pytest.Function, collected: CollectedCheck, fetched: Sequence[Fetched]
    ) -> Outcome:
        """Run a check, and keep what it called."""
        student = self._students[collected.check.exercise]

        def judge() -> Outcome:
            nonlocal fetched
            now, fetched = fetched, ()  # objects that a killed worker kept are gone
            return self._judge(item, collected, now)

        outcome = _survive_kill(judge)
        if any(call.costly for call in student.calls):
            self.costly.add(item.nodeid)
        if collected.cpu_s is not None:
            used_s = max((call.cpu_s for call in student.calls if call.cpu_s), default=None)
            cost = replace(outcome.measured, cpu_s=used_s, cpu_limit_s=collected.cpu_s)
            outcome = replace(outcome, measured=cost)
        if self._measures:
            inputs = digest_calls(student.calls)
            outcome = replace(outcome, measured=replace(outcome.measured, inputs=inputs))
        keeps = self._keeps.get(item.nodeid)
        if keeps is None:
            keeps = self._reserve(collected, [call.size for call in student.calls])
        calls = tuple(student.calls) if keeps else ()
        outcome = replace(outcome, series=tuple(student.series))
        left_out = "" if keeps else _TOO_LARGE if collected.replay else _NOT_REPLAYED
        self.runs[item.nodeid] = CheckRun(outcome, calls, left_out)
        self._keep_answers(collected.check, student)
        self._learn(collected, student, outcome)
        return outcome

    def _learn(self, collected: CollectedCheck, student: Student, outcome: Outcome) -> None:
        # What a call costs is not in the replies.
        same = outcome.outcome == "passed" and collected.cpu_s is None
        if self._memory and same and student.exchanges.all:
            size = sum(call.size for call in student.calls)
            answers = self.answers.get(outcome.check_id, ())
            self._memory.learn(student.exchanges.all, outcome, size, answers)

    def _keeps_answers(self, check: Check) -> bool:
        return (check.exercise, check.function) in self._all_visible and check.kind == "value"

    def _keep_answers(self, check: Check, student: Student) -> None:
        if self._keeps_answers(check):
            self.answers[check.id] = {pack(answer_of(call)) for call in student.calls}

    def _judge(
        self, item: pytest.Function, collected: CollectedCheck, fetched: Sequence[Fetched] = ()
    ) -> Outcome:
        student, draws = self._begin(collected, fetched=fetched), self._draws(collected.check)
        begin_measuring()
        try:
            call_check(item, student, draws)
        except (CheckFailed, StudentError) as error:
            calls = student.calls
            last = calls[-1] if calls else None
            earlier = [call for call in calls[:-1] if last is None or call is not last.after]
            outcome = describe_failure(error, collected, last, draws, self._files, earlier=earlier)
            return replace(outcome, measured=measured(getattr(error, "error", None)))
        except _FAULTS as error:  # a fault of ours must not cost points silently
            if isinstance(error, GraderError | WorkerKilled):
                raise  # it is the machine's: there is no outcome, and no score
            return describe_fault(error, collected.check.id, item.path)
        only_raised = bool(student.calls) and not any(call.answered for call in student.calls)
        cost = replace(measured(passed=True), only_raised=only_raised)
        return Outcome(collected.check.id, "passed", measured=cost)

    def _rerun(self, item: pytest.Function, reorder: tuple[str, ...]) -> Collected:
        collected_check = self._checks[item.nodeid]
        student = self._begin(collected_check, self.runs[item.nodeid].calls)
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
        self.result_names.setdefault(item.nodeid, next(several, ()))
        return collected

    def _begin(
        self,
        collected: CollectedCheck,
        recorded: Sequence[Call] = (),
        fetched: Sequence[Fetched] = (),
    ) -> Student:
        student = self._students[collected.check.exercise]
        signature = collected.signature
        limits = collected.call_s, collected.cpu_s
        student.begin(
            signature.name,
            signature.parameters,
            *limits,
            recorded=recorded,
            fetched=fetched,
            is_whole=bool(signature.title),
        )
        return student

    def _draws(self, check: Check) -> Draws:
        return Draws(derive_check_seed(self._seed, check.id))


def _survive_kill(run: Callable[[], T]) -> T:
    """Run a check, and once more where something outside killed the worker."""
    try:
        return run()
    except WorkerKilled:
        # Objects that were kept are gone, so the check begins again. A second time is a fault.
        return run()


def _read(taken: tuple[bytes, bytes]) -> Fetched:
    requests, replies = taken
    return Fetched(requests, decode_message(replies, CallReplies))
