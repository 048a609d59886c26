"""What a wrong array looks like beside the right one, in words.

An observation states a fact about two arrays ("every entry has the opposite sign"); it
does not guess at a cause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact about a wrong answer: a stable id, and a sentence without values."""

    id: str
    text: str


def observe_shape(got: Array, want: Array, what: str) -> Observation:
    """Say how an array called ``what`` of the wrong shape relates to the right one."""
    shapes = f"{what} has shape {got.shape}, expected {want.shape}"
    if got.ndim == want.ndim == 2 and got.shape == want.shape[::-1] and _same(got.T, want):
        return Observation("transposed", f"{shapes}: the values are right, but transposed")
    long_axes = [tuple(size for size in a.shape if size != 1) for a in (got, want)]
    if long_axes[0] == long_axes[1] and _same(got.reshape(want.shape), want):
        text = f"{shapes}: the values are right, only an axis of length 1 differs"
        return Observation("kept_dimension", text)
    if got.size == want.size and _same(got.reshape(want.shape), want):
        return Observation("wrong_shape", f"{shapes}: the values are right, the shape is not")
    if got.ndim == want.ndim + 1 and got.shape[1:] == want.shape and _same(got.sum(0), want):
        return Observation("not_summed", f"{shapes}: the rows have not been summed")
    return Observation("wrong_shape", shapes)


def observe_values(got: Array, want: Array, what: str, known: Mapping[str, Any]) -> Observation:
    """Say how a wrong array relates to the right one of the same shape, both finite.

    Parameters
    ----------
    known : mapping of str to int, float or array_like
        What the error may have to do with. A common factor may turn out to be a size of the
        call, such as ``N``, an integer, or an argument, such as ``lr``, a float. An array of
        the answer's shape may be a factor entry by entry, or its sign may tell the right
        entries from the wrong ones.
    """
    if want.any() and not got.any():
        return Observation("zero", f"{what} is zero everywhere")
    if _same(got, np.trunc(want)) and not _same(want, np.trunc(want)):
        return Observation("truncated", f"{what} is cut to whole numbers")
    if _same(got, -want):
        return Observation("sign", f"{what} has the opposite sign in every entry")
    factor = _common_factor(got, want)
    kind, meaning = _name_factor(factor, known) if factor is not None else ("values", "")
    if factor is not None and (meaning or _has_company(want)):
        # A number that is not named would give the right answer of a hidden check away.
        if kind == "values":
            return Observation(kind, f"{what} is a constant multiple of the right answer")
        text = f"{what} is exactly {_number(factor)} times the right answer{meaning}"
        return Observation(kind, text)
    power = _common_power(got, want)
    if power:
        return Observation("power", f"{what} is exactly the {power} of the right answer")
    for name, values in known.items():
        found = _observe_beside(got, want, what, name, np.asarray(values, dtype=np.float64))
        if found:
            return found
    if got.ndim == 2 and got.shape[0] == got.shape[1] and _same(got.T, want):
        return Observation("transposed", f"{what} is right, but transposed")
    return Observation("values", f"{what} {_extent(got, want)}")


def observe_step(seen: Observation, step: int) -> Observation:
    """Say after which of several steps, counted from 1, an observation was made first."""
    if step == 1:
        return Observation(seen.id, f"after the first step, {seen.text}")
    before = "the first step" if step == 2 else f"{step - 1} steps"
    text = f"right after {before}, and wrong after step {step}: {seen.text}"
    return Observation("later_step", text)


def first_wrong(got: Array, want: Array, rtol: float, atol: float) -> tuple[int, ...]:
    """Return the index of the first entry that is out of tolerance."""
    wrong = ~(np.abs(got - want) <= atol + rtol * np.abs(want))
    return _first(wrong)


def _first(found: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the index of the first true entry; without it there is an IndexError."""
    # np.argwhere would make an index of every true entry, on every axis.
    place = int(np.argmax(found))
    index = tuple(int(i) for i in np.unravel_index(place, found.shape))
    if not found[index]:
        raise IndexError("no entry is true")
    return index


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=_TOLERANCE, atol=1e-12))


def _common_factor(got: Array, want: Array) -> float | None:
    norm = float(np.sum(want * want))
    if norm == 0.0:
        return None
    factor = float(np.sum(got * want)) / norm
    # Nearly 1 is not a factor but a small error.
    known = factor != 0.0 and abs(factor - 1.0) > 100 * _TOLERANCE
    return factor if known and _same(got, factor * want) else None


def _has_company(want: Array) -> bool:
    """Return whether a common factor can be no coincidence.

    Any single number is a multiple of any other.
    """
    return want.size >= 3 and np.ptp(np.abs(want)) > _TOLERANCE * np.max(np.abs(want))


def _common_power(got: Array, want: Array) -> str:
    """Say of which power of the right entries the others are, where they are one."""
    if np.any(want < 0) or not np.any(np.abs(want - want * want) > 1e-3):
        return ""
    # A single 2 is the root of 4 by coincidence.
    if want.size < 3 and np.all(np.round(want, 3) == want):
        return ""
    if _same(got, want * want):
        return "square"
    return "root" if _same(got, np.sqrt(want)) else ""


def _observe_beside(
    got: Array, want: Array, what: str, name: str, values: Array
) -> Observation | None:
    """Describe how another array separates right entries from wrong ones, if it does."""
    if values.shape != got.shape or not values.ndim:
        return None
    shapes = {
        name: values,
        f"1 - {name}": 1.0 - values,
        f"1 / {name}": 1.0 / np.where(values == 0.0, np.nan, values),
        f"1 / (1 - {name})": 1.0 / np.where(values == 1.0, np.nan, 1.0 - values),
        f"{name}**2": values * values,
        f"(1 - {name})**2": (1.0 - values) ** 2,
    }
    if _has_company(want) and _has_company(values):
        for factor, by in shapes.items():
            if _same(got, want * by):
                text = f"{what} is exactly {factor} times the right answer, entry by entry"
                return Observation("ratio", text)
    wrong = ~np.isclose(got, want, rtol=_TOLERANCE, atol=1e-9)
    above = values > 0
    # Three on either side are not a coincidence.
    if min(int(wrong.sum()), int((~wrong).sum())) >= 3 and not np.any(values == 0.0):
        for where, right_side, wrong_side in ((above, "<", ">"), (~above, ">", "<")):
            if np.array_equal(wrong, where):
                sides = f"right where {name} {right_side} 0, wrong where {name} {wrong_side} 0"
                return Observation("values", f"{what} is {sides}")
    return None


def _name_factor(factor: float, known: Mapping[str, Any]) -> tuple[str, str]:
    """Return which kind of factor it is, and what it means, if anything."""
    sizes = {name: number for name, number in known.items() if isinstance(number, int)}
    meaning = _name_size(factor, sizes)
    if meaning:
        return "factor", meaning
    if any(abs(abs(factor) - common) <= _TOLERANCE for common in (2.0, 0.5)):
        return "factor_unnamed", ""
    arguments = {name: number for name, number in known.items() if isinstance(number, float)}
    meaning = _name_argument(factor, arguments)
    # Of any other number there is nothing to be hinted at.
    return ("factor_argument" if meaning else "values"), meaning


def _name_argument(factor: float, arguments: Mapping[str, float]) -> str:
    for name, value in arguments.items():
        forms = [(value, name), (1.0 - value, f"1 - {name}")]
        forms += [
            (1.0 / x, f"1/({form})" if " " in form else f"1/{form}") for x, form in forms if x
        ]
        for number, form in forms:
            if number and abs(factor - number) <= _TOLERANCE * abs(number):
                return f", which is {form} ({name} = {_number(value)})"
    return ""


def _name_size(factor: float, sizes: Mapping[str, int]) -> str:
    named = [(float(size), name) for name, size in sizes.items()]
    named += [(1.0 / size, f"1/{name}") for name, size in sizes.items()]
    # Before ratios of two sizes, and roots, which hit 1/2 by coincidence.
    named += [(2.0, ""), (0.5, "")]
    named += [(sizes[a] / sizes[b], f"{a}/{b}") for a, b in permutations(sizes, 2)]
    named += [(2.0 / size, f"2/{name}") for name, size in sizes.items()]
    named += [(size**0.5, f"sqrt({name})") for name, size in sizes.items()]
    named += [(size**-0.5, f"1/sqrt({name})") for name, size in sizes.items()]
    for sign in (1.0, -1.0):
        for value, name in named:
            if abs(factor - sign * value) <= _TOLERANCE * abs(value):
                parts = re.split(r"\W", name)
                values = ", ".join(f"{n} = {s}" for n, s in sizes.items() if n in parts)
                minus = "-" if sign < 0 else ""
                return f", which is {minus}{name} ({values})" if values else ""
    return ""


def _number(value: float) -> str:
    return f"{value:.6g}"


def _extent(got: Array, want: Array) -> str:
    wrong = ~np.isclose(got, want, rtol=_TOLERANCE, atol=1e-9)
    count = int(wrong.sum())
    error = ""
    # How far off a single number is, or one that fills an array, gives the right one away.
    if count != 1 and _has_company(want):
        norms = np.linalg.norm(got) + np.linalg.norm(want)
        relative = float(np.linalg.norm(got - want) / norms)
        # The norm of very large entries overflows.
        error = f" (relative error {relative:.1e})" if np.isfinite(relative) else ""
    if not count:
        return f"is nearly right, but not to all digits{error}"
    if got.size == 1:
        return "is wrong"
    if got.ndim == 2 and 0 < count < got.size:
        rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
        if len(rows) == 1 and got.shape[0] > 1:
            return f"is wrong in row {rows[0]} only"
        if len(columns) == 1 and got.shape[1] > 1:
            return f"is wrong in column {columns[0]} only"
    return f"is wrong in {count} of {got.size} entries{error}"


def describe_non_finite(got: NDArray[Any], what: str) -> Observation | None:
    """Say where an array is NaN or infinite, or return None."""
    if np.isfinite(got).all():
        return None
    for test, word in ((np.isnan, "NaN"), (np.isinf, "infinite")):
        found = test(got)
        if found.any():
            place = f" at {list(_first(found))}" if got.ndim else ""
            return Observation("not_finite", f"{what} is {word}{place}")
    return None


def holds_text(value: Any) -> bool:
    """Return whether a value is text, or a list or tuple that holds some at any depth.

    numpy would make room for the longest text in every entry, which may be gigabytes.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str | bytes):
            return True
        if isinstance(one, list | tuple):
            waiting += one
    return False
