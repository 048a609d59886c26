"""Arguments of draws as Python, for lines that draw again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

# The dtypes that numpy gives to numbers by itself, so lists of them are drawn from alike.
_PLAIN_DTYPES = ("float64", "int64", "bool")
CONSTANTS = (bool, int, float, complex, str, bytes, type(None))


class Earlier(NamedTuple):
    """An argument that was drawn: the place of its draw."""

    place: int


class Places(NamedTuple):
    """A list that was shuffled: its length, on which alone the draws depend."""

    length: int


class UnknownError(Exception):
    """An argument cannot be written down."""


def write_literal(argument: Any, names: Mapping[int, str]) -> str:
    """Return an argument as Python, where only `np` and the drawn values are known."""
    if isinstance(argument, Earlier):
        return names[argument.place]
    if isinstance(argument, Places):
        return f"list(range({argument.length}))"
    if isinstance(argument, np.dtype | type):
        return repr(np.dtype(argument).str)
    if isinstance(argument, np.ndarray) and not argument.dtype.hasobject:
        # numpy's repr of an array cannot be pasted.
        plain = argument.dtype.name in _PLAIN_DTYPES and argument.size > 0
        return write_literal(argument.tolist(), names) if plain else write_array(argument, names)
    if type(argument) in {list, tuple}:
        inner = ", ".join(write_literal(item, names) for item in argument)
        if type(argument) is list:
            return f"[{inner}]"
        return f"({inner},)" if len(argument) == 1 else f"({inner})"
    if isinstance(argument, np.generic):
        return f"np.{type(argument).__name__}({write_literal(argument.item(), names)})"
    if type(argument) not in CONSTANTS:
        raise UnknownError
    return write_plain(argument)


def write_array(array: np.ndarray[Any, Any], names: Mapping[int, str]) -> str:
    """Return an array as Python that makes an array."""
    entries = write_literal(array.tolist(), names)
    if array.dtype.name in _PLAIN_DTYPES and array.size:
        return f"np.array({entries})"
    return f"np.array({entries}, dtype={array.dtype.str!r})"


def write_plain(value: Any) -> str:
    """Return a number, text or None as Python, where only `np` is known."""
    if isinstance(value, complex) and not _reads_as_written(value):
        return f"complex({write_plain(value.real)}, {write_plain(value.imag)})"
    text = repr(value)
    if isinstance(value, float):
        # Python shows them by names that mean nothing there.
        text = text.replace("nan", "np.nan").replace("inf", "np.inf")
    return text


def _reads_as_written(value: complex) -> bool:
    """Return whether Python reads a complex number as it writes it: not NaN, infinity or -0.0."""
    parts = (value.real, value.imag)
    return all(math.isfinite(part) and (part or math.copysign(1, part) > 0) for part in parts)
