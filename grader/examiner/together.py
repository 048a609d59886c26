"""Observations about all checks of a function together.

A factor 1/4 may be 1/N or 1/C where both are 4: the other checks, with other sizes, decide. And
which checks passed may itself say what is wrong: right for one row, wrong for several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from grader.examiner.hints import HINTS
from grader.records import Meaning, Outcome
from grader.sandbox.calls import Call

# Observations that a difference between the checks adds nothing to.
_CLEAR = frozenset(
    "factor factor_argument factor_unnamed sign later_step default modified warned".split()
)
# Checks that must have passed, so that sizes which happen to differ are no reason.
_ENOUGH = 2


def compare_checks(
    outcomes: Sequence[Outcome], calls: Mapping[str, Sequence[Call]]
) -> tuple[Outcome, ...]:
    """Return outcomes with what only the checks of a function together show.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Those of all checks.
    calls : mapping of str to sequence of Call
        The calls of each check of values, by its id.
    """
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.check_id.rpartition("/")[0], []).append(outcome)
    changed = {
        outcome.check_id: outcome
        for group in groups.values()
        for outcome in _add_contrast(_agree(group), calls)
    }
    return tuple(changed[outcome.check_id] for outcome in outcomes)


def _agree(group: Sequence[Outcome]) -> list[Outcome]:
    """Return outcomes in which a factor has the meaning that most of them allow."""
    counts = Counter(meaning.name for outcome in group for meaning in outcome.meanings)
    return [_choose(outcome, counts) if outcome.meanings else outcome for outcome in group]


def _choose(outcome: Outcome, counts: Mapping[str, int]) -> Outcome:
    most = max(counts[meaning.name] for meaning in outcome.meanings)
    common = [meaning for meaning in outcome.meanings if counts[meaning.name] == most]
    common = [meaning for meaning in common if meaning.rank == common[0].rank]
    # What no other check confirms stays as it is: ambiguous, or the only one there is.
    if most == 1 or len(common) > 1:
        return outcome
    return _reword(outcome, common[0])


def _reword(outcome: Outcome, meaning: Meaning) -> Outcome:
    return replace(
        outcome,
        observation=meaning.observation,
        hint=HINTS.get(meaning.observation, ""),
        feedback=replace(outcome.feedback, wrong=meaning.text),
    )


def _add_contrast(group: Sequence[Outcome], calls: Mapping[str, Sequence[Call]]) -> list[Outcome]:
    """Return outcomes with what the calls of all failed checks have, and of none that passed."""
    values = [outcome for outcome in group if outcome.check_id in calls]
    # A call that was too large to keep might be a counterexample.
    if not all(calls[outcome.check_id] for outcome in values):
        return list(group)
    passed = [outcome.check_id for outcome in values if outcome.outcome == "passed"]
    failed = [outcome.check_id for outcome in values if outcome.outcome != "passed"]
    words = _contrast([calls[name] for name in passed], [calls[name][-1] for name in failed])
    return [
        _append(outcome, words)
        if words and outcome.outcome == "failed" and outcome.observation not in _CLEAR
        else outcome
        for outcome in group
    ]


def _append(outcome: Outcome, words: str) -> Outcome:
    wrong = f"{outcome.feedback.wrong}; {words}"
    return replace(outcome, feedback=replace(outcome.feedback, wrong=wrong))


def _contrast(passed: Sequence[Sequence[Call]], failed: Sequence[Call]) -> str:
    right = [call for calls in passed for call in calls]
    for least, shows, words in _CONTRASTS:
        if len(passed) >= least and failed:
            of_right, of_wrong = {shows(call) for call in right}, {shows(call) for call in failed}
            if of_right == {False} and of_wrong == {True}:
                return words
    lengths = [{_length(call) for call in calls} for calls in (right, failed)]
    if len(passed) < _ENOUGH or not failed or any(None in found for found in lengths):
        return ""
    longest, shortest = max(filter(None, lengths[0])), min(filter(None, lengths[1]))
    if longest < shortest:
        return f"right for lists of at most {longest}, wrong for lists of {shortest}"
    return ""


def _matrices(call: Call) -> list[np.ndarray[Any, Any]]:
    return [array for array in _arrays([*call.args, *call.kwargs.values()]) if array.ndim == 2]


def _arrays(values: Iterable[Any]) -> Iterable[np.ndarray[Any, Any]]:
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, list | tuple):
            yield from _arrays(value)


def _has_one_row(call: Call) -> bool | None:
    matrices = _matrices(call)
    return len(matrices[0]) == 1 if matrices else None


def _has_several_rows(call: Call) -> bool | None:
    one = _has_one_row(call)
    return None if one is None else not one


def _is_square(call: Call) -> bool | None:
    matrices = _matrices(call)
    return any(len(set(array.shape)) == 1 for array in matrices) if matrices else None


def _length(call: Call) -> int | None:
    """Return how many entries the first list of arrays has, a layer each."""
    for value in (*call.args, *call.kwargs.values()):
        if isinstance(value, list | tuple) and value and any(True for _ in _arrays(value)):
            return len(value)
    return None


# How many checks must have passed, what a call shows, and what that means.
_CONTRASTS: tuple[tuple[int, Callable[[Call], bool | None], str], ...] = (
    (_ENOUGH, _is_square, "right where no matrix is square, wrong where one is"),
    (1, _has_several_rows, "right for one row, wrong for several"),
    (1, _has_one_row, "right for several rows, wrong for one"),
)
