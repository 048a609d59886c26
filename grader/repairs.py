"""The repairs that make a wrong answer right where one slip is all that is wrong with it.

The list is fixed. A repair is applied on the trusted side to what came back, never to the
student's code. Scores, diagnosis and kits name, word and apply repairs with this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args

Repair = Literal[
    "sign",
    "factor_2",
    "factor_1/2",
    "factor_N",
    "factor_1/N",
    "mean_for_sum",
    "sum_for_mean",
    "transposed",
    "axis_too_many",
    "axis_too_few",
    "order",
]
REPAIRS: tuple[Repair, ...] = get_args(Repair)
# Repairs that multiply.
FACTORS = frozenset(REPAIRS) - {"transposed", "axis_too_many", "axis_too_few", "order"}

_WORDS: dict[Repair, str] = {
    "sign": "right except for the sign",
    "factor_2": "right except for a factor 2",
    "factor_1/2": "right except for a factor 1/2",
    "factor_N": "right except for a factor N",
    "factor_1/N": "right except for a factor 1/N",
    "mean_for_sum": "right except for a mean in place of a sum",
    "sum_for_mean": "right except for a sum in place of a mean",
    "transposed": "right, but transposed",
    "axis_too_many": "right except for an axis of length 1 too many",
    "axis_too_few": "right except for a missing axis of length 1",
    "order": "right, but in the wrong order",
}


def word_repair(name: str) -> str:
    """Return a repair in words, such as ``right except for a factor 1/N``."""
    for known, words in _WORDS.items():
        if known == name:
            return words
    raise ValueError(f"{name!r} is not the name of a repair")


def find_repairs(
    got: Any, want: Any, sizes: Mapping[str, Any], agree: Callable[[Any, Any], bool]
) -> frozenset[Repair]:
    """Return the repairs of one array that make it right.

    Parameters
    ----------
    got, want : ndarray
        What came back, and the right array.
    sizes : mapping of str to int
        Sizes of the call: ``N`` rows, ``C`` columns. Other entries are not looked at.
    agree : callable
        ``agree(array, want)`` returns whether an array of want's shape is right.
    """
    tried = ((name, undo(name, got, want.shape, sizes)) for name in REPAIRS)
    return frozenset(
        name
        for name, candidates in tried
        if any(array.shape == want.shape and agree(array, want) for array in candidates)
    )


def undo(name: Repair, got: Any, shape: tuple[int, ...], sizes: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what an array can have been before the slip; nothing where it does not apply.

    The order of a list of numbers is undone here, that of several results where they are taken
    apart, in `grader.testing.results`.

    Parameters
    ----------
    shape : tuple of int
        The right shape.
    """
    if factors := _factors(name, sizes):
        for factor in factors:
            yield got / factor
    elif name == "order" and got.ndim == 1 and len(got) > 1:
        yield got[::-1]
    elif name == "transposed" and got.ndim == 2 and min(got.shape) > 1:
        yield got.T
    elif name in ("axis_too_many", "axis_too_few") and _long(got.shape) == _long(shape):
        more = got.ndim - len(shape)
        if more > 0 if name == "axis_too_many" else more < 0:
            yield got.reshape(shape)


def _factors(name: Repair, sizes: Mapping[str, Any]) -> tuple[float, ...]:
    """Return by which factors an answer is off that a repair makes right."""
    rows, columns = (_size(sizes.get(letter)) for letter in "NC")
    # How many terms a sum over rows, over columns or over both has.
    counts = sorted({rows, columns, rows * columns} - {1}) or [1]
    factors: dict[Repair, tuple[float, ...]] = {
        "sign": (-1.0,),
        "factor_2": (2.0,),
        "factor_1/2": (0.5,),
        "factor_N": (float(rows),),
        "factor_1/N": (1.0 / rows,),
        "mean_for_sum": tuple(1.0 / count for count in counts),
        "sum_for_mean": tuple(float(count) for count in counts),
    }
    return factors.get(name, ())


def _size(value: Any) -> int:
    return value if isinstance(value, int) and value > 1 else 1


def _long(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)
