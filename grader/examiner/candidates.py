"""Candidates: known mistakes, compared with everything that a student's function did."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.examiner.arrangement import Arrangement, find_arrangement
from grader.examiner.likeness import (
    Part,
    alike,
    is_multiple,
    is_repaired,
    overflowed,
    parts_of,
    sizes_of,
)
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
from grader.examiner.screening import Screen
from grader.records import FAILED, Outcome
from grader.repairs import FACTORS, Repair
from grader.sandbox.calls import Call
from grader.testing.canonical import EditedFunction
from grader.testing.catalogue import implement
from grader.testing.sameness import same
from grader.testing.tolerance import Rules

# Processor time for all misconceptions of a submission together; honest work needs a tenth.
_BUDGET_S = 10.0
# By the rules of the diagnosis, but for types.
_EXACT = Rules(1e-6, 1e-9)
Repairs = tuple[Repair, ...]
Parts = dict[Part, list[Any]]


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What one check of a function found, and the calls that it made."""

    outcome: Outcome
    calls: tuple[Call, ...]

    @property
    def failed(self) -> bool:
        """Return whether it failed, and the student's code did something in it."""
        return self.outcome.outcome in FAILED

    @property
    def id(self) -> str:
        """Return the id of its check."""
        return self.outcome.check_id


class TimeBudget:
    """The processor time, in seconds, that misconceptions may still take of a whole submission."""

    def __init__(self, left_s: float = _BUDGET_S) -> None:
        self._end_s = time.process_time() + left_s

    @property
    def spent(self) -> bool:
        """Return whether nothing is left."""
        return time.process_time() > self._end_s


class Evidence:
    """The calls of a function's checks that can be made again, and the time that is left."""

    def __init__(
        self, runs: Sequence[CheckRun], edited: EditedFunction | None, budget: TimeBudget
    ) -> None:
        self.budget = budget
        self.edited = edited
        self._right: dict[int, CallResult] = {}
        self._parts: dict[int, tuple[Parts, Parts]] = {}
        self._sizes: dict[int, list[dict[str, int]]] = {}
        # What failed comes first: it speaks against most candidates.
        ordered = sorted(runs, key=lambda run: not run.failed)
        self.of_check = {run.id: [c for c in run.calls if can_replay(c)] for run in ordered}
        self.check_of = {id(call): check for check, made in self.of_check.items() for call in made}
        self.all_calls = [call for calls in self.of_check.values() for call in calls]
        self.calls_in_order = [call for run in runs for call in self.of_check[run.id]]
        self.passed_calls = [
            call for run in runs if not run.failed for call in self.of_check[run.id]
        ]

    @property
    def knows_right(self) -> bool:
        """Return whether there is an implementation that is right."""
        return self.edited is not None

    def right(self, call: Call) -> CallResult:
        """Make a call as it would be right."""
        assert self.edited is not None
        if id(call) not in self._right:
            edited, kept = self.edited, dict[int, Any]()
            for made in self.of_check[self.check_of[id(call)]]:
                right = make_with(edited.choose(), edited.function, made, kept)
                self._right[id(made)] = right
        return self._right[id(call)]

    def name_part(self, part: Part) -> str:
        """Return what a part of the result is called, or nothing."""
        if not part or self.edited is None:
            return ""
        if isinstance(part[0], str):
            return part[0]
        names = self.edited.results
        return names[part[0]] if isinstance(part[0], int) and part[0] < len(names) else ""

    def wrong_parts(self, calls: Sequence[Call]) -> list[Part]:
        """Return the results that are wrong in some of these calls."""
        wrong: dict[Part, None] = {}
        for call in calls:
            theirs, correct = self.parts(call)
            for part, values in theirs.items():
                if not alike(values, correct.get(part)):
                    wrong[part] = None
        return list(wrong)

    def parts(self, call: Call) -> tuple[Parts, Parts]:
        """Return the results that came back from a call, and the right ones."""
        if id(call) not in self._parts:
            self._parts[id(call)] = parts_of(call.value), parts_of(self.right(call).value)
        return self._parts[id(call)]

    def screen(self) -> Screen | None:
        """Return a small call that went wrong, for a first look; or None where there is none."""
        if self.edited is None:
            return None
        plain = [
            call
            for call in self.all_calls
            if call.answered
            and not call.steps
            and call.probe is None
            and not overflowed(call.value)
        ]
        for call in sorted(plain, key=lambda call: sum(map(len, call.packed_args))):
            if wrong := self.wrong_parts([call]):
                return Screen(call, wrong)
        return None

    def sizes(self, call: Call) -> list[dict[str, int]]:
        """Return what N and C of a call may be."""
        if id(call) not in self._sizes:
            self._sizes[id(call)] = sizes_of([*call.args, *call.kwargs.values()])
        return self._sizes[id(call)]


class Candidate:
    """A misconception, or two of them, compared with everything that a function did."""

    def __init__(self, mistakes: Mistakes, evidence: Evidence) -> None:
        self.mistakes = mistakes
        self._evidence = evidence
        self._late = False
        self._compared: dict[int, tuple[Likeness, CallResult]] = {}
        # What the calls of each check have kept. They are made in their order.
        self._kept: dict[str, dict[int, Any]] = {}

    def _compare(self, call: Call) -> tuple[Likeness, CallResult]:
        if id(call) not in self._compared:
            # Once is enough to wait for a misconception that does not end.
            self._late = self._late or self._evidence.budget.spent
            result = LATE if self._late else self._make(call)
            self._late = self._late or result.raised == LATE.raised
            likeness: Likeness = "different" if self._late else compare(call, result)
            self._compared[id(call)] = likeness, result
        return self._compared[id(call)]

    def _make(self, call: Call) -> CallResult:
        return make_again(self.mistakes, call, self._keep_for(call))

    def _keep_for(self, call: Call) -> dict[int, Any]:
        """Return what earlier calls of the same check have kept."""
        return self._kept.setdefault(self._evidence.check_of[id(call)], {})

    @cached_property
    def is_consistent(self) -> bool:
        """Return whether nothing speaks against it; the first call that does ends the search."""
        return self.agrees_with(self._all_calls)

    @property
    def _all_calls(self) -> list[Call]:
        """Return all calls: in their order where the mistake may remember earlier ones."""
        is_whole = bool(self.mistakes) and self.mistakes[0].edited is None
        return self._evidence.calls_in_order if is_whole else self._evidence.all_calls

    def agrees_with(self, calls: Sequence[Call]) -> bool:
        """Return whether none of these calls speaks against it."""
        return all(self._compare(call)[0] != "different" for call in calls)

    @property
    def weight(self) -> tuple[bool, int]:
        """Return whether nothing speaks against it, and how many calls speak for it."""
        compared = [self._compare(call)[0] for call in self._evidence.all_calls]
        return "different" not in compared, compared.count("same")

    def is_like(self, run: CheckRun) -> bool:
        """Return whether it did the same in all calls of one check."""
        calls = self._evidence.of_check[run.id]
        return bool(calls) and all(self._compare(call)[0] == "same" for call in calls)

    def explains_part(self, part: Part, calls: Sequence[Call], repairs: Repairs = ()) -> bool:
        """Return whether one of the results is this one's in every call, and wrong in some.

        Parameters
        ----------
        repairs : tuple of str
            Slips that come on top of it. What is itself a multiple of the right result has no
            other factor on top.
        """
        wrong = bool(repairs) and not self.mistakes
        for call in calls:
            result = self._compare(call)[1]
            results, correct = self._evidence.parts(call)
            theirs, ours = results.get(part), parts_of(result.value).get(part)
            if theirs is None and ours is None:
                continue  # a call of another kind
            sizes = self._evidence.sizes(call)
            if theirs is None or not is_repaired(theirs, ours, repairs, sizes):
                return False
            is_right = is_multiple if FACTORS & {*repairs} else alike
            wrong = wrong or not is_right(ours, correct.get(part))
        return wrong

    def arrangement(self, calls: Sequence[Call]) -> Arrangement | None:
        """Return how all of these calls have its results, in another arrangement; or None."""
        found: Arrangement | None = None
        for call in calls:
            result = self._compare(call)[1]
            if not call.answered or result.raised:
                return None
            other = find_arrangement(call.value, result.value, rows_apart=not self.mistakes)
            if other is None and not alike(call.value, result.value):
                return None
            found = found or other
        return found

    def count_wrong(self, calls: Sequence[Call]) -> int:
        """Return how many results are wrong with it in some of these calls."""
        wrong: set[Part] = set()
        for call in calls:
            correct = self._evidence.parts(call)[1]
            ours = parts_of(self._compare(call)[1].value)
            wrong |= {part for part, got in ours.items() if not alike(got, correct.get(part))}
        return len(wrong)

    def explains(self, run: CheckRun) -> bool:
        """Return whether the misconception did in this check what the student's did."""
        calls = self._evidence.of_check[run.id]
        # One call anywhere that speaks against it is enough: a wrong hint is worse than none.
        # What took too long is not made again, and is explained by no other call of its check.
        if not calls or run.outcome.outcome == "timeout" or not self.is_consistent:
            return False
        observation = run.outcome.observation
        last_call, (_, result) = run.calls[-1], self._compare(calls[-1])
        if observation == "modified":
            return bool(result.modified) and result.modified == frozenset(last_call.modified_keys)
        if observation == "warned":
            return result.warned
        if observation in _NEEDED and not _NEEDED[observation](last_call, result):
            return False
        if self.mistakes and not any(entry.loses_points for entry in self.mistakes):
            return False
        if observation == "not_finite" and not overflowed(result.value):
            # What went on where the student's numbers overflowed does not explain that.
            return False
        return self.weight[1] > 0


def _has_same_type(call: Call, result: CallResult) -> bool:
    return call.answered and same(call.value, result.value, _EXACT)


def _raises_alike(call: Call, result: CallResult) -> bool:
    return bool(result.raised) and result.raised == call.raised


def _raises_same(call: Call, result: CallResult) -> bool:
    return compare(call, result) == "same"


# By observation, what equal values do not show and a misconception has to do as well.
_NEEDED: dict[str, Callable[[Call, CallResult], bool]] = {
    "wrong_type": _has_same_type,
    "other_exception": _raises_alike,
    "other_base": _raises_alike,
    "other_text": _raises_same,
}


class Right(Candidate):
    """No misconception at all: what is wrong is a slip, or nothing that is known."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__((), evidence)

    def _make(self, call: Call) -> CallResult:
        return self._evidence.right(call)


class Inherited(Candidate):
    """The right function, which calls other functions of the course as the student wrote them."""

    def __init__(
        self, edited: EditedFunction, helpers: Mapping[str, Mistakes], evidence: Evidence
    ) -> None:
        super().__init__((), evidence)
        self._edited = edited
        self._helpers = helpers

    def _make(self, call: Call) -> CallResult:
        helpers = {name: implement(mistakes) for name, mistakes in self._helpers.items()}
        function = self._edited.choose_with(helpers)
        return make_with(function, self._edited.function, call, self._keep_for(call))
