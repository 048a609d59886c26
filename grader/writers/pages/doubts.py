"""Checks of a course that an instructor should look at, and why, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.writers.pages.tallies import FEWEST, CheckTally
from grader.writers.pages.tally import ClassTally

_MOST = 5
_FEWEST_STRONG = 4
_FEWEST_UNRELATED = 20  # of fewer, that nothing goes together is likely to be chance
_WEAK = 0.1
_CLEAR = 1.6  # standard errors below 0, which chance seldom gives


def find_doubts(tally: ClassTally) -> list[tuple[CheckTally, str]]:
    """Return the few checks that most clearly do not do what checks are for, and why."""
    strongest = tally.strongest()
    found = [
        (doubt, check)
        for check in tally.checks.values()
        if check.max_score and check.tried >= FEWEST and (doubt := _doubt(check, strongest))
    ]
    found.sort(key=lambda one: (*one[0][:2], one[1].id))
    return [(check, reason) for (_, _, reason), check in found[:_MOST]]


def _doubt(check: CheckTally, strongest: Sequence[int]) -> tuple[int, float, str] | None:
    """Return a rank, a measure that is lower for a clearer case, and the reason."""
    if not check.passed:
        return 0, -check.tried, f"None of the {check.tried} students who tried passed it."
    value = check.discrimination
    if value is not None and value * math.sqrt(check.tried) < -_CLEAR:
        return (
            1,
            value,
            f"Students who failed it have more points in the others: {_compare(check)}.",
        )
    failing, best = check.failing(strongest), len(strongest)
    if best >= _FEWEST_STRONG and failing * 2 >= best:
        return 2, -failing / best, f"{failing} of the {best} best submissions failed it."
    if value is not None and value < _WEAK and check.tried >= _FEWEST_UNRELATED:
        return 3, abs(value), f"It has little to do with the other checks: {_compare(check)}."
    return None


def _compare(check: CheckTally) -> str:
    failed, passed = check.elsewhere or (0.0, 0.0)
    return (
        f"the {check.failed} who failed it have {failed:.1f} points in all others on average, the "
        f"{check.passed} who passed it {passed:.1f}"
    )
