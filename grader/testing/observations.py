"""Describes a wrong array by comparing it with the right one.

An observation states a fact about two arrays ("every entry has the opposite sign"); it
does not guess at a cause.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from grader.records import Meaning
from grader.testing.factors import Array, common_factor, has_company, is_same, name_factor
from grader.testing.patterns import find_pattern

Entries = NDArray[np.bool_]
_LONGEST_RANGE = 2**20
# Relative errors: of what is nearly right, and of what is wrong by little in every entry.
_NEARLY, _LITTLE = 1e-5, 1e-3


@dataclass(frozen=True, slots=True)
class Observation:
    """A fact about a wrong answer: a stable id, and a sentence without values.

    Parameters
    ----------
    meanings : tuple of Meaning
        The same fact with what a factor in it may mean, the likeliest first.
    """

    id: str
    text: str
    meanings: tuple[Meaning, ...] = ()

    def after(self, words: str, identity: str = "") -> Observation:
        """Return the observation with words before it, and perhaps with another id."""
        meanings = tuple(
            replace(m, text=words + m.text, observation=identity or m.observation)
            for m in self.meanings
        )
        return Observation(identity or self.id, words + self.text, meanings)


def observe_shape(got: Array, want: Array, what: str) -> Observation:
    """Describe how an array called ``what`` of the wrong shape relates to the right one."""
    shapes = f"{what} {describe_shape(got.shape)}, expected {_expected(want.shape)}"
    if got.ndim == want.ndim == 2 and got.shape == want.shape[::-1] and is_same(got.T, want):
        return Observation("transposed", f"{shapes}: the values are right, but transposed")
    long_axes = [tuple(size for size in a.shape if size != 1) for a in (got, want)]
    if long_axes[0] == long_axes[1] and is_same(got.reshape(want.shape), want):
        text = f"{shapes}: the values are right, only an axis of length 1 differs"
        return Observation("kept_dimension", text)
    if got.size == want.size and is_same(got.reshape(want.shape), want):
        return Observation("wrong_shape", f"{shapes}: the values are right, the shape is not")
    if got.ndim == want.ndim + 1 and got.shape[1:] == want.shape and is_same(got.sum(0), want):
        return Observation("not_summed", f"{shapes}: the rows have not been summed")
    return Observation("wrong_shape", shapes)


def describe_shape(shape: tuple[int, ...]) -> str:
    """Return which shape something has, in words that follow its name."""
    return f"has shape {shape}" if shape else "is one number"


def _expected(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else "one number"


def observe_values(
    got: Array, want: Array, what: str, known: Mapping[str, Any], wrong: Entries
) -> Observation:
    """Describe how a wrong array relates to the right one of the same shape, both finite.

    Parameters
    ----------
    known : mapping of str to int, float or array_like
        What the error may have to do with. A common factor may turn out to be a size of the
        call, such as ``N``, an integer, or an argument, such as ``lr``, a float. An array of
        the answer's shape may be a factor entry by entry, or its sign may tell the right
        entries from the wrong ones.
    wrong : ndarray of bool
        Which entries are out of tolerance. No other is called wrong.
    """
    if want.any() and not got.any():
        return Observation("zero", f"{what} is zero" + (" everywhere" if got.size > 1 else ""))
    if is_same(got, np.trunc(want)) and not is_same(want, np.trunc(want)):
        return Observation("truncated", f"{what} is cut to whole numbers")
    if is_same(got, -want):
        every = " in every entry" if got.size > 1 else ""
        return Observation("sign", f"{what} has the opposite sign{every}")
    factor = common_factor(got, want)
    certain = has_company(want)
    meanings = () if factor is None else _word_factor(factor, what, known)
    if not certain:  # any number is twice another one
        meanings = tuple(m for m in meanings if m.observation != "factor_unnamed")
    if factor is not None and (meanings or certain):
        found = _observe_factor(factor, what, meanings, certain=certain)
        if found:
            return found
    arrays = {name: values for name, values in known.items() if name.isidentifier()}
    seen = (
        _observe_power(got, want, what)
        or _observe_beside_all(got, want, what, arrays, wrong)
        or _observe_part(what, wrong)
        or _observe_pattern(got, want, what, arrays)
        or Observation("values", f"{what} {_extent(got, want, wrong)}")
    )
    return Observation(seen.id, seen.text, meanings)


def observe_step(seen: Observation, step: int) -> Observation:
    """Describe after which of several steps, counted from 1, an observation was made first."""
    if step == 1:
        return seen.after("after the first step, ")
    before = "the first step" if step == 2 else f"{step - 1} steps"
    return seen.after(f"right after {before}, and wrong after step {step}: ", "later_step")


def _first(found: Entries) -> tuple[int, ...]:
    """Return the index of the first true entry; without it there is an IndexError."""
    # np.argwhere would make an index of every true entry, on every axis.
    place = int(np.argmax(found))
    index = tuple(int(i) for i in np.unravel_index(place, found.shape))
    if not found[index]:
        raise IndexError("no entry is true")
    return index


def first_wrong(got: Array, want: Array, wrong: Entries) -> tuple[int, ...]:
    """Return the index of the first wrong entry, or where none is of the one that is most off."""
    return _first(wrong if wrong.any() else np.abs(got - want) == np.max(np.abs(got - want)))


def _word_factor(factor: float, what: str, known: Mapping[str, Any]) -> tuple[Meaning, ...]:
    sign = "-" if factor < 0 else ""
    numbers = {name: value for name, value in known.items() if isinstance(value, int | float)}
    found = []
    for meaning in name_factor(factor, numbers):
        values = f" ({meaning.values})" if meaning.values else ""
        name = sign + (f"({meaning.name})" if meaning.name[:2] == "1 " else meaning.name)
        text = f"{what} is exactly {name} times the right answer{values}"
        found.append(Meaning(meaning.name, meaning.rank, meaning.kind, text))
    return tuple(found)


def _observe_factor(
    factor: float, what: str, meanings: tuple[Meaning, ...], *, certain: bool
) -> Observation | None:
    """Describe a factor: by its meaning, or without where it may mean several things."""
    likely = [meaning for meaning in meanings if meaning.rank == meanings[0].rank]
    plain = [meaning for meaning in meanings if meaning.observation == "factor_unnamed"]
    if len(likely) == 1 or plain:
        named = likely[0] if len(likely) == 1 else plain[0]
        return Observation(named.observation, named.text, meanings)
    if not certain:
        return None
    # A number that is not named would give the right answer of a hidden check away.
    text = f"{what} is a constant multiple of the right answer"
    if factor < 0:
        text += ", with the opposite sign"
    return Observation("values", text, meanings)


def _observe_power(got: Array, want: Array, what: str) -> Observation | None:
    """Describe the power of the right entries that a wrong answer is, if it is one."""
    if np.any(want < 0) or not np.any(np.abs(want - want * want) > 1e-3):
        return None
    # A single 2 is the root of 4 by coincidence.
    if want.size < 3 and np.all(np.round(want, 3) == want):
        return None
    for power, array in (("square", want * want), ("root", np.sqrt(want))):
        if is_same(got, array):
            return Observation("power", f"{what} is exactly the {power} of the right answer")
    return None


def _observe_beside_all(
    got: Array, want: Array, what: str, known: Mapping[str, Any], wrong: Entries
) -> Observation | None:
    for name, values in known.items():
        found = _observe_beside(got, want, what, name, np.asarray(values, dtype=np.float64), wrong)
        if found:
            return found
    return None


def _observe_beside(
    got: Array, want: Array, what: str, name: str, values: Array, wrong: Entries
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
    if has_company(want) and has_company(values):
        for factor, by in shapes.items():
            if is_same(got, want * by):
                text = f"{what} is exactly {factor} times the right answer, entry by entry"
                return Observation("ratio", text)
    above = values > 0
    # Three on either side are not a coincidence.
    if min(int(wrong.sum()), int((~wrong).sum())) >= 3 and not np.any(values == 0.0):
        for where, right_side, wrong_side in ((above, "<", ">"), (~above, ">", "<")):
            if np.array_equal(wrong, where):
                sides = f"right where {name} {right_side} 0, wrong where {name} {wrong_side} 0"
                return Observation("values", f"{what} is {sides}")
    return None


def _observe_part(what: str, wrong: Entries) -> Observation | None:
    """Describe the only row or column in which entries are wrong, or right."""
    if wrong.ndim != 2 or wrong.all():
        return None
    words = _word_part(wrong, "row") or _word_part(wrong.T, "column")
    return Observation("values", f"{what} {words}") if words else None


def _observe_pattern(
    got: Array, want: Array, what: str, known: Mapping[str, Any]
) -> Observation | None:
    identity, words = find_pattern(got, want, known)
    return Observation(identity, f"{what} {words}") if identity else None


def _extent(got: Array, want: Array, wrong: Entries) -> str:
    """Describe which entries are wrong and, of many, that the error is small.

    How far off a single number is, or one that fills an array, gives the right one away.
    """
    count = int(wrong.sum())
    off = _relative_error(got, want)
    if not count or off < _NEARLY:
        part = f": off by about 1 part in 10^{-round(math.log10(off))}" if off > 0 else ""
        return "is nearly right" + (part if has_company(want) else "")
    if got.size == 1:
        return "is wrong"
    if got.ndim == 1 and (place := _word_place(wrong)):
        return f"is wrong in the {place} of {got.size} entries"
    near = wrong & (np.abs(got - want) < _LITTLE * np.abs(want))
    little = count > 1 and has_company(want) and np.array_equal(near, wrong)
    by = f", by less than 1 part in {round(1 / _LITTLE)}" if little else ""
    return f"is wrong in {count} of {got.size} entries{by}"


def _word_place(wrong: Entries) -> str:
    """Name the first or last entries of a list, if only these are wrong."""
    count, size = int(wrong.sum()), wrong.size
    for place, part in (("first", wrong[:count]), ("last", wrong[size - count :])):
        if 0 < count < size and part.all():
            return f"{place} {count}" if count > 1 else place
    return ""


def _word_part(wrong: Entries, kind: str) -> str:
    some = np.any(wrong, axis=1, keepdims=True)
    if len(some) > 1 and np.count_nonzero(some) == 1:
        return f"is wrong in {kind} {int(np.argmax(some))} only"
    # In a row that is not all wrong there may be a wrong entry.
    if len(some) > 2 and np.count_nonzero(~some) == 1 and np.all(wrong == some):
        return f"is right in {kind} {int(np.argmin(some))}, and wrong in all others"
    return ""


def _relative_error(got: Array, want: Array) -> float:
    apart, *sizes = (float(np.linalg.norm(one)) for one in (got - want, got, want))
    # The norm of very large entries overflows.
    off = apart / sum(sizes) if any(sizes) else 0.0
    return off if np.isfinite(off) else 1.0


def describe_non_finite(got: NDArray[Any], what: str) -> Observation | None:
    """Describe where an array is NaN or infinite, or return None."""
    if np.isfinite(got).all():
        return None
    for test, word in ((np.isnan, "NaN"), (np.isinf, "infinite")):
        found = test(got)
        if found.any():
            place = f" at {list(_first(found))}" if got.ndim else ""
            return Observation("not_finite", f"{what} is {word}{place}")
    return None


def holds_text(value: Any) -> bool:
    """Return whether a value is text, or a sequence that holds some at any depth.

    numpy would make room for the longest text in every entry, which may be gigabytes. A range that
    is as long counts as text, too.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str | bytes):
            return True
        if isinstance(one, range) and abs(one.stop - one.start) > _LONGEST_RANGE * abs(one.step):
            return True
        if isinstance(one, list | tuple | deque):
            waiting += one
    return False
