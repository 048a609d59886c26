"""Whether numbers and arrays are equal within a tolerance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.testing.observations import holds_text

# A whole number that comes as a float is off by rounding in double precision at most.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules by which plain data is compared.

    Parameters
    ----------
    rtol, atol : float
        The tolerance of floats, relative to each right number and absolute.
    unordered : bool
        Whether the order of lists does not matter, at any depth.
    exact_types : bool
        Whether a list differs from a tuple, a deque and an array of the same entries.
    numbers : callable, optional
        ``numbers(got, want)`` compares what can be compared as arrays before anything else is
        asked, and returns None where it cannot.
    """

    rtol: float
    atol: float
    unordered: bool = False
    exact_types: bool = True
    numbers: Callable[[Any, Any], bool | None] | None = None

    def near(self, got: float, want: float) -> bool:
        """Return whether a number is within the tolerance of the right one."""
        if got == want or (math.isnan(got) and math.isnan(want)):
            return True
        return abs(want) != math.inf and abs(got - want) <= self.atol + self.rtol * abs(want)


def same_numbers(got: Any, want: Any, rules: Rules) -> bool:
    """Return whether two single numbers are equal."""
    try:
        if isinstance(got, complex) or isinstance(want, complex):
            return all(map(rules.near, _parts(got), _parts(want)))
        if isinstance(want, float):
            return rules.near(float(got), want)
        if isinstance(got, float):
            whole = isinstance(want, int) or not rules.exact_types
            return whole and abs(got - float(want)) <= _ROUNDING * max(1.0, abs(float(want)))
        return bool(got == want)
    except (ArithmeticError, TypeError, ValueError):
        # Too large for a float, or a Decimal that is not a number.
        return False


def _parts(number: Any) -> tuple[float, float]:
    return complex(number).real, complex(number).imag


def same_arrays(got: Any, want: np.ndarray[Any, Any], rules: Rules) -> bool:
    """Return whether an answer is an array, or a list like one, and right."""
    array = as_numbers(got)
    if array is None or array.shape != want.shape or (array.dtype == bool) != (want.dtype == bool):
        return False
    rtol, atol = (_ROUNDING, 0.0) if want.dtype.kind in "biu" else (rules.rtol, rules.atol)
    dtype = np.result_type(array, want, np.float64)
    array, target = array.astype(dtype), want.astype(dtype)
    return bool(np.all(np.isclose(array, target, rtol, atol, equal_nan=True)))


def as_numbers(value: Any) -> np.ndarray[Any, Any] | None:
    """Return an array, or a list of numbers as one; None for anything else."""
    if not isinstance(value, np.ndarray | list | tuple) or holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None
