"""Describes a value in a few words: its type and shape, without its numbers."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from grader.sandbox.protocol.figures import Axes, Figure
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.reductions import length_of_range
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Opaque
from grader.sanitize import clean_line
from grader.testing.comparisons import Missing
from grader.testing.drawing_figures import describe_figure
from grader.testing.drawing_tables import describe_table
from grader.wording import plural, with_article

_MAX_ITEMS = 4  # of a list or tuple, that are described one by one
_MAX_KEYS, _FEW_KEYS = 6, 2
# As Python writes an object of a class without a repr.
_NO_WORDS = re.compile(r"<[\w.]+ object at 0x[^<>]*>")
_WITH_WORDS: dict[type, Callable[[Any], str]] = {
    Table: describe_table,
    Column: describe_table,
    Figure: describe_figure,
    Axes: describe_figure,
}


def describe(value: Any) -> str:
    """Return what a value is: ``an array of shape (6, 3)``, ``a list of 2 pairs: ...``."""
    value = as_data(value)
    if type(value) in _WITH_WORDS:
        return _WITH_WORDS[type(value)](value)
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype == np.float64 else f" of type {value.dtype}"
        return f"an array of shape {value.shape}{kind}" if value.ndim else f"one number{kind}"
    if isinstance(value, Record):
        return _describe_record(value)
    if isinstance(value, set | frozenset | deque | bytearray | range) and value:
        return _count_items(value)
    if isinstance(value, list | tuple | dict) and value:
        return _describe_items(value)
    return _describe_one(value)


def _describe_one(value: Any) -> str:
    """Return what a value without items is."""
    if isinstance(value, Missing):
        return "missing"
    if isinstance(value, Opaque):
        shown = "" if _NO_WORDS.fullmatch(value.text) else f" ({value.text})"
        return f"{with_article(value.type_name)}{shown}"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if value is None or isinstance(value, int | float | np.number):
        return "None" if value is None else "one number"
    if isinstance(value, complex):
        return "a complex number"
    if isinstance(value, str):
        return "text" if value else "an empty text"
    if isinstance(value, bytes):
        return "bytes" if value else "empty bytes"
    if isinstance(value, Collection):
        return f"an empty {type(value).__name__}"
    return with_article(type(value).__name__)


def _describe_record(value: Record) -> str:
    """Return the class of an instance, and of which kind its fields are."""
    name = with_article(value.type_name)
    if value.kind not in ("dataclass", "namedtuple") or not value.fields:
        return name
    if len(value.fields) > _MAX_KEYS:
        return f"{name} with {len(value.fields)} fields"
    parts = [f"{field}: {_in_short(item)}" for field, item in value.fields.items()]
    return f"{name} with {', '.join(parts)}"


def _count_items(value: Any) -> str:
    """Return how many items a container has whose items are not described."""
    name = with_article(type(value).__name__)
    if isinstance(value, range):
        return f"{name} of {length_of_range(value)} numbers"
    if isinstance(value, bytearray):
        return f"{name} of {len(value)}"
    return f"{name} of {len(value)}{_kind_of_all(value)}"


def _kind_of_all(items: Collection[Any]) -> str:
    """Return what all items are, to follow how many they are; empty where they differ."""
    if all(isinstance(item, int | float | np.number) for item in items):
        return f" {plural('number', len(items))}"
    is_text = all(isinstance(item, str) for item in items)
    return f" {plural('text', len(items))}" if is_text else ""


def _describe_items(value: Any) -> str:
    if isinstance(value, dict):
        return _describe_dict(value)
    kind = type(value).__name__
    counted = f"a {kind} of {len(value)}"
    if of_kind := _kind_of_all(value):
        return counted + of_kind
    few = value[:_MAX_ITEMS]
    if all(isinstance(item, list | tuple) and len(item) == 2 for item in value):
        pairs = [_listed(map(_in_short, pair)) for pair in value]
        if len(pairs) > 1 and len(set(pairs)) == 1 and not _holds_arrays(value):
            return f"{counted} pairs, each {pairs[0]}"
        more = ", …" if len(value) > len(few) else ""
        few_pairs = ", ".join(pairs[:_MAX_ITEMS])
        return f"{counted} {plural('pair', len(value))}: {few_pairs}{more}"
    if len(value) > _MAX_ITEMS:
        return counted
    items = _listed(map(_in_short, value))
    if isinstance(value, list) or len(value) == 1:
        return f"{counted}: {items}"
    # Several results come as a tuple.
    arrays = all(isinstance(item, np.ndarray) and item.ndim for item in value)
    if arrays:
        return f"arrays of shape {items}"
    return _listed(_in_short(i) if isinstance(i, tuple) else describe(i) for i in value)


def _holds_arrays(pairs: Iterable[Iterable[Any]]) -> bool:
    """Return whether there are arrays, whose shapes are listed one by one."""
    return any(isinstance(item, np.ndarray) for pair in pairs for item in pair)


def _describe_dict(value: dict[Any, Any]) -> str:
    name = with_article(type(value).__name__)
    keys = [clean_line(str(key), 20) for key in value][:_MAX_KEYS]
    if len(value) > _MAX_KEYS:
        return f"{name} with {len(value)} keys"
    kinds = {_in_short(item) for item in value.values()}
    if len(value) > _FEW_KEYS and kinds < {"one number", "text"}:
        # Such keys are entries of an answer, and not names.
        return f"{name} with {len(value)} keys and {kinds.pop()} for each"
    if len(value) > _FEW_KEYS and all(isinstance(item, dict) for item in value.values()):
        return f"{name} with {len(value)} keys and a dict for each"
    parts = [f"{key}: {_in_short(value[k])}" for key, k in zip(keys, value, strict=True)]
    return f"{name} with {', '.join(parts)}"


def _in_short(value: Any) -> str:
    """Return what an item is: of an array its shape."""
    if isinstance(value, np.ndarray):
        return str(value.shape) if value.ndim else "one number"
    if isinstance(value, Record):
        return with_article(value.type_name)
    if isinstance(value, list | tuple | dict) and value:
        return f"{with_article(type(value).__name__)} of {len(value)}"
    return describe(value)


def _listed(words: Iterable[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
