"""Visible checks, run on the trusted side with each known mistake, for the table of a kit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import pytest

from grader.examiner.candidates import CheckRun, Evidence, TimeBudget
from grader.examiner.checks import CollectedCheck
from grader.examiner.collection import Suites, call_check
from grader.examiner.feedback import FAULT, observe
from grader.examiner.likeness import Part, alike
from grader.examiner.replay import LATE, CallResult, can_replay, compare, make_with
from grader.examiner.sealed import Place, Record, Suspect, TableWriter
from grader.examiner.trivial import is_trivial
from grader.examiner.walks import RECOGNISED, WHOLE, Move, is_effect, name_path, observe_end, walk
from grader.records import Course, Exercise, ModuleState, Outcome
from grader.sandbox.calls import Call, Raised, StudentError, TookTooLong, Warned
from grader.sandbox.protocol.messages import ErrorReply
from grader.sandbox.student import Student
from grader.seeds import PUBLIC, derive_check_seed
from grader.testing.catalogue import Entry, implement
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed

# The processor time for one exercise.
_BUDGET_S = 120.0
_WARNING = Warned(ErrorReply("", "a warning"))


class CannotRehearse(Exception):
    """A check asks for what can only be had from a worker."""


class Rehearsed(Student):
    """An implementation of ours in the place of a student's, without a process of its own.

    Parameters
    ----------
    implementation : callable
        Of the function that is examined.
    """

    def __init__(
        self, course: Course, exercise: Exercise, implementation: Callable[..., Any]
    ) -> None:
        super().__init__(course, exercise, None, (), None)  # type: ignore[arg-type]
        self._implementation = implementation
        self._objects: dict[int, Any] = {}

    def state(self) -> ModuleState:
        """Return that it was loaded."""
        return ModuleState(self._exercise.name, "graded")

    def begin(self, function: str, *args: Any, **kwargs: Any) -> None:
        """Start a check."""
        super().begin(function, *args, **kwargs)
        self._objects = {}

    def _ask(self, calls: list[Call]) -> list[Any]:
        return [self._make(call) for call in calls]

    def _make(self, call: Call) -> Any:
        if call.keep is not None or call.on is not None or call.name != self._function:
            raise CannotRehearse
        call.request(self._function)
        result = make_with(self._implementation, self._function, call, self._objects)
        self.calls.append(call)
        if result.raised == LATE.raised:
            raise TookTooLong("it takes too long")
        self._note(call, result)
        if result.raised:
            raise Raised(f"{result.raised}: {result.raised_text}", None, result.raised_kinds)
        return call.value

    def _note(self, call: Call, result: CallResult) -> None:
        call.answered = not result.raised
        call.value = result.value
        call.raised, call.raised_text = result.raised, result.raised_text
        keys = sorted(result.modified)
        call.modified_keys = tuple(keys)
        call.modified = tuple(self._argument_name(int(k) if k.isdigit() else k) for k in keys)
        call.warned = (_WARNING,) if result.warned else ()


class Rehearsal:
    """The checks of one exercise that a kit has.

    Parameters
    ----------
    checks : collection of str
        Their ids.
    """

    def __init__(self, suites: Suites, exercise: str, checks: Collection[str]) -> None:
        self._course = suites.course
        self._exercise = suites.course.exercise(exercise)
        self._items = [
            (item, suites.checks[item.nodeid])
            for item in suites.items
            if suites.checks[item.nodeid].check.id in checks
            and suites.checks[item.nodeid].check.exercise == exercise
        ]

    def write_table(self, entries: Sequence[Entry], salt: bytes, master: bytes) -> str:
        """Return the table of the exercise as the text of a file; empty if there are no entries.

        Parameters
        ----------
        entries : sequence of Entry
            Its misconceptions.
        salt, master : bytes
            As for `TableWriter`.
        """
        writer = TableWriter(salt, hashlib.sha256(master + self._exercise.name.encode()).digest())
        records: dict[tuple[str, str], tuple[int, bytes]] = {}
        for number, entry in enumerate(entries):
            runs = self._run(entry)
            paths = _Paths(entry, runs, writer)
            if not paths.tell_much:
                continue
            known = entry.function, entry.id
            if known not in records:
                record = Record(entry.id, entry.what, entry.hint)
                records[known] = writer.add_record(entry.function, record, entry.second_hint)
            paths.add(number, *records[known])
        return writer.finish() if records else ""

    def _run(self, entry: Entry) -> list[CheckRun]:
        """Run the checks of one function with a mistake."""
        student = Rehearsed(self._course, self._exercise, implement([entry]))
        runs = []
        for item, collected in self._items:
            if collected.check.function == entry.function and collected.replay:
                run = _judge(item, collected, student)
                runs.append(run)
        return runs


def _judge(item: pytest.Function, collected: CollectedCheck, student: Rehearsed) -> CheckRun:
    student.begin(collected.signature.name, collected.signature.parameters)
    identity = collected.check.id
    draws = Draws(derive_check_seed(PUBLIC, identity))
    try:
        call_check(item, student, draws)
    except (CheckFailed, StudentError) as error:
        kind = "failed" if isinstance(error, CheckFailed) else error.outcome
        outcome = Outcome(identity, kind, observe(error, student.last))
    except Exception:  # noqa: BLE001 - what a check does with wrong answers is not known here
        return CheckRun(Outcome(identity, "error", FAULT), ())
    else:
        outcome = Outcome(identity, "passed")
    return CheckRun(outcome, tuple(student.calls))


class _Paths:
    """The paths of one mistake."""

    def __init__(self, entry: Entry, runs: Sequence[CheckRun], writer: TableWriter) -> None:
        self._entry = entry
        self._runs = runs
        self._writer = writer
        self._evidence = Evidence(runs, entry.edited, TimeBudget(_BUDGET_S))

    @property
    def tell_much(self) -> bool:
        """Return whether its answers can neither be guessed easily nor come of another mistake."""
        failed = [run for run in self._runs if run.failed and run.calls]
        return any(
            run.outcome.observation == self._entry.id or not self._is_trivial(run.calls[-1])
            for run in failed
        )

    def _is_trivial(self, call: Call) -> bool:
        if not can_replay(call):
            return True  # it is on no path
        knows_right = self._evidence.knows_right and call.answered
        return is_trivial(call, self._evidence.wrong_parts([call]) if knows_right else ())

    def add(self, number: int, record: int, key: bytes) -> None:
        """Add its paths, and itself where they end."""
        failed = tuple(run.id.rpartition("/")[2] for run in self._runs if run.failed)
        ends: list[tuple[Part, Place]] = []
        for run in self._runs:
            if run.failed and run.calls and run.outcome.observation == self._entry.id:
                root = self._writer.root(run.id, RECOGNISED)
                move = observe_end(run)
                end = self._writer.step(
                    Place(root.secret, is_right=False), *move.digests, is_right=False
                )
                ends.append((WHOLE, end))
            elif run.failed and run.outcome.outcome != "timeout":
                for part, moves in walk(run).items():
                    if part == WHOLE or self._tells_much(run, part):
                        ends += ((part, place) for place in self._follow(run, part, moves))
        wrong = len({part for part, _ in ends if part != WHOLE})
        for _, place in ends:
            self._writer.add_suspect(place, Suspect(number, record, key, wrong, failed))

    def _tells_much(self, run: CheckRun, part: Part) -> bool:
        """Return whether one of several results shows a mistake by itself."""
        # Which of them is wrong is only known beside what is right.
        return self._evidence.knows_right and not is_trivial(run.calls[-1], [part])

    def _follow(self, run: CheckRun, part: Part, moves: Sequence[Move]) -> Iterator[Place]:
        """Yield the places where the mistake is to be named."""
        place = self._writer.root(run.id, name_path(part))
        for move in moves:
            is_right = place.is_right and self._is_right(move.call, part)
            place = self._writer.step(place, *move.digests, is_right=is_right)
            if part != WHOLE and not place.is_right and self._entry.loses_points:
                yield place
        if part == WHOLE and (self._entry.loses_points or is_effect(run)):
            if place.is_right or is_effect(run) or not self._evidence.knows_right:
                end = observe_end(run)
                place = self._writer.step(place, *end.digests, is_right=False)
            yield place

    def _is_right(self, call: Call, part: Part) -> bool:
        if not self._evidence.knows_right:
            return False
        if part == WHOLE:
            return compare(call, self._evidence.right(call)) == "same"
        theirs, right = self._evidence.parts(call)
        return alike(theirs[part], right.get(part))
