"""Diagnosis: naming the misconception that a wrong function shows.

Every call that a check made is made again with each misconception of that function, on
the trusted side and with the same arguments. A misconception is named where it did what
the student's function did: the same values, or the same arguments changed, or the same
warning. What the student's function did in its other checks decides between several.
"""

from __future__ import annotations

import math
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from grader.examiner.replay import LATE, CallResult, repeat_call
from grader.records import FAILED, Outcome
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import Handle, Opaque
from grader.testing.catalogue import Entry
from grader.testing.observations import holds_text

_RTOL, _ATOL = 1e-6, 1e-9
_RTOL_SINGLE, _ATOL_SINGLE = 1e-4, 1e-6
# An argument may have come from the student: a state that the suite hands on.
_MAX_ARGUMENT = 16 * 1024
# Entries that all arguments broadcast together could have. One step of numpy's cannot be
# interrupted, so what it may work on is bounded before.
_MAX_BROADCAST = 2**20
# Processor time for all misconceptions of a submission together; honest work needs a tenth.
_BUDGET_S = 10.0

Likeness = Literal["same", "compatible", "different"]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What one check of a function found, and the calls that it made."""

    outcome: Outcome
    calls: tuple[Call, ...]

    @property
    def failed(self) -> bool:
        """Return whether it failed, and the student's code did something in it."""
        return self.outcome.outcome in FAILED


class TimeBudget:
    """The processor time, in seconds, that misconceptions may still take of a whole submission."""

    def __init__(self, left_s: float = _BUDGET_S) -> None:
        self._end_s = time.process_time() + left_s

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return time.process_time() > self._end_s


def diagnose(
    runs: Sequence[CheckRun], entries: Sequence[Entry], budget: TimeBudget | None = None
) -> dict[str, Entry]:
    """Name the misconceptions that a function shows, by check, for failed checks that show one.

    Parameters
    ----------
    runs : sequence of CheckRun
        All checks of one function, passed and failed.
    entries : sequence of Entry
        The misconceptions of that function.
    budget : TimeBudget, optional
        By default that of a submission. Where it is spent, nothing more is named.
    """
    by_id = {entry.id: entry for entry in entries}
    # Where values cannot show it, the suite itself recognises a misconception.
    named = {
        run.outcome.check_id: by_id[run.outcome.observation]
        for run in runs
        if run.outcome.observation in by_id
    }
    failed = [run for run in runs if run.failed and run.outcome.check_id not in named]
    if not failed:
        return named
    budget = budget or TimeBudget()
    made = (call for run in runs for call in run.calls)
    repeatable = {id(call) for call in made if _is_repeatable(call) and _is_small(call)}
    candidates = [_Candidate(entry, runs, budget, repeatable) for entry in entries]
    for run in failed:
        fitting = [candidate for candidate in candidates if candidate.explains(run)]
        if fitting:
            # The one that agrees with most of what the function did, in all its checks.
            named[run.outcome.check_id] = max(fitting, key=lambda c: c.weight).entry
    return named


class _Candidate:
    """A misconception compared with everything that a function did."""

    def __init__(
        self, entry: Entry, runs: Sequence[CheckRun], budget: TimeBudget, repeatable: Container[int]
    ) -> None:
        self.entry = entry
        self._likeness: dict[str, list[tuple[Likeness, CallResult]]] = {}
        late = False
        for run in runs:
            compared: list[tuple[Likeness, CallResult]] = []
            kept: dict[int, Any] = {}
            for call in run.calls:
                # A call that was cut short, or that ended its process, shows nothing.
                if (call.answered or call.raised) and id(call) in repeatable:
                    # Once is enough to wait for a misconception that does not end.
                    late = late or budget.spent
                    result = LATE if late else repeat_call(entry, call, kept)
                    late = late or result.raised == LATE.raised
                    compared.append(("different" if late else _compare(call, result), result))
            self._likeness[run.outcome.check_id] = compared

    @property
    def weight(self) -> tuple[bool, int]:
        """Return whether nothing speaks against it, and how many calls speak for it."""
        all_of_them = [likeness for compared in self._likeness.values() for likeness, _ in compared]
        return "different" not in all_of_them, all_of_them.count("same")

    def explains(self, run: CheckRun) -> bool:
        """Return whether the misconception did in this check what the student's did."""
        # One call anywhere that speaks against it is enough: a wrong hint is worse than none.
        consistent, evidence = self.weight
        compared = self._likeness[run.outcome.check_id]
        if not compared or not consistent:
            return False
        observation = run.outcome.observation
        last_call, (_, result) = run.calls[-1], compared[-1]
        if observation == "modified":
            return bool(result.modified) and result.modified == frozenset(last_call.modified_keys)
        if observation == "warned":
            return result.warned
        if not self.entry.loses_points:
            return False
        if observation == "not_finite" and not _overflowed(result.value):
            # What went on where the student's numbers overflowed does not explain that.
            return False
        return evidence > 0


def _is_repeatable(call: Call) -> bool:
    """Return whether nothing of the call stayed in the worker, or comes from there."""
    return call.on is None and call.keep is None and not _holds_handle([*call.args, call.kwargs])


def _holds_handle(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_handle, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_handle, value))
    return isinstance(value, Handle)


def _is_small(call: Call) -> bool:
    packed = [*call.packed_args, *call.packed_kwargs.values()]
    if any(len(data) > _MAX_ARGUMENT for data in packed):
        return False
    sizes: dict[int, int] = {}
    for shape in _shapes([*call.args, *call.kwargs.values()]):
        for axis, size in enumerate(reversed(shape)):
            sizes[axis] = max(size, sizes.get(axis, 1))
    return math.prod(sizes.values()) <= _MAX_BROADCAST


def _shapes(values: Iterable[Any]) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of all arrays, and of lists that would become some."""
    for value in values:
        if isinstance(value, dict):
            yield from _shapes(value.values())
        elif (array := _numbers(value)) is not None:
            yield array.shape
        elif isinstance(value, list | tuple):
            yield from _shapes(value)


def _compare(call: Call, result: CallResult) -> Likeness:
    if not call.answered:
        if not result.raised or result.raised != call.raised:
            return "different"
        # numpy's texts name the shapes that did not fit: the same text, the same mistake.
        return (
            "same"
            if result.raised_text and result.raised_text == call.raised_text
            else "compatible"
        )
    if result.raised:
        return "different"
    if alike(call.value, result.value):
        return "same"
    # Where the student's numbers overflowed, a misconception that is written with more care
    # may go on; that does not speak against it.
    return "compatible" if _overflowed(call.value) else "different"


def _overflowed(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_overflowed, value.values()))
    numbers = _numbers(value)
    if numbers is not None:
        return not np.all(np.isfinite(numbers))
    return isinstance(value, list | tuple) and any(map(_overflowed, value))


def alike(a: Any, b: Any) -> bool:
    """Return whether two answers are the same but for rounding and for list or tuple."""
    if isinstance(a, dict) or isinstance(b, dict):
        return (
            isinstance(a, dict)
            and isinstance(b, dict)
            and a.keys() == b.keys()
            and all(alike(a[key], b[key]) for key in a)
        )
    if a is None or b is None or isinstance(a, str | Opaque) or isinstance(b, str | Opaque):
        return type(a) is type(b) and not isinstance(a, Opaque) and a == b
    first, second = _numbers(a), _numbers(b)
    if first is not None and second is not None:
        single = min(first.dtype.itemsize, second.dtype.itemsize) < 8
        rtol, atol = (_RTOL_SINGLE, _ATOL_SINGLE) if single else (_RTOL, _ATOL)
        return first.shape == second.shape and bool(
            np.allclose(first, second, rtol=rtol, atol=atol, equal_nan=True)
        )
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    return False


def _numbers(value: Any) -> np.ndarray[Any, Any] | None:
    if holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    return array if array.dtype.kind == "f" else None
