"""Diagnosis: naming the misconception that a wrong function shows.

Every call that a check made is made again with each misconception of that function, on
the trusted side and with the same arguments. A misconception is named where it did what
the student's function did: the same values, or the same arguments changed, or the same
warning. What the student's function did in its other checks decides between several. Where
no single one did, pairs of misconceptions that can be made together are tried.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.examiner.likeness import alike, overflowed, parts_of
from grader.examiner.replay import (
    LATE,
    CallResult,
    Likeness,
    Mistakes,
    can_replay,
    compare,
    make_again,
    make_with,
)
from grader.records import FAILED, Outcome
from grader.sandbox.calls import Call
from grader.testing.canonical import EditedFunction
from grader.testing.catalogue import Entry

# Processor time for all misconceptions of a submission together; honest work needs a tenth.
_BUDGET_S = 10.0


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
    calls = _Calls(runs, budget)
    singles = [_Candidate((entry,), calls) for entry in entries]
    found = (
        _name_one(failed, singles)
        or _name_two(failed, singles, calls)
        or _name_in_part(failed, singles, calls)
    )
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
    failed: Sequence[CheckRun], singles: Sequence[_Candidate], calls: _Calls
) -> dict[str, Mistakes]:
    """Name two misconceptions that together did what the function did.

    Where several pairs did, the one that is in all of them is named.
    """
    by_entry = {candidate.mistakes[0].id: candidate for candidate in singles}
    pairs = itertools.combinations((candidate.mistakes[0] for candidate in singles), 2)
    together = [_Candidate(pair, calls) for pair in pairs if pair[0].goes_with(pair[1])]
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


def _name_in_part(
    failed: Sequence[CheckRun], singles: Sequence[_Candidate], calls: _Calls
) -> dict[str, Mistakes]:
    """Name the misconception that one part of the results shows, where the others show another.

    A part is named where it is the misconception's in every call, and by no other one.
    """
    fitting: dict[tuple[object, ...], list[_Candidate]] = {}
    for candidate in singles:
        for place in candidate.shown_in():
            fitting.setdefault(place, []).append(candidate)
    certain = [found[0] for found in fitting.values() if len(found) == 1]
    if not certain:
        return {}
    return {
        run.outcome.check_id: certain[0].mistakes
        for run in failed
        if any(certain[0].differs(call) for call in calls.of_check[run.outcome.check_id])
    }


class _Calls:
    """The calls of a function's checks that can be made again, and the time that is left."""

    def __init__(self, runs: Sequence[CheckRun], budget: TimeBudget) -> None:
        self.budget = budget
        self._right: dict[int, CallResult] = {}
        self.of_check = {
            run.outcome.check_id: [call for call in run.calls if can_replay(call)] for run in runs
        }
        self.check_of = {id(call): check for check, made in self.of_check.items() for call in made}
        # In their order: a misconception may remember what it was called with.
        self.all_calls = [call for calls in self.of_check.values() for call in calls]

    def make_right(self, edited: EditedFunction, call: Call) -> CallResult:
        """Make a call as it would be right."""
        if id(call) not in self._right:
            self._right[id(call)] = make_with(edited.choose(), edited.function, call, {})
        return self._right[id(call)]


class _Candidate:
    """A misconception, or two of them, compared with everything that a function did."""

    def __init__(self, mistakes: Mistakes, calls: _Calls) -> None:
        self.mistakes = mistakes
        self._calls = calls
        self._late = False
        self._compared: dict[int, tuple[Likeness, CallResult]] = {}
        # What the calls of each check have kept. They are made in their order.
        self._kept: dict[str, dict[int, Any]] = {}

    def _compare(self, call: Call) -> tuple[Likeness, CallResult]:
        if id(call) not in self._compared:
            # Once is enough to wait for a misconception that does not end.
            self._late = self._late or self._calls.budget.spent
            kept = self._kept.setdefault(self._calls.check_of[id(call)], {})
            result = LATE if self._late else make_again(self.mistakes, call, kept)
            self._late = self._late or result.raised == LATE.raised
            likeness: Likeness = "different" if self._late else compare(call, result)
            self._compared[id(call)] = likeness, result
        return self._compared[id(call)]

    @property
    def is_consistent(self) -> bool:
        """Return whether nothing speaks against it; the first call that does ends the search."""
        return all(self._compare(call)[0] != "different" for call in self._calls.all_calls)

    @property
    def weight(self) -> tuple[bool, int]:
        """Return whether nothing speaks against it, and how many calls speak for it."""
        compared = [self._compare(call)[0] for call in self._calls.all_calls]
        return "different" not in compared, compared.count("same")

    def shown_in(self) -> list[tuple[object, ...]]:
        """Return the parts of the results in which it did the same in every call, and wrongly."""
        same: dict[tuple[object, ...], bool] = {}
        wrong: set[tuple[object, ...]] = set()
        for call in self._calls.all_calls:
            right = self._right(call)
            if not call.answered or right is None or right.raised:
                return []
            theirs = parts_of(call.value)
            result = self._compare(call)[1]
            ours, correct = parts_of(result.value), parts_of(right.value)
            for place in theirs:
                same[place] = same.get(place, True) and alike(theirs[place], ours.get(place))
                if not alike(ours.get(place), correct.get(place)):
                    wrong.add(place)
        return [place for place, is_same in same.items() if is_same and place in wrong]

    def differs(self, call: Call) -> bool:
        """Return whether it is wrong in a call."""
        right = self._right(call)
        return right is not None and not alike(self._compare(call)[1].value, right.value)

    def _right(self, call: Call) -> CallResult | None:
        edited = self.mistakes[0].edited
        return None if edited is None else self._calls.make_right(edited, call)

    def is_like(self, run: CheckRun) -> bool:
        """Return whether it did the same in all calls of one check."""
        calls = self._calls.of_check[run.outcome.check_id]
        return bool(calls) and all(self._compare(call)[0] == "same" for call in calls)

    def explains(self, run: CheckRun) -> bool:
        """Return whether the misconception did in this check what the student's did."""
        calls = self._calls.of_check[run.outcome.check_id]
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
        if observation == "not_finite" and not overflowed(result.value):
            # What went on where the student's numbers overflowed does not explain that.
            return False
        return self.weight[1] > 0
