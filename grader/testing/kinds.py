"""Names the kind of a piece of plain data, for messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.sandbox.protocol.figures import Axes, Figure
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Opaque
from grader.wording import with_article

NUMBER, BOOLEAN, TEXT = "one number", "True or False", "text"
LIST, TUPLE, DEQUE, ARRAY = "a list", "a tuple", "a deque", "an array"
DICT, SET = "a dict", "a set"
TABLE, SERIES, FIGURE, AXES = "a table (DataFrame)", "a Series", "a figure", "axes"
SEQUENCES = frozenset((LIST, TUPLE, DEQUE))
# In this order: True is an int as well.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, BOOLEAN),
    ((int, float, complex, Fraction, Decimal), NUMBER),
    (str, TEXT),
    (list, LIST),
    (tuple, TUPLE),
    (deque, DEQUE),
    (Mapping, DICT),
    ((set, frozenset), SET),
    (np.ndarray, ARRAY),
    (Table, TABLE),
    (Column, SERIES),
    (Figure, FIGURE),
    (Axes, AXES),
)
# Most values are of one of these types.
_PLAIN: dict[type, str] = {
    type(None): "None",
    bool: BOOLEAN,
    int: NUMBER,
    float: NUMBER,
    str: TEXT,
    list: LIST,
    tuple: TUPLE,
    dict: DICT,
    set: SET,
}
_KNOWN = frozenset(words for _, words in _KINDS) | {"a range", "a date"}
_UNCHANGED = frozenset((bool, int, float, str, list, tuple, dict, set, type(None), Record, Opaque))


def plain(value: Any) -> Any:
    """Return a value without what makes no difference.

    An array without axes is its number, an instance of a class of the suite is its record.
    """
    kind = type(value)
    if kind in _UNCHANGED:
        return value
    if isinstance(value, np.ndarray | np.generic):
        return value if value.ndim else value.item()
    if isinstance(value, bytearray):
        return bytes(value)
    value = as_data(value)
    return Record.of(value) or value


def kind_of(value: Any) -> str:
    """Return of which kind a value is, with an article: ``a list``, ``one number``, ``a Point``."""
    if (words := _PLAIN.get(type(value))) is not None:
        return words
    if isinstance(value, Record | Opaque):
        words = with_article(value.type_name)
        # A student's class may have the name of a type of Python.
        return f"{words} that cannot be looked at" if words in _KNOWN else words
    for types, words in _KINDS:
        if isinstance(value, types):
            return words
    return with_article(type(value).__name__)
