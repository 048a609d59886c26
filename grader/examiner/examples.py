"""Judging the examples that a student wrote, by right and by wrong implementations.

An example is data: its arguments are literals. The implementations are the course's, but the
arguments may be hostile, so that each call has a limit of processor time and of what one step of
numpy's may work on; the process has one of memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from grader.course.texts import read_text
from grader.errors import CourseError
from grader.examiner.evidence import TimeBudget
from grader.examiner.likeness import numbers_of
from grader.examiner.replay import LATE, CallResult, is_small, make_with
from grader.examiner.right import load_right
from grader.examiner.smallest import agree
from grader.examples.form import bind
from grader.examples.signatures import Signature, read_signatures
from grader.examples.values import (
    LEAST_DIGITS,
    Entries,
    Example,
    Function,
    Items,
    Nothing,
    Number,
    Text,
    Truth,
    Value,
    shape_of,
)
from grader.examples.verdicts import Judged, Judgement, Verdict, WrongWays
from grader.records import Course
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import SourceFunction
from grader.testing.canonical import Canonical, EditedFunction
from grader.testing.catalogue import Entry, implement, load_catalogue
from grader.testing.execution import execute_solution

# Processor time for all right implementations together, and for all wrong ways; a hundred honest
# examples need a second or two.
_BUDGET_S = 15.0
# After so many examples that take too long no further one of their function is tried.
_MOST_COSTLY = 4
# Of a number that is written exactly: numerical slopes are off by so much.
_RTOL, _ATOL = 1e-7, 1e-9
# The worst first: that of several results is the verdict of an example.
_WORST: tuple[Verdict, ...] = ("wrong", "shape", "few_digits", "cut", "right")

_Implementation = Callable[..., Any]


class Judge:
    """Judges examples of a course's functions.

    Parameters
    ----------
    solutions : mapping of str to str
        The sources of solutions by module, as far as they are there.
    """

    def __init__(self, course: Course, solutions: Mapping[str, str]) -> None:
        self._course = course
        self._solutions = solutions
        self._signatures = read_signatures(course)
        self._modules: dict[str, dict[str, Any]] = {}
        self._costly: Counter[str] = Counter()
        self._budget = TimeBudget(_BUDGET_S)

    def judge(self, examples: Sequence[Example]) -> Judgement:
        """Return what is right, and how many wrong ways what is right tells apart."""
        self._budget = TimeBudget(_BUDGET_S)
        judged = [self._judge_one(example) for example in examples]
        self._budget = TimeBudget(_BUDGET_S)
        right: dict[str, list[_Asked]] = {example.function: [] for example in examples}
        for asked, found in judged:
            if found.verdict == "right":
                right[asked.signature.name].append(asked)
        ways = {name: self._count_caught(name, asked) for name, asked in right.items()}
        return Judgement(tuple(found for _, found in judged), ways)

    def _judge_one(self, example: Example) -> tuple[_Asked, Judged]:
        """Return how an example was asked, and what was found."""
        asked = _Asked(example, self._signatures[example.function], self._functions)
        if self._costly[example.function] >= _MOST_COSTLY:
            return asked, Judged(example.line, example.function, "costly")
        found = self._try(asked)
        if found.verdict in ("open", "raised"):
            # Not every function promises to take integers.
            asked = replace(asked, floats=True)
            found = self._try(asked)
        self._costly[example.function] += found.verdict == "costly"
        return asked, found

    def _try(self, asked: _Asked) -> Judged:
        line, name = asked.example.line, asked.signature.name
        first, *others = self._right(asked.signature)
        made = self._make(first, asked)
        if made.raised:
            late = made.raised == LATE.raised
            return Judged(line, name, "costly" if late else "raised", raised=made.raised)
        for implementation in others:
            other = self._make(implementation, asked)
            if other.raised or not agree(other.value, made.value):
                return Judged(line, name, "costly" if other.raised == LATE.raised else "open")
        verdict, results, shape = asked.compare(made)
        return Judged(line, name, verdict, results, shape)

    def _count_caught(self, name: str, right: Sequence[_Asked]) -> WrongWays:
        signature = self._signatures[name]
        # What is one mistake in several right ways to write the function is one wrong way.
        ways: dict[str, list[Entry]] = {}
        for entry in load_catalogue(self._course.suites, signature.exercise, "misconceptions"):
            if entry.function == signature.name and entry.loses_points:
                ways.setdefault(entry.id, []).append(entry)
        caught = sum(
            all(any(self._catches(asked, entry) for asked in right) for entry in entries)
            for entries in ways.values()
        )
        return WrongWays(caught, len(ways))

    def _catches(self, asked: _Asked, entry: Entry) -> bool:
        if self._budget.spent:
            return False
        # Edits of one function share their code: each is made just before it is called.
        made = self._make(self._lend(implement([entry]), asked.signature), asked)
        return asked.compare(made)[0] != "right"

    def _make(self, implementation: _Implementation, asked: _Asked) -> CallResult:
        if self._budget.spent or not is_small(asked.call):
            return LATE
        return make_with(implementation, asked.signature.name, asked.call, {})

    def _right(self, signature: Signature) -> tuple[_Implementation, ...]:
        right = load_right(self._course.suites, signature.exercise, signature.name)
        own = self._solution(signature.exercise).get(signature.name)
        if own is not None and self._sources(signature.exercise):
            right = (own, *right)
        if not right:
            raise CourseError(
                f"the course has no right implementation of {signature.name}; "
                "give the folder of its solutions with --solutions"
            )
        return tuple(self._lend(one, signature) for one in right)

    def _lend(self, implementation: _Implementation, signature: Signature) -> _Implementation:
        """Let an implementation use the other definitions of its exercise, as in a module."""
        names = getattr(implementation, "__globals__", {})
        for name, value in self._solution(signature.exercise).items():
            names.setdefault(name, value)
        return implementation

    def _solution(self, exercise: str) -> dict[str, Any]:
        """Return what a right module of an exercise defines; it is executed once."""
        if exercise not in self._modules:
            path = self._course.suites / exercise / "canonical.py"
            sources = self._sources(exercise)
            if not sources:
                sources = {exercise: read_text(path) if path.is_file() else ""}
            self._modules[exercise] = execute_solution(exercise, sources)
        return self._modules[exercise]

    def _sources(self, exercise: str) -> dict[str, str]:
        """Return the solution of an exercise by module; nothing where it is not there."""
        found = self._solutions
        return {n: found[n] for n in self._course.exercise(exercise).modules if n in found}

    @cached_property
    def _functions(self) -> dict[str, SourceFunction]:
        """The functions that may be passed as arguments."""
        found = {}
        for name, formula in self._course.examples.functions.items():
            source = f"def {name}(x):\n    return {formula}\n" if formula else self._source(name)
            found[name] = SourceFunction(name, source)
        return found

    def _source(self, name: str) -> str:
        """Return the source of a function of the course that is passed as an argument."""
        suites = self._course.suites
        for exercise in self._course.select():
            canonical = Canonical(suites / exercise / "canonical.py")
            try:
                return EditedFunction(canonical, name, ()).source()
            except CourseError:
                continue
        for exercise in self._course.select():
            sources = list(self._sources(exercise).values())
            if sources and name in self._solution(exercise):
                return next((one for one in sources if f"def {name}(" in one), sources[0])
        raise CourseError(
            f"{self._course.manifest}: examples.functions has {name!r} without an expression, "
            "and no function of the course has this name"
        )


@dataclass(frozen=True)
class _Asked:
    """An example, ready to be called and compared."""

    example: Example
    signature: Signature
    functions: Mapping[str, SourceFunction]
    floats: bool = False

    @cached_property
    def call(self) -> Call:
        """The call that the example makes."""
        kinds = {one.name: one.kind for one in self.signature.parameters}
        bound = bind(self.example, self.signature)
        names = list(bound)[: len(self.example.args)]
        args = tuple(self._build(bound[name], kinds[name]) for name in names)
        kwargs = {n: self._build(v, kinds[n]) for n, v in self.example.kwargs.items()}
        call = Call(self.signature.name, args, kwargs)
        call.pack_arguments()
        return call

    def _build(self, value: Value, kind: str = "array") -> Any:
        """Return an argument as the function gets it."""
        match value:
            case Number(number):
                return number
            case Truth(truth):
                return truth
            case Text(text):
                return text
            case Nothing():
                return None
            case Function(name):
                return self.functions[name]
            case Entries(entries):
                return {key: self._build(item) for key, item in entries.items()}
        if kind in ("list", "functions") and not value.is_array:
            return [self._build(item) for item in value.items]
        if shape_of(value) is None:
            # Not an array: the pairs of a list, say.
            return tuple(self._build(item) for item in value.items)
        array = np.array(_plain(value))
        return array.astype(float) if self.floats else array

    def compare(self, made: CallResult) -> tuple[Verdict, tuple[str, ...], tuple[int, ...]]:
        """Return how a result is to the value that was written, and which parts are otherwise."""
        if made.raised:
            return "wrong", (), ()
        results = self.signature.results
        expected, got = self.example.expected, made.value
        if len(results) < 2 or not isinstance(expected, Items):
            verdict, shape = compare_value(expected, got)
            return verdict, (), shape
        if not isinstance(got, list | tuple) or len(got) != len(expected.items):
            return "wrong", (), ()
        found = [compare_value(w, g) for w, g in zip(expected.items, got, strict=True)]
        verdict, shape = min(found, key=lambda one: _WORST.index(one[0]))
        names = [r.name for r, (v, _) in zip(results, found, strict=True) if v != "right"]
        return verdict, tuple(names), shape if verdict == "shape" else ()


def _plain(value: Value) -> Any:
    if isinstance(value, Items):
        return [_plain(item) for item in value.items]
    assert isinstance(value, Number | Truth)
    return value.value


def compare_value(written: Value, got: Any) -> tuple[Verdict, tuple[int, ...]]:
    """Return whether a written value is the one that came, and otherwise the right shape."""
    if isinstance(written, Entries):
        if not isinstance(got, dict) or got.keys() != written.entries.keys():
            return "wrong", ()
        return _worst([compare_value(item, got[key]) for key, item in written.entries.items()])
    if isinstance(written, Nothing):
        return ("right" if got is None else "wrong"), ()
    if isinstance(written, Text | Function):
        return ("right" if isinstance(written, Text) and got == written.text else "wrong"), ()
    several = isinstance(got, list | tuple)
    numbers = numbers_of(got)
    shape = shape_of(written)
    if numbers is None or (shape is None and several):
        if not (several and isinstance(written, Items) and len(got) == len(written.items)):
            return "wrong", ()
        return _worst([compare_value(w, g) for w, g in zip(written.items, got, strict=True)])
    if shape != numbers.shape:
        return "shape", numbers.shape
    pairs = zip(_numbers(written), numbers.ravel().tolist(), strict=True)
    return min((_compare_number(w, g) for w, g in pairs), key=_WORST.index, default="right"), ()


def _worst(found: Sequence[tuple[Verdict, tuple[int, ...]]]) -> tuple[Verdict, tuple[int, ...]]:
    return min(found, key=lambda one: _WORST.index(one[0]), default=("right", ()))


def _numbers(value: Value) -> Iterator[Number]:
    if isinstance(value, Items):
        for item in value.items:
            yield from _numbers(item)
    elif isinstance(value, Truth):
        yield Number(int(value.value))
    elif isinstance(value, Number):
        yield value


def _compare_number(written: Number, got: float) -> Verdict:
    if written.value == got:
        return "right"
    off = abs(written.value - got)
    if off <= _ATOL + _RTOL * abs(got) < np.inf:
        return "right"
    # Half a unit of the last digit, and what binary fractions add to that.
    if written.unit and off <= written.unit * (0.5 + 1e-9):
        return "right" if written.digits >= LEAST_DIGITS else "few_digits"
    is_cut = written.digits >= LEAST_DIGITS and 0 < abs(got) - abs(written.value) < written.unit
    return "cut" if is_cut and off < written.unit else "wrong"
