"""Visible checks, run on the trusted side with each known mistake, for the table of a kit."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import pytest

from grader.examiner.checks import CollectedCheck
from grader.examiner.collection import Suites, call_check
from grader.examiner.diagnosis import gather
from grader.examiner.evidence import CheckRun, TimeBudget
from grader.examiner.feedback import FAULT
from grader.examiner.likeness import Part, alike
from grader.examiner.observing import observe
from grader.examiner.replay import LATE, CallResult, Mistakes, compare, make_with
from grader.examiner.right import Names, RightNames, load_names
from grader.examiner.sealed import Place, Record, Suspect, TableWriter
from grader.examiner.trivial import is_trivial
from grader.examiner.walks import RECOGNISED, WHOLE, Move, is_effect, name_path, observe_end, walk
from grader.records import Course, Exercise, ModuleState, Outcome
from grader.sandbox.answers import name_argument
from grader.sandbox.calls import Call, Raised, StudentError, TookTooLong, Warned
from grader.sandbox.module import Module
from grader.sandbox.protocol.messages import MAX_LEFT, ErrorReply
from grader.sandbox.student import Student
from grader.seeds import PUBLIC, derive_check_seed
from grader.testing.catalogue import Entry, implement
from grader.testing.draws import Draws
from grader.testing.expect import CheckFailed

# How many misconceptions of a function, which come first as they are common, are known in pairs.
_COMMON = 10
# The processor time for one exercise.
_BUDGET_S = 120.0
_WARNING = Warned(ErrorReply("", "a warning"))


class Rehearsed(Student):
    """An implementation of ours in the place of a student's, without a process of its own.

    Parameters
    ----------
    implementation : callable
        Of the function that is examined.
    names : dict of str to object
        The other names of its module.
    """

    def __init__(
        self,
        course: Course,
        exercise: Exercise,
        implementation: Callable[..., Any],
        names: Names,
    ) -> None:
        super().__init__(Module(course, exercise, None, (), None))  # type: ignore[arg-type]
        self._exercise = exercise
        self._implementation = implementation
        self._names = names
        self._objects: dict[int, Any] = {}

    def state(self) -> ModuleState:
        """Return that it was loaded."""
        return ModuleState(self._exercise.name, "graded")

    def begin(self, function: str, *args: Any, **kwargs: Any) -> None:
        """Start a check."""
        super().begin(function, *args, **kwargs)
        self._objects = {}

    def _obtain(self, calls: list[Call]) -> list[Any]:
        return [self._make(call) for call in calls]

    def _make(self, call: Call) -> Any:
        if call.runs:
            raise TypeError("a program runs in a worker only")
        call.request(self._function)
        names = self._names
        result = make_with(self._implementation, self._function, call, self._objects, names)
        self.calls.append(call)
        if result.raised == LATE.raised:
            raise TookTooLong("it takes too long")
        self._note(call, result)
        if result.raised:
            raise Raised(
                f"{result.raised}: {result.raised_text}",
                None,
                result.raised_kinds,
                own_kinds=result.own_kinds,
                name=result.raised,
                text=result.whole_text,
            )
        return call.value

    def _note(self, call: Call, result: CallResult) -> None:
        call.answered = not result.raised
        call.value = result.value
        call.raised, call.raised_text = result.raised, result.raised_text
        call.output = result.output
        keys = sorted(result.modified)
        call.modified_keys = tuple(keys)
        call.left = {k: data for k, data in result.left.items() if len(data) <= MAX_LEFT}
        places = [int(key) if key.isdigit() else key for key in keys]
        call.modified = tuple(name_argument(place, self._parameters) for place in places)
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
        self._names = load_names(suites.course.suites, exercise)
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
        alone: dict[int, _Paths] = {}
        for number, entry in enumerate(entries):
            paths = alone[id(entry)] = _Paths((entry,), self._run((entry,)), writer, self._names)
            if paths.tell_much:
                paths.add(number)
        for number, pair in enumerate(_choose_pairs(entries, alone), start=len(entries)):
            paths = _Paths(pair, self._run(pair), writer, self._names)
            apart = [alone[id(one)] for one in pair]
            # One of the two may hide the other, or show in other checks only.
            if paths.tell_much and all(paths.ends != one.ends for one in apart):
                paths.add(number, beside=apart)
        return writer.finish() if any(paths.tell_much for paths in alone.values()) else ""

    def _run(self, mistakes: Mistakes) -> list[CheckRun]:
        """Run the checks of one function with a mistake, or two."""
        names = self._names.beside(mistakes[0])
        student = Rehearsed(self._course, self._exercise, implement(mistakes), names)
        runs = []
        for item, collected in self._items:
            if collected.check.function == mistakes[0].function and collected.replay:
                run = _judge(item, collected, student)
                runs.append(run)
        return runs


def _choose_pairs(
    entries: Sequence[Entry], alone: Mapping[int, _Paths]
) -> Iterator[tuple[Entry, Entry]]:
    """Yield two of the first misconceptions of each function that go together."""
    by_function: dict[str, list[Entry]] = {}
    for entry in entries:
        found = by_function.setdefault(entry.function, [])
        if entry.loses_points and len(found) < _COMMON:
            found.append(entry)
    for found in by_function.values():
        for first, second in itertools.combinations(found, 2):
            apart = [alone[id(one)].wrong_parts for one in (first, second)]
            # Those in two results are known as they are.
            if first.goes_with(second) and not (all(apart) and apart[0].isdisjoint(apart[1])):
                yield first, second


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
    """The paths of one mistake, or of two together."""

    def __init__(
        self,
        mistakes: Mistakes,
        runs: Sequence[CheckRun],
        writer: TableWriter,
        names: RightNames,
    ) -> None:
        self._mistakes = mistakes
        self._runs = runs
        self._writer = writer
        self._evidence = gather(runs, mistakes, TimeBudget(_BUDGET_S), names)

    @property
    def tell_much(self) -> bool:
        """Return whether its answers can neither be guessed easily nor come of another mistake."""
        failed = [run for run in self._runs if run.failed and run.calls]
        # A check that another mistake fails may show a result that it does not look at.
        return bool(self.wrong_parts) or any(
            self._is_recognised(run) or not self._is_trivial(run.calls[-1]) for run in failed
        )

    def _is_recognised(self, run: CheckRun) -> bool:
        """Return whether the suite itself knows the mistake."""
        return len(self._mistakes) == 1 and run.outcome.observation == self._mistakes[0].id

    def _is_trivial(self, call: Call) -> bool:
        if not self._evidence.compares(call):
            return True  # it shows nothing of the mistake
        knows_right = self._evidence.knows_right and call.answered
        return is_trivial(call, self._evidence.wrong_parts([call]) if knows_right else ())

    @cached_property
    def ends(self) -> set[tuple[Part, Place]]:
        """The places where the mistakes are to be named, with what leads there."""
        ends: set[tuple[Part, Place]] = set()
        for run in self._runs:
            if run.failed and run.calls and self._is_recognised(run):
                start = Place(self._writer.root(run.id, RECOGNISED).secret, is_right=False)
                move = observe_end(run)
                ends.add((WHOLE, self._writer.step(start, *move.digests, is_right=False)))
            elif run.outcome.outcome != "timeout" and run.calls:
                # A check passes where it looks at one result and another is wrong. It may fail
                # in a student's hands, and the other is then to be explained in it, too.
                for part, moves in walk(run).items():
                    if run.failed if part == WHOLE else self._tells_much(run, part):
                        ends |= {(part, place) for place in self._follow(run, part, moves)}
        return ends

    @property
    def wrong_parts(self) -> set[Part]:
        """The results that are wrong, where there are several."""
        return {part for part, _ in self.ends if part != WHOLE}

    def ends_of(self, part: Part) -> set[Place]:
        """Return the places for one result."""
        return {place for other, place in self.ends if other == part}

    def add(self, number: int, beside: Sequence[_Paths] = ()) -> None:
        """Add the mistakes as a suspect of that number where their paths end.

        Parameters
        ----------
        beside : sequence of _Paths
            Those of each of two mistakes alone. A result that only one of them changes shows
            nothing of the other.
        """
        of_one = {
            part
            for part in self.wrong_parts
            for one in beside
            if self.ends_of(part) <= one.ends_of(part)
        }
        records = tuple(
            self._writer.add_record(
                one.function, Record(one.id, one.what, one.hint), one.second_hint
            )
            for one in self._mistakes
        )
        failed = tuple(run.id.rpartition("/")[2] for run in self._runs if run.failed)
        suspect = Suspect(number, records, len(self.wrong_parts), failed)
        for part, place in self.ends:
            if part not in of_one:
                self._writer.add_suspect(place, suspect)

    def _tells_much(self, run: CheckRun, part: Part) -> bool:
        """Return whether one of several results shows a mistake by itself."""
        # Which of them is wrong is only known beside what is right.
        return self._evidence.knows_right and not is_trivial(run.calls[-1], [part])

    def _follow(self, run: CheckRun, part: Part, moves: Sequence[Move]) -> Iterator[Place]:
        """Yield the places where the mistake is to be named."""
        loses_points = self._mistakes[0].loses_points
        place = self._writer.root(run.id, name_path(part))
        for move in moves:
            is_right = place.is_right and self._is_right(move.call, part)
            place = self._writer.step(place, *move.digests, is_right=is_right)
            if part != WHOLE and not place.is_right and loses_points:
                yield place
        if part == WHOLE and (loses_points or is_effect(run)):
            if place.is_right or is_effect(run) or not self._evidence.knows_right:
                end = observe_end(run)
                place = self._writer.step(place, *end.digests, is_right=False)
            yield place

    def _is_right(self, call: Call, part: Part) -> bool:
        if not self._evidence.compares(call):
            return True  # it is of another function
        if not self._evidence.knows_right:
            return False
        if part == WHOLE:
            return compare(call, self._evidence.right(call)) == "same"
        theirs, right = self._evidence.parts(call)
        return alike(theirs[part], right.get(part))
