"""Comparing what came back from a student's function with what a known mistake gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.sandbox.protocol.values import Opaque
from grader.testing.observations import holds_text

_RTOL, _ATOL = 1e-6, 1e-9
_RTOL_SINGLE, _ATOL_SINGLE = 1e-4, 1e-6


def overflowed(value: Any) -> bool:
    """Return whether something in a value is not finite."""
    if isinstance(value, dict):
        return any(map(overflowed, value.values()))
    numbers = numbers_of(value)
    if numbers is not None:
        return not np.all(np.isfinite(numbers))
    return isinstance(value, list | tuple) and any(map(overflowed, value))


def alike(a: Any, b: Any) -> bool:
    """Return whether two answers are the same but for rounding and for list or tuple."""
    if isinstance(a, dict) or isinstance(b, dict):
        return (
            isinstance(a, dict)
            and isinstance(b, dict)
            and a.keys() == b.keys()
            and all(alike(a[key], b[key]) for key in a)
        )
    if a is None or b is None or isinstance(a, str | Opaque) or isinstance(b, str | Opaque):
        return type(a) is type(b) and not isinstance(a, Opaque) and a == b
    first, second = numbers_of(a), numbers_of(b)
    if first is not None and second is not None:
        single = min(first.dtype.itemsize, second.dtype.itemsize) < 8
        rtol, atol = (_RTOL_SINGLE, _ATOL_SINGLE) if single else (_RTOL, _ATOL)
        return first.shape == second.shape and bool(
            np.allclose(first, second, rtol=rtol, atol=atol, equal_nan=True)
        )
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    return False


def numbers_of(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array of numbers, or None where it is none."""
    if holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    return array if array.dtype.kind == "f" else None


def parts_of(value: Any) -> dict[tuple[object, ...], list[Any]]:
    """Return what a result consists of, by place: keys, places in a tuple, and in its pairs.

    What is at the same place of several layers is one part.
    """
    parts: dict[tuple[object, ...], list[Any]] = {}
    for key, item in _entries(value):
        inner = list(_entries(item))
        rows = [list(_entries(part)) for _, part in inner]
        if inner and all(rows):
            for row in rows:
                for place, part in row:
                    parts.setdefault((key, "*", place), []).append(part)
        else:
            parts[(key,)] = [item]
    return parts


def _entries(value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple) and numbers_of(value) is None:
        yield from enumerate(value)
