"""Factors: the factor by which a wrong array is off, and its meanings.

A number may mean several things, where two sizes of a call are equal or a size is 2. Every
meaning is kept, so that the checks of a function can be compared: see `grader.examiner.together`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Relative: how near numbers are that count as one.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class NamedFactor:
    """One meaning of a factor.

    Parameters
    ----------
    name : str
        Such as ``1/N`` or ``1 - beta``, without a sign.
    kind : str
        The observation that it is.
    rank : int
        How far-fetched it is: 0 for a size or an argument, 2 for a root.
    values : str
        What the names in it are: ``N = 7``; empty for 2 and 1/2.
    """

    name: str
    kind: str
    rank: int
    values: str = ""


def common_factor(got: Array, want: Array) -> float | None:
    """Return the number that the right array was multiplied by, where it is one, but not 1."""
    norm = float(np.sum(want * want))
    if norm == 0.0:
        return None
    factor = float(np.sum(got * want)) / norm
    # Nearly 1 is not a factor but a small error.
    known = factor != 0.0 and abs(factor - 1.0) > 100 * TOLERANCE
    return factor if known and is_same(got, factor * want) else None


def is_same(a: Array, b: Array) -> bool:
    """Return whether two arrays are equal but for rounding."""
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=TOLERANCE, atol=1e-12))


def has_company(want: Array) -> bool:
    """Return whether a common factor can be no coincidence.

    Any single number is a multiple of any other.
    """
    return want.size >= 3 and bool(np.ptp(np.abs(want)) > TOLERANCE * np.max(np.abs(want)))


def name_factor(factor: float, known: Mapping[str, Any]) -> tuple[NamedFactor, ...]:
    """Return all that a factor, or minus it, can mean, the likeliest first.

    Parameters
    ----------
    known : mapping of str to int or float
        Sizes of the call as integers and arguments as floats. ``"N = D"`` are two sizes.
    """
    each = {name: value for names, value in known.items() for name in names.split(" = ")}
    named = {name: value for name, value in each.items() if name.isidentifier()}
    sizes = {name: value for name, value in named.items() if isinstance(value, int)}
    arguments = {name: value for name, value in named.items() if isinstance(value, float)}
    meanings = [
        meaning
        for value, meaning in (*_of_sizes(sizes), *_of_arguments(arguments))
        if value > 0 and abs(abs(factor) - value) <= TOLERANCE * value
    ]
    return tuple(sorted(meanings, key=lambda meaning: meaning.rank))


def _of_sizes(sizes: Mapping[str, int]) -> Iterator[tuple[float, NamedFactor]]:
    def of(name: str, rank: int, *names: str) -> NamedFactor:
        values = ", ".join(f"{size} = {sizes[size]}" for size in names)
        return NamedFactor(name, "factor", rank, values)

    for name, size in sizes.items():
        yield float(size), of(name, 0, name)
        yield 1.0 / size, of(f"1/{name}", 0, name)
        yield 2.0 / size, of(f"2/{name}", 1, name)
        yield size**0.5, of(f"sqrt({name})", 2, name)
        yield size**-0.5, of(f"1/sqrt({name})", 2, name)
    yield 2.0, NamedFactor("2", "factor_unnamed", 0)
    yield 0.5, NamedFactor("1/2", "factor_unnamed", 0)
    for a, b in permutations(sizes, 2):
        yield sizes[a] / sizes[b], of(f"{a}/{b}", 1, a, b)
    for a, b in combinations(sizes, 2):
        yield float(sizes[a] * sizes[b]), of(f"{a}*{b}", 1, a, b)
        yield 1.0 / (sizes[a] * sizes[b]), of(f"1/({a}*{b})", 1, a, b)


def _of_arguments(arguments: Mapping[str, float]) -> Iterator[tuple[float, NamedFactor]]:
    for name, value in arguments.items():
        for x, form in ((value, name), (1.0 - value, f"1 - {name}")):
            values = f"{name} = {value:.6g}"
            yield x, NamedFactor(form, "factor_argument", 0, values)
            if x > 0:
                inverse = f"1/({form})" if " " in form else f"1/{form}"
                yield 1.0 / x, NamedFactor(inverse, "factor_argument", 1, values)
