"""The reasons why a misconception is not named, in words for the author of a course."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from grader.examiner.candidates import Candidate
from grader.examiner.diagnosis import gather
from grader.examiner.evidence import CheckRun, Evidence, TimeBudget
from grader.examiner.likeness import alike
from grader.examiner.replay import LATE, LIMIT_S, CallResult, can_replay, is_plain, make_with
from grader.examiner.right import Implementation, RightNames
from grader.examiner.smallest_words import word_call
from grader.examiner.tiny_calls import NotTinyError, list_tiny_calls
from grader.sandbox.calls import Call
from grader.sanitize import clean_line
from grader.testing.catalogue import Entry, implement

_MOST_CALLS = 60
_SHOWN = 60


def explain_unnamed(
    identity: str,
    runs: Sequence[CheckRun],
    entries: Sequence[Entry],
    named: Collection[str],
    names: RightNames,
) -> str:
    """Return why a misconception was not named, and what to do.

    Parameters
    ----------
    identity : str
        Its id.
    runs : sequence of CheckRun
        All checks of its function, on a solution with that mistake.
    entries : sequence of Entry
        The misconceptions of the function, among them this one in each way it is known.
    named : collection of str
        The ids of those that were named instead.
    names : RightNames
        The names of the module of which the course has a right implementation.
    """
    evidence = gather(runs, entries, TimeBudget(), names)
    own = [Candidate((entry,), evidence) for entry in entries if entry.id == identity]
    # Of several ways to write it, the one of which fewest calls speak against it was graded.
    candidate = max(own, key=lambda one: one.weight)
    reasons = _Reasons(candidate, evidence, runs, entries, named)
    found = (
        reasons.no_check_fails,
        reasons.nothing_is_compared,
        reasons.costs_nothing,
        reasons.another_is_observed,
        reasons.a_call_differs,
        reasons.another_may_be_wrong,
        reasons.another_is_named,
        reasons.nothing_speaks_for_it,
    )
    return next(filter(None, (reason() for reason in (*found, reasons.what_is_left))), "")


class _Reasons:
    """The possible reasons; each is empty where it does not apply."""

    def __init__(
        self,
        candidate: Candidate,
        evidence: Evidence,
        runs: Sequence[CheckRun],
        entries: Sequence[Entry],
        named: Collection[str],
    ) -> None:
        self._named = [e for e in entries if e.id in named]
        self._candidate = candidate
        self._entry = candidate.mistakes[0]
        self._evidence = evidence
        self._runs = runs
        self._failed = [run for run in runs if run.failed]
        self._function = self._entry.function

    def no_check_fails(self) -> str:
        if self._failed:
            return ""
        right = self._evidence.right_implementation
        example = self._find_example(right, "right is") if right is not None else ""
        return (
            f"no check of {self._function} distinguishes it from the right one; "
            f"{example or 'add a check whose inputs show the difference'}"
        )

    def nothing_is_compared(self) -> str:
        """Return why no call of a failed check can be compared."""
        reasons = list(filter(None, map(self._why_not_compared, self._failed)))
        return reasons[0] if len(reasons) == len(self._failed) else ""

    def _why_not_compared(self, run: CheckRun) -> str:
        name = _short_id(run)
        if run.left_out:
            return f"the calls of {name} are not compared: {run.left_out}"
        if run.outcome.outcome == "timeout":
            return (
                f"{name} ends at a limit of time, so its calls are not compared: let another "
                "check fail with it, with smaller inputs"
            )
        if self._evidence.of_check[run.id]:
            return ""
        found = self._evidence.comparable[run.id]
        if found.obstacles:
            number, why = found.obstacles[0]
            return f"call {number} of {name} cannot be compared: {why}"
        return f"{name} fails without a call of {self._function}: let it call that"

    def costs_nothing(self) -> str:
        if self._entry.loses_points:
            return ""
        return (
            "it is marked loses_points=False, and then it is named only where it changes an "
            "argument or numpy warns: add a check of that with `unmodified` or `unwarned`"
        )

    def a_call_differs(self) -> str:
        """Return the first call in which the misconception does not do what was graded."""
        for run in self._runs:
            calls = self._evidence.of_check[run.id]
            for call in calls:
                likeness, result = self._candidate.compare(call)
                if likeness == "different":
                    return self._describe_difference(run, call, result)
        return ""

    def _describe_difference(self, run: CheckRun, call: Call, result: CallResult) -> str:
        place = f"call {run.calls.index(call) + 1} of {_short_id(run)}"
        if result.raised == LATE.raised:
            return (
                f"it takes more than {LIMIT_S:g} s of processor time in {place} when it is "
                "made again: let the check pass smaller inputs"
            )
        came = _word_outcome(call.raised, call.raised_text, call.value)
        ours = _word_outcome(result.raised, result.raised_text, result.value)
        advice = "its answers must follow from the arguments alone"
        if result.raised == NameError.__name__:
            advice = "define that name in misconceptions.py or canonical.py"
        elif "cannot cross" in (came + ours):
            advice = "return data, or let the check call a method of a kept object"
        return f"{place} {came} when graded, and {ours} when made again: {advice}"

    def another_may_be_wrong(self) -> str:
        """Return the check in which another function may be what is wrong."""
        for run in self._failed:
            if not self._evidence.is_own_fault(run):
                others = sorted({c.name for c in self._evidence.comparable[run.id].aside})
                return (
                    f"{_short_id(run)} calls {' and '.join(others)} too, which may be what is "
                    f"wrong: define {' and '.join(others)} and {self._function} in canonical.py"
                )
        return ""

    def another_is_observed(self) -> str:
        """Return which check names another misconception itself."""
        for run in self._failed:
            if run.outcome.observation in [entry.id for entry in self._named]:
                return (
                    f"{_short_id(run)} itself names {run.outcome.observation}, with identity=: "
                    "let that apply to one of the two"
                )
        return ""

    def another_is_named(self) -> str:
        """Return which other misconception explains as much and comes first."""
        for entry in self._named:
            example = self._find_example(implement([entry]), f"{entry.id} gives")
            return (
                f"{entry.id} does the same in every call of the checks and comes first; "
                f"{example or 'add a check whose inputs distinguish the two, or merge them'}"
            )
        return ""

    def nothing_speaks_for_it(self) -> str:
        if self._candidate.weight[1]:
            return ""
        return (
            "its calls raise exceptions with other texts each time, or overflow: "
            "let a check pass inputs on which it gives an answer"
        )

    def what_is_left(self) -> str:
        run = self._failed[0]
        return (
            f"{_short_id(run)} observes `{run.outcome.observation}`, which its calls do not "
            "explain when they are made again: let a check of values fail with it"
        )

    def _find_example(self, other: Implementation, label: str) -> str:
        """Return a small call that distinguishes it from another implementation, in words."""
        made = [c for run in self._runs for c in run.calls if c.name == self._function]
        plain = [call for call in made if is_plain(call) and can_replay(call)]
        for call in _list_small(plain):
            theirs = make_with(other, self._function, call, {})
            ours = make_with(implement([self._entry]), self._function, call, {})
            if not theirs.raised and not ours.raised and not alike(theirs.value, ours.value):
                asked = word_call(call, ())
                if asked:
                    return (
                        f"{asked} does: {label} {_word(theirs.value)}, it gives "
                        f"{_word(ours.value)}; add a check with inputs like that"
                    )
        return ""


def _list_small(plain: Sequence[Call]) -> Iterator[Call]:
    """Yield small calls like those that were made."""
    if not plain:
        return
    try:
        listed = list(itertools.islice(list_tiny_calls(plain[0], plain, _MOST_CALLS), _MOST_CALLS))
    except NotTinyError:
        return
    for tiny in listed:
        small = Call(plain[0].name, tiny.args, tiny.kwargs)
        small.pack_arguments()
        yield small


def _word_outcome(raised: str, text: str, value: Any) -> str:
    if raised:
        return f"raised {clean_line(f'{raised}: {text}'.rstrip(': '), _SHOWN)}"
    return f"gave {_word(value)}"


def _word(value: Any) -> str:
    plain = value.tolist() if isinstance(value, np.ndarray) else value
    return clean_line(repr(plain), _SHOWN)


def _short_id(run: CheckRun) -> str:
    """Return the id of a check without its exercise."""
    return run.id.partition("/")[2] or run.id
