"""Digests of calls and answers that do not change with the last digits.

Numbers are rounded relative to the largest entry of their array, on two grids half a step
apart. Rounding errors can push an entry across a boundary of one grid; the same entry is then
in the middle of a step of the other. Two answers match if they agree on either grid.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Iterable
from datetime import date, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from grader.examiner.likeness import numbers_of, open_up
from grader.examiner.replay import find_misfit
from grader.sandbox.calls import Call
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.program import Ref, Step
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.values import Asked, Handle, Opaque, Seeded, SourceFunction

# A step is 2**-22 of a power of two near the largest entry: at most 4.8e-7 of it, about the
# relative tolerance of `likeness.alike`, and never less than its absolute one.
_BITS = 22
_SMALLEST = -8
# Where the power of two changes, by grid. Numbers that suites draw, such as 1 or 0.5, are far
# from all of these places.
_SHIFTS = (0.2937, 0.7937)
_OFFSETS = (0.5, 0.0)
GRIDS = range(len(_OFFSETS))
# Values that are the same wherever their texts are.
_BY_TEXT = Fraction | Decimal | date | time | timedelta | timezone
# In the place of a rounded number that is not finite.
_NAN, _ABOVE, _BELOW = 2**40, 2**40 + 1, -(2**40)


class NoDigest(Exception):
    """A value cannot be compared by a digest."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


class Numbering:
    """Numbers objects that a check keeps in their order, whatever was kept before."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}

    def place(self, number: int) -> int:
        """Return the place of an object."""
        return self._places.setdefault(number, len(self._places))


def digest_answer(value: Any, grid: int) -> bytes:
    """Return the digest of what came back, or of some results of it, on one grid.

    Raises
    ------
    NoDigest
        If there is something in it that is not plain data.
    """
    digest = hashlib.sha256()
    _feed(digest, value, grid)
    return digest.digest()


def digest_raised(call: Call) -> bytes:
    """Return the digest of an exception: its type, and the sizes in numpy's words or the text."""
    digest = hashlib.sha256()
    for text in ("raised", call.raised, *find_misfit(call.raised_text)):
        _feed_text(digest, text)
    return digest.digest()


def digest_inputs(call: Call, grid: int, numbering: Numbering) -> bytes:
    """Return the digest of what was asked, on one grid: a state may have been an answer.

    Raises
    ------
    NoDigest
        As for `digest_answer`.
    """
    digest = hashlib.sha256()
    _feed_text(digest, call.name)
    if call.on is not None:
        _feed_text(digest, f"on {numbering.place(call.on.number)}")
    _feed(digest, _name_objects(list(call.args), numbering), grid)
    _feed(digest, _name_objects(call.kwargs, numbering), grid)
    if call.keep is not None:
        _feed_text(digest, f"keep {numbering.place(call.keep)}")
    for source in (call.probe, *(call.replaced[name] for name in sorted(call.replaced))):
        _feed_text(digest, source.source if source is not None else "")
    for step in call.steps:
        _feed_step(digest, step, grid, numbering)
    for data in call.given:
        _feed_text(digest, data.hex())
    return digest.digest()


def _name_objects(value: Any, numbering: Numbering) -> Any:
    """Return what is asked with the kept objects in it as text."""
    if isinstance(value, Handle):
        return f"object {numbering.place(value.number)}"
    if isinstance(value, dict):
        return {key: _name_objects(item, numbering) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_name_objects(item, numbering) for item in value]
    return value


def _feed_step(digest: _Hash, step: Step, grid: int, numbering: Numbering) -> None:
    _feed_text(digest, f"{step.do} {step.times}")
    for operand in step.operands:
        if isinstance(operand, Ref):
            _feed_text(digest, f"object {numbering.place(operand.number)}")
        else:
            _feed(digest, operand, grid)
    _feed_text(digest, f"keep {numbering.place(step.keep)}" if step.keep else "read")


def _feed(digest: _Hash, value: Any, grid: int) -> None:
    value = as_data(value)
    if isinstance(value, dict):
        keys = sorted(value, key=repr)
        _feed_head(digest, "dict", map(repr, keys))
        for key in keys:
            _feed(digest, value[key], grid)
    elif value is None or isinstance(value, str | Seeded):
        _feed_text(digest, repr(value))
    elif isinstance(value, Asked):
        _feed_text(digest, f"{value.of}.{value.at}")
    elif isinstance(value, SourceFunction):
        _feed_text(digest, value.source)
    elif isinstance(value, Opaque | Handle):
        raise NoDigest
    elif (numbers := numbers_of(value)) is not None:
        _feed_numbers(digest, numbers, grid)
    elif isinstance(value, list | tuple | deque):
        _feed_head(digest, "list", [str(len(value))])
        for item in value:
            _feed(digest, item, grid)
    else:
        _feed_other(digest, value, grid)


def _feed_other(digest: _Hash, value: Any, grid: int) -> None:
    if isinstance(value, Record):
        _feed_head(digest, f"record {value.type_name}", value.fields)
        for item in value.fields.values():
            _feed(digest, item, grid)
    elif (opened := open_up(value)) is not value:
        _feed_head(digest, type(value).__name__, [])
        _feed(digest, opened, grid)
    elif isinstance(value, set | frozenset):
        entries = sorted(digest_answer(entry, grid) for entry in value)
        _feed_head(digest, "set", map(bytes.hex, entries))
    elif isinstance(value, int):
        _feed_text(digest, f"int {value:x}")  # too large for an array
    elif isinstance(value, bytes | _BY_TEXT):
        _feed_text(digest, f"{type(value).__name__} {value!s}")
    else:
        raise NoDigest


def _feed_numbers(digest: _Hash, numbers: np.ndarray[Any, Any], grid: int) -> None:
    numbers = numbers.astype(np.float64)
    finite = np.isfinite(numbers)
    largest = float(np.abs(numbers[finite]).max(initial=0.0))
    exponent = _SMALLEST
    if largest > 0:
        exponent = max(exponent, math.floor(math.log2(largest) + _SHIFTS[grid]))
    with np.errstate(all="ignore"):
        rounded = np.floor(np.ldexp(numbers, _BITS - exponent) + _OFFSETS[grid])
    beyond = np.where(np.isnan(numbers), _NAN, np.where(numbers > 0, _ABOVE, _BELOW))
    rounded = np.where(finite, rounded, beyond)
    _feed_head(digest, "numbers", map(str, (*numbers.shape, exponent)))
    digest.update(rounded.astype("<i8").tobytes())


def _feed_head(digest: _Hash, kind: str, parts: Iterable[str]) -> None:
    _feed_text(digest, " ".join([kind, *parts]))


def _feed_text(digest: _Hash, text: str) -> None:
    content = text.encode(errors="backslashreplace")
    digest.update(len(content).to_bytes(8, "little"))
    digest.update(content)
