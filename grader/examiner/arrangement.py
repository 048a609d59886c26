"""Results that hold the right numbers in another arrangement: nested otherwise, some too many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from grader.examiner.likeness import alike, is_number, numbers_of
from grader.testing.describing import describe

# More arrays than any function of a course returns; matching them takes their square.
_MAX_ARRAYS = 100


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The right numbers, arranged otherwise.

    Parameters
    ----------
    what : str
        How, in words that can follow "Two things:".
    """

    what: str
    hint: ClassVar[str] = "Compare what your return line builds with Returns in the docstring."


def find_arrangement(got: Any, want: Any, *, rows_apart: bool) -> Arrangement | None:
    """Return how a result holds the right numbers in another arrangement, or None.

    Parameters
    ----------
    got, want : object
        What came back, and what is right, or what a misconception gives.
    rows_apart : bool
        Whether arrays may have been taken apart or put together, so that only their numbers
        are the same.
    """
    theirs, ours = list(_arrays(got)), list(_arrays(want))
    if max(len(theirs), len(ours)) > _MAX_ARRAYS or alike(got, want):
        return None
    if any(numbers_of(one) is None for one in ours):
        return None  # `equal` has better words for the entries of other data
    extra, missing = _match(theirs, ours)
    found = len(ours) - len(missing)
    regrouped = rows_apart and len(theirs) != len(ours) and _has_same_numbers(theirs, ours)
    if not extra and not missing:
        how = _word_order(got, want) or "the numbers are right, but arranged differently"
    elif regrouped:
        how = "the numbers are right, but arranged differently"
    elif found and not missing:
        how = "more is returned than expected"
    elif found and not extra:
        how = "only a part is returned"
    else:
        return None
    return Arrangement(f"{how}: {describe(got)} instead of {describe(want)}")


def _word_order(got: Any, want: Any) -> str:
    """Return words for results that only have another order, or nothing."""
    if not isinstance(got, list | tuple) or not isinstance(want, list | tuple):
        return ""
    left = list(want)
    for one in got:
        place = next((i for i, other in enumerate(left) if alike(one, other)), None)
        if place is None:
            return ""
        del left[place]
    return "" if left else "the results come in another order"


def _match(theirs: list[Any], ours: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return which arrays of each side the other does not have; numbers alone match nothing."""
    left, extra = list(ours), []
    for array in theirs:
        place = next((i for i, other in enumerate(left) if alike(array, other)), None)
        if place is None:
            extra.append(array)
        else:
            del left[place]
    if all(is_number(one) or any(one is other for other in left) for one in ours):
        return theirs, ours
    return extra, left


def _has_same_numbers(theirs: list[Any], ours: list[Any]) -> bool:
    first, second = (_numbers(arrays) for arrays in (theirs, ours))
    # So many different numbers do not agree by accident.
    if first is None or second is None or len(first) != len(second) or len(set(second)) < 4:
        return False
    return alike(first, second)


def _numbers(arrays: list[Any]) -> np.ndarray[Any, Any] | None:
    """Return all numbers in ascending order, or None where something is not a number."""
    found = [numbers_of(array) for array in arrays]
    numbers = [array.ravel() for array in found if array is not None]
    if not numbers or len(numbers) != len(found):
        return None
    return np.sort(np.concatenate(numbers))


def _arrays(value: Any) -> Iterator[Any]:
    """Yield the arrays and numbers that a result consists of, in their order."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += reversed(list(one.values()))
        elif isinstance(one, tuple) or (isinstance(one, list) and not all(map(is_number, one))):
            waiting += reversed(one)
        else:
            yield one
