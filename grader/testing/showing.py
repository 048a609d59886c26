"""Values of plain data as text on one line, for readers who may see values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from grader.sandbox.protocol.figures import Axes, Figure
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Opaque
from grader.sanitize import clean
from grader.testing.describing import describe
from grader.testing.kinds import DEQUE, DICT, LIST, SET, TUPLE, kind_of, plain

# Characters of one value in a line.
WIDTH = 80
_BRACKETS = {LIST: "[]", TUPLE: "()", SET: "{}", DICT: "{}", DEQUE: "[]"}
_DIGITS = 200  # bits of an integer that is written out


def show(value: Any, limit: int = WIDTH) -> str:
    """Return a value as Python writes it, with an ellipsis in the place of what is too much."""
    text = ""
    for piece in _pieces(value, limit):
        text += piece
        if len(text) > limit:
            return f"{text[: limit - 1]}…"
    # Spaces stay as they are: in a text they may be the mistake.
    return clean(text, limit).replace("\n", " ")


def is_short(value: Any, limit: int = WIDTH) -> bool:
    """Return whether a value can be shown whole."""
    return "…" not in show(value, limit)


def _pieces(value: Any, limit: int) -> Iterator[str]:
    """Yield parts of the text of a value, of which no more are asked for than are needed."""
    value = plain(value)
    kind = kind_of(value)
    if isinstance(value, str | bytes):
        yield repr(value[: limit + 1])
    elif isinstance(value, Record):
        yield from _record(value, limit)
    elif isinstance(value, Mapping):
        yield "{"
        yield from _joined(_pair(key, item, limit) for key, item in value.items())
        yield "}"
    elif kind in _BRACKETS:
        yield from _rows(value, kind, limit)
    elif isinstance(value, int | Fraction) and _count_bits(value) > _DIGITS:
        # Integers of thousands of digits have no repr.
        yield "a huge number"
    elif isinstance(value, np.ndarray | Table | Column | Figure | Axes):
        yield describe(value)
    elif isinstance(value, Opaque):
        yield value.text
    else:
        # The text alone of Decimal('0.67') is that of the float, and the type may be the mistake.
        yield repr(value)


def _count_bits(value: int | Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _record(value: Record, limit: int) -> Iterator[str]:
    if value.kind in ("enum", "value_enum"):
        yield f"{value.type_name}.{value.fields.get('name')}"
        return
    yield f"{value.type_name}("
    yield from _joined(_named(name, item, limit) for name, item in value.fields.items())
    yield ")"


def _named(name: str, item: Any, limit: int) -> Iterator[str]:
    yield f"{name}="
    yield from _pieces(item, limit)


def _pair(key: Any, item: Any, limit: int) -> Iterator[str]:
    yield from _pieces(key, limit)
    yield ": "
    yield from _pieces(item, limit)


def _rows(value: Any, kind: str, limit: int) -> Iterator[str]:
    if kind == SET:
        if not value:
            yield "set()"
            return
        # Sets have no order of their own, and the text must be the same in every run.
        parts = sorted("".join(_pieces(entry, limit)) for entry in value)
        entries: Iterable[Iterable[str]] = ([part] for part in parts)
    else:
        entries = (_pieces(entry, limit) for entry in value)
    yield "deque([" if kind == DEQUE else _BRACKETS[kind][0]
    yield from _joined(entries)
    if kind == TUPLE and len(value) == 1:
        yield ","
    yield "])" if kind == DEQUE else _BRACKETS[kind][1]


def _joined(entries: Iterable[Iterable[str]]) -> Iterator[str]:
    for number, entry in enumerate(entries):
        if number:
            yield ", "
        yield from entry
