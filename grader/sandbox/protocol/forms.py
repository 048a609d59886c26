"""Forms: how a type of plain data crosses that MessagePack has none for.

A form reduces a value to simpler plain data, and builds the value of that again. `FORMS` is the
only list of them: a type is added by a tag in `grader.sandbox.protocol.inspection` and a line here.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from grader.sandbox.protocol.figures import read_figure
from grader.sandbox.protocol.inspection import Tag
from grader.sandbox.protocol.pandas_data import PANDAS_OTHERS, PANDAS_TABLES, reduce_table
from grader.sandbox.protocol.plotting import MATPLOTLIB_TYPES, reduce_figure
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.reductions import (
    Key,
    build_complex,
    build_counter,
    build_date,
    build_datetime,
    build_decimal,
    build_defaultdict,
    build_deque,
    build_fraction,
    build_range,
    build_record,
    build_slice,
    build_time,
    build_timedelta,
    build_zone,
    pairs,
    reduce_datetime,
    reduce_decimal,
    reduce_defaultdict,
    reduce_fraction,
    reduce_range,
    reduce_record,
    reduce_slice,
    reduce_time,
    reduce_zone,
    unpair,
)
from grader.sandbox.protocol.tables import Column, Table, read_table


class Form(NamedTuple):
    """How one type crosses.

    Parameters
    ----------
    tag : int
        The mark of its bytes.
    reduce : callable
        Returns simpler plain data for a value, or raises `Irreducible`. Keys are marked as `Key`.
    build : callable
        Returns the value for what `reduce` returned, without the marks. It may come from a worker:
        whatever is wrong with it raises ``ValueError``, ``TypeError``, ``LookupError`` or
        ``ArithmeticError``, and nothing is built that costs much more than its bytes.
    unordered : bool
        The items have no order, and cross in that of their bytes.
    hashable : bool
        Whether values can be keys.
    keys : callable, optional
        Returns the keys among what `build` gets: how many are equal or collide is counted before.
    body : type
        The type that `reduce` returns.
    exact : bool
        Whether a suite may pass such values: they arrive as what they are.
    """

    tag: int
    reduce: Callable[[Any], Any]
    build: Callable[[Any], Any]
    unordered: bool = False
    hashable: bool = True
    keys: Callable[[Any], Sequence[Any]] | None = None
    body: type = list
    exact: bool = True


def _list_keys(items: Any) -> list[Key]:
    return [Key(item) for item in items]


def _all(reduced: Sequence[Any]) -> Sequence[Any]:
    return reduced


def _every_second(reduced: Sequence[Any]) -> Sequence[Any]:
    return reduced[::2]


def _after_first(reduced: Sequence[Any]) -> Sequence[Any]:
    return reduced[1::2]


_TABLE = Form(Tag.TABLE, reduce_table, read_table, hashable=False)
_FIGURE = Form(Tag.FIGURE, reduce_figure, read_figure, hashable=False, exact=False)
_ZONE = Form(Tag.TIMEZONE, lambda zone: [reduce_zone(zone)], lambda parts: build_zone(*parts))
# Of a dict whose keys MessagePack has no form for, and of a text with half a surrogate pair.
DICT = Form(Tag.DICT, pairs, unpair, hashable=False, keys=_every_second)
TEXT = Form(
    Tag.TEXT,
    lambda text: text.encode("utf-8", "surrogatepass"),
    lambda data: data.decode("utf-8", "surrogatepass"),
    body=bytes,
)
# By type or, where the type's module may not be loaded, by the names of both.
FORMS: dict[type | str, Form] = {
    complex: Form(Tag.COMPLEX, lambda value: [value.real, value.imag], build_complex),
    Fraction: Form(Tag.FRACTION, reduce_fraction, build_fraction),
    Decimal: Form(Tag.DECIMAL, reduce_decimal, build_decimal, body=str),
    range: Form(Tag.RANGE, reduce_range, build_range),
    slice: Form(Tag.SLICE, reduce_slice, build_slice, hashable=False),
    datetime: Form(Tag.DATETIME, reduce_datetime, build_datetime),
    date: Form(Tag.DATE, lambda value: [value.year, value.month, value.day], build_date),
    time: Form(Tag.TIME, reduce_time, build_time),
    timedelta: Form(Tag.TIMEDELTA, lambda v: [v.days, v.seconds, v.microseconds], build_timedelta),
    timezone: _ZONE,
    "zoneinfo.ZoneInfo": _ZONE,
    bytearray: Form(Tag.BYTEARRAY, bytes, bytearray, hashable=False, body=bytes),
    set: Form(Tag.SET, _list_keys, set, unordered=True, hashable=False, keys=_all),
    frozenset: Form(Tag.FROZENSET, _list_keys, frozenset, unordered=True, keys=_all),
    deque: Form(Tag.DEQUE, lambda v: [v.maxlen, *v], build_deque, hashable=False),
    Counter: Form(Tag.COUNTER, pairs, build_counter, hashable=False, keys=_every_second),
    OrderedDict: Form(
        Tag.ORDERED,
        pairs,
        lambda reduced: OrderedDict(unpair(reduced)),
        hashable=False,
        keys=_every_second,
    ),
    defaultdict: Form(
        Tag.DEFAULTS, reduce_defaultdict, build_defaultdict, hashable=False, keys=_after_first
    ),
    Record: Form(Tag.RECORD, reduce_record, build_record),
    Table: _TABLE,
    Column: _TABLE,
    **dict.fromkeys(PANDAS_TABLES, _TABLE),
    **dict.fromkeys(PANDAS_OTHERS, _TABLE._replace(exact=False)),
    **dict.fromkeys(MATPLOTLIB_TYPES, _FIGURE),
}
FORMS_BY_TAG = {form.tag: form for form in (*FORMS.values(), DICT, TEXT)}


@lru_cache(maxsize=512)
def find_form(cls: type) -> Form | None:
    """Return the form of a type or of the nearest type that it is derived from."""
    return next(filter(None, map(own_form, cls.__mro__)), None)


def own_form(cls: type) -> Form | None:
    """Return the form of a type itself."""
    return FORMS.get(cls) or FORMS.get(f"{cls.__module__}.{cls.__qualname__}")
