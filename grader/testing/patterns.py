"""Patterns that a wrong array shows beside the right one, whatever else is wrong with it.

Two mistakes in one function leave no factor and no sign alone, and yet the result may fall where
it should rise, or be the same in every row. A pattern needs so many entries that it is no
coincidence, and its words hold no number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.testing.factors import TOLERANCE, Array, has_company, is_same

# Entries from which on an order or a row of signs is not a coincidence.
_ENOUGH = 5


def find_pattern(got: Array, want: Array, known: Mapping[str, Any]) -> tuple[str, str]:
    """Return the id of the first pattern there is and its words, or empty strings.

    Parameters
    ----------
    got, want : ndarray
        Both finite and of the same shape.
    known : mapping of str to object
        Arguments of the call, by name; those of the answer's shape may order its entries.
    """
    # Numbers that are all alike have every pattern.
    if not has_company(want):
        return "", ""
    for identity, words, shows in _PATTERNS:
        if shows(got, want):
            return identity, words
    for name, values in known.items():
        if isinstance(values, np.ndarray) and values.shape == want.shape:
            turned = _turns(got, want, values.astype(np.float64))
            if turned:
                return "falls_for_rises", turned.format(name=name)
    return "", ""


def _is_transposed(got: Array, want: Array) -> bool:
    return got.ndim == 2 and got.shape[0] == got.shape[1] and is_same(got.T, want)


def _is_reversed(got: Array, want: Array) -> bool:
    return got.ndim == 1 and is_same(got[::-1], want)


def _is_constant(got: Array, want: Array) -> bool:
    return _varies(want) and not _varies(got)


def _has_equal_rows(got: Array, want: Array) -> bool:
    if got.ndim != 2 or len(got) < 2 or _varies_by_row(got):
        return False
    return _varies_by_row(want)


def _has_equal_columns(got: Array, want: Array) -> bool:
    return got.ndim == 2 and _has_equal_rows(got.T, want.T)


def _is_shifted(got: Array, want: Array) -> bool:
    return is_same(got, want + np.mean(got - want))


def _is_shifted_in_every_row(got: Array, want: Array) -> bool:
    """Return whether every row is off by the same row, with enough rows to see it."""
    return got.ndim == 2 and len(got) >= 2 and is_same(got, want + np.mean(got - want, axis=0))


def _has_multiples_for_rows(got: Array, want: Array) -> bool:
    if got.ndim != 2 or len(got) < 2 or not all(map(has_company, want)):
        return False
    squares = np.sum(want * want, axis=1, keepdims=True)
    factors = np.sum(got * want, axis=1, keepdims=True) / squares
    return bool(np.all(factors)) and is_same(got, factors * want)


def _has_multiples_for_columns(got: Array, want: Array) -> bool:
    return got.ndim == 2 and _has_multiples_for_rows(got.T, want.T)


def _has_opposite_signs(got: Array, want: Array) -> bool:
    signs = np.sign(want)
    return bool(np.count_nonzero(signs) >= _ENOUGH and np.all((got * signs < 0) | (signs == 0)))


def _turns(got: Array, want: Array, along: Array) -> str:
    """Return whether the entries fall with an argument where they should rise, or the reverse."""
    order = np.argsort(along, axis=None)
    steps, wanted = np.diff(got.ravel()[order]), np.diff(want.ravel()[order])
    if want.size < _ENOUGH or not np.any(steps):
        return ""
    if np.all(steps <= 0) and np.all(wanted >= 0):
        return "falls with {name} where it should rise"
    if np.all(steps >= 0) and np.all(wanted <= 0):
        return "rises with {name} where it should fall"
    return ""


def _varies(array: Array) -> bool:
    return bool(np.ptp(array) > TOLERANCE * np.max(np.abs(array)))


def _varies_by_row(array: Array) -> bool:
    return not is_same(array, np.broadcast_to(array[:1], array.shape))


_PATTERNS: tuple[tuple[str, str, Callable[[Array, Array], bool]], ...] = (
    ("transposed", "is right, but transposed", _is_transposed),
    ("reversed", "is right, but in the opposite order", _is_reversed),
    ("constant", "is the same number in every entry", _is_constant),
    ("equal_rows", "is the same in every row", _has_equal_rows),
    ("equal_columns", "is the same in every column", _has_equal_columns),
    ("shifted", "is off by the same amount in every entry", _is_shifted),
    ("shifted_rows", "is off by the same amounts in every row", _is_shifted_in_every_row),
    (
        "scaled_rows",
        "is right except for a factor, which differs from row to row",
        _has_multiples_for_rows,
    ),
    (
        "scaled_columns",
        "is right except for a factor, which differs from column to column",
        _has_multiples_for_columns,
    ),
    ("opposite_signs", "has the wrong sign wherever it is not 0", _has_opposite_signs),
)
