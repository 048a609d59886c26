"""Measures how near to its tolerance the answers of a check came, for `grade verify`.

The examiner clears the record before each check; the comparisons of `grader.testing.expect`
write into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from grader.records import Measured

_LARGEST = 1e300  # infinity has no JSON
_SAME = 1e-9  # relative difference of two arguments that count as one number

_errors: list[float] = []
_coincidences: dict[str, None] = {}


def begin_measuring() -> None:
    """Forget what was recorded."""
    _errors.clear()
    _coincidences.clear()


def record_error(error: float, sizes: Mapping[str, Any] | None) -> float:
    """Record one comparison, and return its error.

    Parameters
    ----------
    error : float
        The largest error in units of the tolerance: above 1 the answer is refused.
    sizes : mapping, optional
        Named numbers of the call.
    """
    # NaN is not an error that could be compared.
    _errors.append(min(error, _LARGEST) if error >= 0 else _LARGEST)
    _coincidences.update(dict.fromkeys(find_coincidences(sizes or {})))
    return _errors[-1]


def measured(failed: float | None = None, *, passed: bool = False) -> Measured:
    """Return what was recorded since `begin_measuring`.

    Parameters
    ----------
    failed : float, optional
        The error of the comparison that failed, where numbers were compared.
    passed : bool
        The check passed: its error is the largest of all.
    """
    error = max(_errors, default=None) if passed else failed
    return Measured(error, tuple(_coincidences))


def find_coincidences(sizes: Mapping[str, Any]) -> Iterator[str]:
    """Return in words which named numbers cannot be distinguished.

    No size is 2 or equals another, N is no multiple of another size, and arguments differ from
    one another and from 1 minus another. A name that is not an identifier, such as
    ``"N = D"`` or ``"C = 1"``, declares a coincidence, and no error is named by it.
    """
    named = {name: value for name, value in sizes.items() if name.isidentifier()}
    counts = {name: value for name, value in named.items() if isinstance(value, int)}
    for name, value in counts.items():
        if value == 2:
            yield f"{name} is 2"
        if name != "N" and counts.get("N", 1) % value == 0:
            yield f"N is a multiple of {name}"
    numbers = {name: value for name, value in named.items() if isinstance(value, float)}
    numbers |= {f"1 - {name}": 1.0 - value for name, value in numbers.items()}
    for (first, a), (second, b) in [
        *combinations(counts.items(), 2),
        *combinations(numbers.items(), 2),
    ]:
        if abs(a - b) <= _SAME * max(abs(a), abs(b)):
            yield f"{first} equals {second}"
