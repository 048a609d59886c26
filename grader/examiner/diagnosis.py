"""Diagnosis: naming the misconception that a wrong function shows.

Every call that a check made is made again with each misconception of that function, on
the trusted side and with the same arguments. A misconception is named where it did what
the student's function did: the same values, or the same arguments changed, or the same
warning. What the student's function did in its other checks decides between several. Where
no single one did, pairs of misconceptions that can be made together are tried.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import signal
import time
import types
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from grader.records import FAILED, Outcome
from grader.sandbox.calls import Call
from grader.sandbox.protocol.builders import BUILDERS, build_function
from grader.sandbox.protocol.values import Handle, Opaque, pack, unpack
from grader.sanitize import clean_line
from grader.testing.catalogue import Entry, implement
from grader.testing.observations import holds_text

_RTOL, _ATOL = 1e-6, 1e-9
_RTOL_SINGLE, _ATOL_SINGLE = 1e-4, 1e-6
# Processor time for one call: a misconception may take for ever where the student's function
# did not. Never wall-clock time: a busy machine must not change a report.
_LIMIT_S = 0.5
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


@dataclass(frozen=True, slots=True)
class _CallResult:
    """What an implementation did when it was called."""

    value: Any
    raised: str
    raised_text: str
    modified: frozenset[str]
    warned: bool


_LATE = _CallResult(None, TimeoutError.__name__, "", frozenset(), warned=False)


class TimeBudget:
    """The processor time, in seconds, that misconceptions may still take of a whole submission."""

    def __init__(self, left_s: float = _BUDGET_S) -> None:
        self._end_s = time.process_time() + left_s

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return time.process_time() > self._end_s


# Two mistakes, at most; the one that comes first in the catalogue is first.
Mistakes = tuple[Entry, ...]


def diagnose(
    runs: Sequence[CheckRun], entries: Sequence[Entry], budget: TimeBudget | None = None
) -> dict[str, Mistakes]:
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
    named: dict[str, Mistakes] = {
        run.outcome.check_id: (by_id[run.outcome.observation],)
        for run in runs
        if run.outcome.observation in by_id
    }
    failed = [run for run in runs if run.failed and run.outcome.check_id not in named]
    if not failed:
        return named
    budget = budget or TimeBudget()
    replay = _Replay(runs, budget)
    singles = [_Candidate((entry,), replay) for entry in entries]
    found = _name_one(failed, singles) or _name_two(failed, singles, replay)
    return named | found


def _name_one(failed: Sequence[CheckRun], singles: Sequence[_Candidate]) -> dict[str, Mistakes]:
    named = {}
    for run in failed:
        fitting = [candidate for candidate in singles if candidate.explains(run)]
        if fitting:
            # The one that agrees with most of what the function did, in all its checks.
            named[run.outcome.check_id] = max(fitting, key=lambda c: c.weight).mistakes
    return named


def _name_two(
    failed: Sequence[CheckRun], singles: Sequence[_Candidate], replay: _Replay
) -> dict[str, Mistakes]:
    """Name two misconceptions that together did what the function did.

    Where several pairs did, the one that is in all of them is named.
    """
    by_entry = {candidate.mistakes[0].id: candidate for candidate in singles}
    pairs = itertools.combinations((candidate.mistakes[0] for candidate in singles), 2)
    together = [_Candidate(pair, replay) for pair in pairs if pair[0].goes_with(pair[1])]
    fitting = [
        candidate
        for candidate in together
        if candidate.is_consistent and any(map(candidate.explains, failed))
    ]
    if not fitting:
        return {}
    common = [e for e in fitting[0].mistakes if all(e in other.mistakes for other in fitting)]
    named = {}
    for run in failed:
        if fitting[0].explains(run):
            # One of the two may be all that is wrong in a check.
            alone = [entry for entry in common if by_entry[entry.id].is_like(run)]
            if mistakes := tuple(alone[:1] or common):
                named[run.outcome.check_id] = mistakes
    return named


class _Replay:
    """The calls of a function's checks that can be made again, and the time that is left."""

    def __init__(self, runs: Sequence[CheckRun], budget: TimeBudget) -> None:
        self.budget = budget
        self.calls = {
            # A call that was cut short, or that ended its process, shows nothing.
            run.outcome.check_id: [
                call
                for call in run.calls
                if (call.answered or call.raised) and _is_repeatable(call) and _is_small(call)
            ]
            for run in runs
        }
        # In their order: a misconception may remember what it was called with.
        self.all_calls = [call for calls in self.calls.values() for call in calls]


class _Candidate:
    """A misconception, or two of them, compared with everything that a function did."""

    def __init__(self, mistakes: Mistakes, replay: _Replay) -> None:
        self.mistakes = mistakes
        self._replay = replay
        self._late = False
        self._compared: dict[int, tuple[Likeness, _CallResult]] = {}

    def _compare(self, call: Call) -> tuple[Likeness, _CallResult]:
        if id(call) not in self._compared:
            # Once is enough to wait for a misconception that does not end.
            self._late = self._late or self._replay.budget.spent
            result = _LATE if self._late else _call(self.mistakes, call)
            self._late = self._late or result.raised == _LATE.raised
            likeness: Likeness = "different" if self._late else _compare(call, result)
            self._compared[id(call)] = likeness, result
        return self._compared[id(call)]

    @property
    def is_consistent(self) -> bool:
        """Return whether nothing speaks against it; the first call that does ends the search."""
        return all(self._compare(call)[0] != "different" for call in self._replay.all_calls)

    @property
    def weight(self) -> tuple[bool, int]:
        """Return whether nothing speaks against it, and how many calls speak for it."""
        compared = [self._compare(call)[0] for call in self._replay.all_calls]
        return "different" not in compared, compared.count("same")

    def is_like(self, run: CheckRun) -> bool:
        """Return whether it did the same in all calls of one check."""
        calls = self._replay.calls[run.outcome.check_id]
        return bool(calls) and all(self._compare(call)[0] == "same" for call in calls)

    def explains(self, run: CheckRun) -> bool:
        """Return whether the misconception did in this check what the student's did."""
        calls = self._replay.calls[run.outcome.check_id]
        # One call anywhere that speaks against it is enough: a wrong hint is worse than none.
        if not calls or not self.is_consistent:
            return False
        observation = run.outcome.observation
        last_call, (_, result) = run.calls[-1], self._compare(calls[-1])
        if observation == "modified":
            return bool(result.modified) and result.modified == frozenset(last_call.modified_keys)
        if observation == "warned":
            return result.warned
        if not any(entry.loses_points for entry in self.mistakes):
            return False
        if observation == "not_finite" and not _overflowed(result.value):
            # What went on where the student's numbers overflowed does not explain that.
            return False
        return self.weight[1] > 0


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


def _call(mistakes: Mistakes, call: Call) -> _CallResult:
    args = [unpack(data, BUILDERS) for data in call.packed_args]
    kwargs = {key: unpack(data, BUILDERS) for key, data in call.packed_kwargs.items()}
    passed = {**{str(place): arg for place, arg in enumerate(args)}, **kwargs}
    before = {key: pack(value) for key, value in passed.items()}
    function = implementation = implement(mistakes)
    if call.probe is not None:
        probe = build_function(call.probe)
        module = types.SimpleNamespace(**{mistakes[0].function: implementation})
        function = lambda *inner: probe(module, *inner)  # noqa: E731 - it is called once
    value, raised, raised_text = None, "", ""
    # The examiner silences numpy; here it is asked whether numpy would warn.
    with np.errstate(all="warn"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with _limited(_LIMIT_S):
                value = unpack(pack(function(*args, **kwargs)))
        except Exception as error:  # noqa: BLE001 - a wrong implementation may do anything
            raised = type(error).__name__
            raised_text = clean_line(str(error), 200)
    modified = frozenset(key for key, item in passed.items() if pack(item) != before[key])
    overflowed = any(w.category is RuntimeWarning for w in caught)
    return _CallResult(value, raised, raised_text, modified, overflowed)


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise ``TimeoutError`` in what takes more processor time, where the system has timers."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(_number: int, _frame: types.FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _compare(call: Call, result: _CallResult) -> Likeness:
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
