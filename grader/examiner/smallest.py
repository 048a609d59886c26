"""The smallest call that goes wrong: a mistake on numbers that can be followed by hand.

Right implementations of the course answer each tiny call on the trusted side, the student's
function answers it in its worker. The first one in order of size in which they differ is shown.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.examiner.likeness import alike, numbers_of, overflowed
from grader.examiner.replay import can_replay, is_plain, make_with
from grader.examiner.right import Implementation
from grader.examiner.smallest_words import Difference, describe_smallest
from grader.examiner.tiny_calls import NotTinyError, TinyCall, list_tiny_calls
from grader.records import Smallest
from grader.sandbox.calls import Call, Raised
from grader.sandbox.student import Student
from grader.testing.expect import ATOL, RTOL

MOST_CALLS = 150
# They are sent in groups: mostly the first few show it.
_GROUPS = (12, 48, MOST_CALLS)
# Processor time of one group in the worker, and of all right implementations together.
WORKER_S, _RIGHT_S = 1.0, 1.0
# Known mistakes are wrong by ten times the tolerance or more; what is nearer shows nothing.
_CLEARLY = 10
# Observations of checks whose arrays had a wrong shape.
_SHAPES = frozenset({"transposed", "kept_dimension", "wrong_shape", "not_summed"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed check of values whose mistake is looked for on a tiny call.

    Parameters
    ----------
    function : str
        The function that is examined.
    call : Call
        The call that failed.
    others : sequence of Call
        More calls of the function, of all its checks.
    observation : str
        What the check observed.
    names : tuple of str
        What the function's results are called, in their order.
    wrong : collection of str
        Those of them that are wrong, where that is known.
    known : collection of str
        Functions of the course: an argument of such a name needs no explanation.
    """

    function: str
    call: Call
    others: Sequence[Call]
    observation: str
    names: tuple[str, ...]
    wrong: Collection[str]
    known: Collection[str] = ()

    @property
    def raised(self) -> bool:
        """Return whether the call raised an exception instead of giving a wrong answer."""
        return not self.call.answered

    @property
    def can_be_small(self) -> bool:
        """Return whether the call is an ordinary one of the function itself."""
        return _is_ordinary(self.call, self.function)


def _is_ordinary(call: Call, function: str) -> bool:
    is_ordinary = is_plain(call) and not call.given
    return call.name == function and is_ordinary and can_replay(call)


def find_smallest(
    student: Student, failure: Failure, right: Sequence[Implementation]
) -> Smallest | None:
    """Return the smallest call that goes wrong as a check did, or None where there is none.

    Parameters
    ----------
    student : Student
        The proxy, for which a check of the function has begun.
    right : sequence of callable
        Right implementations. A call on which they differ is not asked for by the docstring.

    Raises
    ------
    StudentError, WorkerKilled, GraderError
        If the student's code gives no answer; then nothing is found.
    """
    if not failure.can_be_small or not right:
        return None
    try:
        others = [call for call in failure.others if _is_ordinary(call, failure.function)]
        listed = list(list_tiny_calls(failure.call, others, MOST_CALLS))
    except NotTinyError:
        return None
    return _Search(student, failure, right).find(listed)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A tiny call, the right answer and the student's."""

    tiny: TinyCall
    right: Any
    call: Call


class _Search:
    def __init__(self, student: Student, failure: Failure, right: Sequence[Implementation]) -> None:
        self._student = student
        self._failure = failure
        self._right = right
        self._end_s = time.process_time() + _RIGHT_S

    def find(self, listed: Sequence[TinyCall]) -> Smallest | None:
        """Ask for one call after another until one goes wrong."""
        agreed: list[TinyCall] = []
        for tried in self._try(listed):
            found = self._compare(tried)
            if found is None:
                agreed.append(tried.tiny)
            elif _is_same_call(tried.call, self._failure.call):
                return None  # it is shown anyway
            elif self._is_certain(tried):
                return describe_smallest(tried.call, tried.tiny, found, agreed, self._failure.known)
        return None

    def _try(self, listed: Sequence[TinyCall]) -> Iterator[_Tried]:
        asked = itertools.islice(self._answer(listed), MOST_CALLS)
        done = 0
        for end in _GROUPS:
            group = list(itertools.islice(asked, end - done))
            done += len(group)
            yield from self._ask(group)

    def _answer(self, listed: Sequence[TinyCall]) -> Iterator[_Tried]:
        """Yield the calls that have a right answer."""
        for tiny in listed:
            call = Call(self._failure.function, tiny.args, tiny.kwargs)
            call.pack_arguments()
            right = self._make_right(self._right[0], call)
            if time.process_time() > self._end_s:
                return
            if right is not None:
                yield _Tried(tiny, right, call)

    def _make_right(self, implementation: Implementation, call: Call) -> Any:
        """Return a right answer, or None where there is none for such arguments."""
        made = make_with(implementation, self._failure.function, call, {})
        usable = not made.raised and not made.warned and not overflowed(made.value)
        return made.value if usable else None

    def _ask(self, group: Sequence[_Tried]) -> Iterator[_Tried]:
        """Yield the calls of a group that the student's function answered, or raised in."""
        left = list(group)
        while left:
            with suppress(Raised):
                self._student.make([tried.call for tried in left])
            made = [tried for tried in left if tried.call.answered or tried.call.raised]
            if not made:
                return
            yield from made
            left = left[len(made) :]

    def _compare(self, tried: _Tried) -> Difference | None:
        """Return what is wrong with an answer in the way in which the check's was."""
        if not tried.call.answered:
            same = self._failure.raised and tried.call.raised == self._failure.call.raised
            return Difference("", tried.call.raised, _numbers_of(tried.right)) if same else None
        if self._failure.raised:
            return None
        wrong = set(self._failure.wrong)
        parts = list(_pair(tried.call.value, tried.right, self._failure.names))
        if not wrong.intersection(part for part, _, _ in parts):
            wrong.clear()  # the names are others than those of the results
        for part, got, right in parts:
            if (not wrong or part in wrong) and self._differs(got, right):
                return Difference(part, got, right)
        return None

    def _differs(self, got: NDArray[Any], right: NDArray[Any]) -> bool:
        if got.shape != right.shape:
            if self._failure.observation in _SHAPES:
                return True
            if got.size != right.size:
                return False
            got = got.reshape(right.shape)  # the check may allow it
        off = np.abs(got.astype(np.float64) - right)
        return not bool(np.all(off <= _CLEARLY * (ATOL + RTOL * np.abs(right))))

    def _is_certain(self, tried: _Tried) -> bool:
        """Return whether all right implementations agree, and the student's function repeats it."""
        for implementation in self._right[1:]:
            other = self._make_right(implementation, tried.call)
            if other is None or not agree(other, tried.right):
                return False
        again = Call(tried.call.name, tried.tiny.args, tried.tiny.kwargs)
        with suppress(Raised):
            self._student.make([again])
        return again.raised == tried.call.raised and (
            not tried.call.answered or alike(again.value, tried.call.value)
        )


def _is_same_call(call: Call, other: Call) -> bool:
    return (call.packed_args, call.packed_kwargs) == (other.packed_args, other.packed_kwargs)


def agree(other: Any, right: Any) -> bool:
    """Return whether two right answers have the same numbers, in whatever shape."""
    pairs = list(_pair(other, right, ()))
    return bool(pairs) and all(
        a.size == b.size and np.allclose(a.ravel() + 0.0, b.ravel() + 0.0, rtol=RTOL, atol=ATOL)
        for _, a, b in pairs
    )


def _numbers_of(value: Any) -> NDArray[Any] | None:
    """Return a value as an array of numbers, or of True and False, or None where it is none."""
    numbers = numbers_of(value)
    truths = numbers is not None and np.asarray(value).dtype == np.bool_
    return numbers.astype(np.bool_) if numbers is not None and truths else numbers


def _has_length(value: Any, length: int) -> bool:
    several = isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim)
    return bool(several) and len(value) == length


def _pair(
    got: Any, right: Any, names: Sequence[str], part: str = ""
) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
    """Yield the numbers of a result beside the right ones, with a name for each part."""
    numbers = None if isinstance(right, tuple) else _numbers_of(right)
    if numbers is not None:
        came = _numbers_of(got)
        if came is not None:
            yield part, came, numbers
    elif isinstance(right, dict):
        for key, item in right.items():
            if isinstance(got, dict) and key in got:
                name = f"{part}[{key!r}]" if part else str(key)
                yield from _pair(got[key], item, (), name)
    elif isinstance(right, list | tuple) and _has_length(got, len(right)):
        for n, item in enumerate(right):
            own = names[n] if len(names) == len(right) else f"{part or 'result'}[{n}]"
            yield from _pair(got[n], item, (), own)
