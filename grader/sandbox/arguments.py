"""Arguments of a suite's that cannot cross the process boundary: where they are, and in words."""

from __future__ import annotations

import inspect
import io
import sys
import types
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any

import numpy as np

from grader.sandbox.protocol.packing import CannotCross, pack_exactly
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.record import Record, find_record
from grader.sandbox.protocol.values import MAX_AXES
from grader.sanitize import clean_line
from grader.wording import with_article

_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_BASES = (str, int, float, bytes, dict, list, tuple, set, frozenset, np.ndarray)
# Each value of these types is an object of its own; short ones of the others may be shared.
_OWN = (np.ndarray, list, dict, set, deque, bytearray, Record)
_SHARED = (str, bytes, tuple, frozenset)
_SHORT = 20
_AS_SOURCE = "write a def and use by_source(f)"
_KINDS: tuple[tuple[Callable[[Any], bool], str, str], ...] = (
    (lambda v: inspect.isfunction(v) and v.__name__ == "<lambda>", "a lambda function", _AS_SOURCE),
    (inspect.ismethod, "a method", _AS_SOURCE),
    (inspect.isroutine, "a function", "use by_source(f)"),
    (lambda v: isinstance(v, type), "a class", "use by_source(C)"),
    (lambda v: isinstance(v, types.ModuleType), "a module", "pass what it has, or use a probe"),
    (lambda v: isinstance(v, np.random.Generator), "a generator of numpy", "use Seeded(seed)"),
    (lambda v: isinstance(v, io.IOBase), "an open file", "pass its text, or let a probe open it"),
    (lambda v: isinstance(v, types.GeneratorType), "a generator", "pass list(...) of it"),
    (lambda v: isinstance(v, Iterator), "an iterator", "pass list(...) of it"),
    (lambda v: isinstance(v, _VIEWS), "a view of a dict", "pass list(...) of it"),
)


class ArgumentError(Exception):
    """A suite passes what cannot be sent: a fault of the suite's, not of the student's.

    Parameters
    ----------
    is_size : bool
        Whether it is only too large, too deep or too long.
    """

    def __init__(self, message: str, *, is_size: bool = False) -> None:
        super().__init__(message)
        self.is_size = is_size


def pack_argument(value: Any, name: str, function: str) -> bytes:
    """Return an argument as bytes.

    Parameters
    ----------
    value : object
        The argument.
    name, function : str
        The names of the argument and of the function, for the message.

    Raises
    ------
    ArgumentError
        If it cannot cross, or would arrive as something else.
    """
    try:
        return pack_exactly(value)
    except CannotCross as error:
        place, found = _locate(value, name, error)
        what, instead = _describe(found)
        raise ArgumentError(
            f"the argument {place} of `{function}` is {what}, which cannot cross the process "
            f"boundary: {instead}",
            is_size=bool(found.reason),
        ) from None


def refuse_unlisted(values: Iterable[Any], packages: Container[str]) -> None:
    """Raise an `ArgumentError` for a DataFrame or Series in a course that does not list pandas."""
    if "pandas" in packages or "pandas" not in sys.modules:
        return
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if as_data(value) is not value:
            raise ArgumentError(
                f"the suite passes a {type(value).__name__} of pandas, which the worker does not "
                'have: write packages = ["numpy", "pandas"] in course.toml'
            )
        waiting += (part for _, part in _parts(value))


def pass_on(values: Iterable[Any], answers: Iterable[Any]) -> bool:
    """Return whether some values hold a part of what the student's function returned before.

    Numbers and short texts are not looked at: equal ones may be the same object everywhere.
    """
    returned = {id(part) for part in _walk(answers)}
    return any(id(part) in returned for part in _walk(values))


def _walk(values: Iterable[Any]) -> Iterator[Any]:
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, _OWN) or (isinstance(value, _SHARED) and len(value) > _SHORT):
            yield value
        waiting += (part for _, part in _parts(value))


def _locate(value: Any, name: str, error: CannotCross) -> tuple[str, CannotCross]:
    """Return which part of a value cannot cross, as Python names it, and why."""
    for step, part in _parts(value):
        try:
            pack_exactly(part)
        except CannotCross as inner:
            return _locate(part, name + step, inner)
    return f"`{name}`", error


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is within a value, and what follows its name to name that."""
    if isinstance(value, dict):
        yield from ((f" (the key {clean_line(repr(key), 40)})", key) for key in value)
        yield from ((f"[{clean_line(repr(key), 40)}]", item) for key, item in value.items())
    elif (record := find_record(value)) is not None:
        yield from ((f".{field}", item) for field, item in record.fields.items())
    elif isinstance(value, list | tuple | deque):
        yield from ((f"[{place}]", item) for place, item in enumerate(value))
    elif isinstance(value, set | frozenset):
        yield from ((" (one of the set)", item) for item in value)


def _describe(error: CannotCross) -> tuple[str, str]:
    """Return what a value is, and what to pass instead."""
    value = error.value
    for is_one, what, instead in _KINDS:
        if is_one(value):
            return what, instead
    name = clean_line(type(value).__name__, 60)
    noun = with_article(name)
    if error.reason:
        return f"{noun} {error.reason}", "pass a smaller or simpler one"
    if type(value) is int:
        return f"an integer of {value.bit_length()} bits", "pass a smaller one"
    if type(value) is np.ndarray:
        kind = f"of dtype {value.dtype}" if value.ndim <= MAX_AXES else f"of {value.ndim} axes"
        return f"an array {kind}", "pass an array of numbers, or a list"
    for base in _BASES:
        if isinstance(value, base):
            return f"{noun}, derived from {base.__name__}", f"pass it as {base.__name__}"
    return f"an object of the class {name}", (
        "pass plain data or a dataclass, or let the student's module make the object with "
        "student.keep"
    )
