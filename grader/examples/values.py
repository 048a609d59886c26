"""The values in an example, as plain records that cross process boundaries."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

FILE = "examples.py"
# With fewer digits than this a value must be exact: one digit fits many wrong answers.
LEAST_DIGITS = 3


class Number(msgspec.Struct, frozen=True, tag=True):
    """A number.

    Parameters
    ----------
    value : float or int
        What it is.
    unit : float
        One unit of the last digit that was written; 0 where the number is exact, as a fraction
        is.
    digits : int
        How many significant digits were written.
    """

    value: int | float
    unit: float = 0.0
    digits: int = LEAST_DIGITS


class Items(msgspec.Struct, frozen=True, tag=True):
    """A list, a tuple, or what was written as ``np.array``."""

    items: tuple[Value, ...]
    is_tuple: bool = False
    is_array: bool = False


class Entries(msgspec.Struct, frozen=True, tag=True):
    """A dict."""

    entries: dict[str, Value]


class Text(msgspec.Struct, frozen=True, tag=True):
    """A string: the name of a convention."""

    text: str


class Truth(msgspec.Struct, frozen=True, tag=True):
    """True or False."""

    value: bool


class Nothing(msgspec.Struct, frozen=True, tag=True):
    """None."""


class Function(msgspec.Struct, frozen=True, tag=True):
    """A function that is passed as an argument."""

    name: str


Value = Number | Items | Entries | Text | Truth | Nothing | Function


class Example(msgspec.Struct, frozen=True):
    """One example: ``function(*args, **kwargs) == expected``.

    Parameters
    ----------
    line : int
        Where it begins in its file, counted from 1.
    text : str
        It, as it was written, on one line.
    """

    line: int
    text: str
    function: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    expected: Value


class Remark(msgspec.Struct, frozen=True):
    """What is wrong with one line, and what to write instead."""

    line: int
    message: str


class Written(msgspec.Struct, frozen=True):
    """The examples of a file, and what in it is not one."""

    examples: tuple[Example, ...] = ()
    remarks: tuple[Remark, ...] = ()


def shape_of(value: Value) -> tuple[int, ...] | None:
    """Return the shape of the array that a value stands for, or None where it is not an array."""
    if isinstance(value, Number | Truth):
        return ()
    if not isinstance(value, Items):
        return None
    shapes = {shape_of(item) for item in value.items}
    if len(shapes) > 1:
        return None
    inner = shapes.pop() if shapes else ()
    return None if inner is None else (len(value.items), *inner)


def functions_in(value: Value) -> Iterator[str]:
    """Yield the names of functions in a value."""
    if isinstance(value, Function):
        yield value.name
    elif isinstance(value, Items):
        for item in value.items:
            yield from functions_in(item)
    elif isinstance(value, Entries):
        for item in value.entries.values():
            yield from functions_in(item)
