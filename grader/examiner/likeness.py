"""Comparing what came back from a student's function with what a known mistake gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.repairs import Repair, undo
from grader.sandbox.protocol.figures import Axes, Figure
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import MAX_AXES
from grader.testing.drawing_figures import main_fields
from grader.testing.observations import holds_text
from grader.testing.sameness import same
from grader.testing.table_cells import fields_of_table
from grader.testing.tolerance import Rules

# One result of several; see `parts_of`.
Part = tuple[object, ...]

# From so many different wrong numbers on it is not an accident that all are explained.
_STRONG = 3
_RTOL, _ATOL = 1e-6, 1e-9
_RTOL_SINGLE, _ATOL_SINGLE = 1e-4, 1e-6
# For answers whose types count, too, unlike those of `alike`.
WITH_TYPES = Rules(_RTOL, _ATOL)


def open_up(value: Any) -> Any:
    """Return what a table or figure consists of, as lists and dicts; anything else as it is."""
    if isinstance(value, Table | Column):
        return fields_of_table(value)
    return main_fields(value) if isinstance(value, Figure | Axes) else value


def overflowed(value: Any) -> bool:
    """Return whether something in a value is not finite."""
    if isinstance(value, dict):
        return any(map(overflowed, value.values()))
    numbers = numbers_of(value)
    if numbers is not None:
        return not np.all(np.isfinite(numbers))
    return isinstance(value, list | tuple) and any(map(overflowed, value))


def alike(a: Any, b: Any) -> bool:
    """Return whether two answers are the same but for rounding and for list or tuple.

    They are compared by the rules of `grader.testing.plain.equal`, with another tolerance, and
    numbers as arrays where they can be.
    """
    return same(a, b, _RULES)


def _compare_numbers(a: Any, b: Any) -> bool | None:
    if isinstance(a, _NO_NUMBERS) or isinstance(b, _NO_NUMBERS):
        return None
    if type(a) is int and type(b) is int:
        return a == b
    first, second = numbers_of(a), numbers_of(b)
    if first is None or second is None:
        return None
    return first.shape == second.shape and _close(first, second)


_TABLES = (Table, Column, Figure, Axes)
_RESULTS = (list, tuple, dict, np.ndarray, *_TABLES)
_NO_NUMBERS = (dict, str, bytes, set, frozenset, type(None), *_TABLES)
_RULES = Rules(_RTOL, _ATOL, exact_types=False, numbers=_compare_numbers)


def _close(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    """Return whether all numbers of two arrays of one shape are the same but for rounding."""
    single = min(a.dtype.itemsize, b.dtype.itemsize) < 8
    rtol, atol = (_RTOL_SINGLE, _ATOL_SINGLE) if single else (_RTOL, _ATOL)
    # Nearly all pairs differ in their first entry, and most time would go into comparing all.
    if a.size and abs(float(a.flat[0]) - float(b.flat[0])) > atol + rtol * abs(float(b.flat[0])):
        return False
    with np.errstate(invalid="ignore"):
        distance = np.abs(a - b)
    near = np.isfinite(b) & (distance <= atol + rtol * np.abs(b))
    return bool(np.all(near | (a == b) | (np.isnan(a) & np.isnan(b))))


def numbers_of(value: Any) -> np.ndarray[Any, Any] | None:
    """Return a value as an array of numbers, or None where it is none."""
    if holds_text(value) or isinstance(value, _TABLES):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if array.ndim > MAX_AXES:
        return None  # lists in lists, with which numpy cannot do everything
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    return array if array.dtype.kind == "f" else None


def parts_of(value: Any) -> dict[Part, list[Any]]:
    """Return the results that a value consists of, by place; one at ``()`` if it is one result.

    A place is a key of a dict or the place in a tuple, and then ``"*"`` and the place in the
    pairs of a list: what is at the same place of several layers is one result.
    """
    parts: dict[Part, list[Any]] = {}
    for key, item in _entries(value):
        inner = list(_entries(item))
        rows = [list(_entries(part)) for _, part in inner]
        if inner and all(rows):
            for row in rows:
                for place, part in row:
                    parts.setdefault((key, "*", place), []).append(part)
        else:
            parts[(key,)] = [item]
    return parts or {(): [value]}


def _entries(value: Any) -> Iterator[tuple[object, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple) or (isinstance(value, list) and not all(map(is_number, value))):
        yield from enumerate(value)


def is_data(value: Any) -> bool:
    """Return whether a value is a list of entries that are no results of their own.

    Arrays by layer are several results. Of single values, or of rows with text, the number is a
    part of the answer.
    """
    return isinstance(value, list) and (holds_text(value) or not any(map(_is_result, value)))


def _is_result(value: Any) -> bool:
    return isinstance(value, _RESULTS) and not is_number(value)


def shows_much(answers: Iterable[Any]) -> bool:
    """Return whether there are so many numbers that none agrees with them by accident."""
    numbers = {
        float(entry)
        for answer in answers
        for values in parts_of(answer).values()
        for value in values
        if (array := numbers_of(value)) is not None
        for entry in array.ravel()[:100]
    }
    return len(numbers) > _STRONG


def is_number(value: Any) -> bool:
    """Return whether a value is a single number, not an array with axes."""
    return isinstance(value, int | float | np.generic | np.ndarray) and not np.ndim(value)


def is_repaired(
    got: Any, want: Any, repairs: Iterable[Repair], sizes: Sequence[Mapping[str, int]]
) -> bool:
    """Return whether the same repairs, one after the other, make all parts of a result right.

    Parameters
    ----------
    got, want : list
        What came back and what is right, by layer.
    repairs : iterable of str
        None of them compares the parts as they are.
    sizes : sequence of mapping of str to int
        What N and C may be in this call.
    """
    chosen = tuple(repairs)
    if not chosen:
        return alike(got, want)
    if want is None or len(got) != len(want):
        return False
    pairs = [(numbers_of(a), numbers_of(b)) for a, b in zip(got, want, strict=True)]
    return any(all(_undoes(chosen, a, b, known) for a, b in pairs) for known in sizes)


def _undoes(
    repairs: tuple[Repair, ...],
    got: np.ndarray[Any, Any] | None,
    want: np.ndarray[Any, Any] | None,
    sizes: Mapping[str, int],
) -> bool:
    if got is None or want is None or not np.isfinite(got).all():
        return False
    made = [got]
    for repair in repairs:
        made = [before for one in made for before in undo(repair, one, want.shape, sizes)]
    return any(alike(before, want) for before in made)


def is_multiple(got: Any, want: Any) -> bool:
    """Return whether each part of a result is a number times the right one."""
    if want is None or got is None or len(got) != len(want):
        return False
    pairs = [(numbers_of(a), numbers_of(b)) for a, b in zip(got, want, strict=True)]
    return all(_is_multiple(a, b) for a, b in pairs)


def _is_multiple(got: np.ndarray[Any, Any] | None, want: np.ndarray[Any, Any] | None) -> bool:
    if got is None or want is None or got.shape != want.shape:
        return False
    size = np.vdot(want, want)
    return not size or alike(got, want * (np.vdot(want, got) / size))


def sizes_of(arguments: Iterable[Any]) -> list[dict[str, int]]:
    """Return what the numbers of rows N and of columns C of a call may be, one at least."""
    shapes = [a.shape for a in arguments if isinstance(a, np.ndarray) and a.ndim == 2]
    rows = shapes[0][0] if shapes else 1
    columns = {shape[1] for shape in shapes if shape[0] == rows}
    return [{"N": rows, "C": count} for count in sorted(columns)] or [{"N": 1, "C": 1}]
