"""Candidates: known mistakes, compared with everything that a student's function did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from grader.examiner.arrangement import Arrangement, find_arrangement
from grader.examiner.evidence import CheckRun, Evidence
from grader.examiner.likeness import WITH_TYPES, Part, alike, is_multiple, is_repaired, overflowed
from grader.examiner.replay import (
    LATE,
    CallResult,
    Likeness,
    Mistakes,
    compare,
    in_place,
    leaves_same,
    make_again,
    make_with,
    results_of,
)
from grader.examiner.right import is_of
from grader.repairs import FACTORS, Repair
from grader.sandbox.calls import Call
from grader.testing.catalogue import implement
from grader.testing.sameness import same

Repairs = tuple[Repair, ...]


class Candidate:
    """A misconception, or two of them, compared with everything that a function did."""

    def __init__(self, mistakes: Mistakes, evidence: Evidence) -> None:
        self.mistakes = mistakes
        self._evidence = evidence
        self._late = False
        self._compared: dict[int, tuple[Likeness, CallResult]] = {}
        # What the calls of each check have kept. They are made in their order.
        self._kept: dict[str, dict[int, Any]] = {}

    def compare(self, call: Call) -> tuple[Likeness, CallResult]:
        """Return how like a call is to one with the mistakes, and what they did."""
        if id(call) not in self._compared:
            self._catch_up(call)
            # Once is enough to wait for a misconception that does not end.
            self._late = self._late or self._evidence.budget.spent
            result = LATE if self._late else self._make(call)
            self._late = self._late or result.raised == LATE.raised
            likeness: Likeness = "different" if self._late else compare(call, result)
            self._compared[id(call)] = likeness, result
        return self._compared[id(call)]

    def _make(self, call: Call) -> CallResult:
        names = self._evidence.names.beside(self.mistakes[0])
        return make_again(self.mistakes, call, self._keep_for(call), names)

    def _catch_up(self, call: Call) -> None:
        """Make the earlier calls of the same check, whose objects this one may use."""
        missed: list[Call] = []
        earlier = self._evidence.before.get(id(call))
        while earlier is not None and id(earlier) not in self._compared:
            missed.append(earlier)
            earlier = self._evidence.before[id(earlier)]
        for one in reversed(missed):
            self.compare(one)

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
        return all(self.compare(call)[0] != "different" for call in calls)

    @property
    def weight(self) -> tuple[bool, int]:
        """Return whether nothing speaks against it, and how many calls speak for it."""
        compared = [self.compare(call)[0] for call in self._evidence.all_calls]
        return "different" not in compared, compared.count("same")

    def is_like(self, run: CheckRun) -> bool:
        """Return whether it did the same in all calls of one check."""
        calls = self._evidence.of_check[run.id]
        return bool(calls) and all(self.compare(call)[0] == "same" for call in calls)

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
            result = self.compare(call)[1]
            results, correct = self._evidence.parts(call)
            theirs, ours = results.get(part), results_of(result).get(part)
            if theirs is None and ours is None and not result.raised:
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
            result = self.compare(call)[1]
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
            ours = results_of(self.compare(call)[1])
            wrong |= {part for part, got in ours.items() if not alike(got, correct.get(part))}
        return len(wrong)

    def explains(self, run: CheckRun) -> bool:
        """Return whether the misconception did in this check what the student's did."""
        calls = self._evidence.of_check[run.id]
        # One call anywhere that speaks against it is enough: a wrong hint is worse than none.
        # What took too long is not made again, and is explained by no other call of its check.
        if not calls or run.outcome.outcome == "timeout" or not self.is_consistent:
            return False
        if not self._is_to_blame(run):
            return False
        observation = run.outcome.observation
        last_call, (_, result) = run.calls[-1], self.compare(calls[-1])
        if observation == "modified":
            return leaves_same(last_call, result)
        if observation == "warned":
            return result.warned
        if observation in _NEEDED and not _NEEDED[observation](last_call, result):
            return False
        if self.mistakes and not any(entry.loses_points for entry in self.mistakes):
            return False
        if observation == "not_finite" and not overflowed(result.value):
            # What went on where the student's numbers overflowed does not explain that.
            return False
        # An object that was only made shows nothing yet.
        return self.weight[1] > 0 and any(call.keep is None or call.raised for call in calls)

    def _is_to_blame(self, run: CheckRun) -> bool:
        return self._evidence.is_own_fault(run)


def _has_same_type(call: Call, result: CallResult) -> bool:
    return call.answered and same(call.value, result.value, WITH_TYPES)


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

    def __init__(self, helpers: Mapping[str, Mistakes], evidence: Evidence) -> None:
        super().__init__((), evidence)
        self._helpers = helpers

    def _make(self, call: Call) -> CallResult:
        evidence, edited = self._evidence, self._evidence.edited
        helpers = {name: implement(mistakes) for name, mistakes in self._helpers.items()}
        # Beside a single mistake in the same file, whose exceptions are then of the same classes.
        names = evidence.names.beside(next(iter(self._helpers.values()))[0])
        right = names.get(evidence.function)
        if len(helpers) > 1 or not is_of(right, names):
            names = evidence.names.beside(None)
            right = edited.choose_with(helpers) if edited else evidence.right_implementation
        assert right is not None
        with in_place(names, helpers):
            return make_with(right, evidence.function, call, self._keep_for(call), names)

    def _is_to_blame(self, run: CheckRun) -> bool:  # noqa: ARG002 - the others are
        return True
