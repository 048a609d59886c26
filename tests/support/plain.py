"""Plain data of all types that cross the process boundary, and whether two values are the same."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

SURROGATES = st.text(st.characters(codec=None, exclude_categories=()), max_size=5)
DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
    st.integers(0, 1),
    st.lists(st.integers(0, 9), min_size=1, max_size=12).map(tuple),
    st.integers(-900, 900),
)
ZONES = st.sampled_from(
    [
        None,
        UTC,
        timezone(timedelta(hours=-3, minutes=7)),
        timezone(timedelta(0), "ship"),
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("America/New_York"),
    ]
)
# What can be a key, without what contains others.
KEYS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**200), 2**200),
    st.floats(),
    st.complex_numbers(),
    SURROGATES,
    st.binary(max_size=5),
    st.fractions(),
    DECIMALS,
    st.sampled_from([Decimal("Infinity"), Decimal("-Infinity"), Decimal("NaN12"), Decimal("-NaN")]),
    st.dates(),
    st.datetimes(timezones=ZONES, allow_imaginary=False),
    st.times(timezones=ZONES.filter(lambda zone: not isinstance(zone, ZoneInfo))),
    st.timedeltas(),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 4)),
    st.builds(range, st.just(2**70), st.just(2**70 + 9)),
    ZONES.filter(bool),
)
_HASHABLE = st.recursive(
    KEYS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)


@st.composite
def hashables(draw: st.DrawFn) -> Any:
    """Draw anything that can be a key; its own strategy has a very long name."""
    return draw(_HASHABLE)


HASHABLE = hashables()
LEAVES = st.one_of(
    HASHABLE,
    st.binary(max_size=5).map(bytearray),
    st.just(Decimal("sNaN7")),
    st.builds(slice, st.none() | st.integers(), st.integers(), st.none() | st.integers()),
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, max_size=3)
    dicts = st.dictionaries(HASHABLE, inner, max_size=3)
    return st.one_of(
        lists,
        lists.map(tuple),
        st.sets(HASHABLE, max_size=4),
        dicts,
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.builds(deque, lists, st.none() | st.integers(3, 2**40)),
        dicts.map(Counter),
        dicts.map(OrderedDict),
        st.builds(defaultdict, st.sampled_from([None, int, list, set, dict, str, float]), dicts),
    )


_VALUES = st.recursive(LEAVES, _containers, max_leaves=12)


@st.composite
def values(draw: st.DrawFn) -> Any:
    """Draw plain data."""
    return draw(_VALUES)


VALUES = values()


def same(one: Any, other: Any) -> bool:
    """Return whether two values have the same type and, recursively, the same content."""
    if type(one) is not type(other):
        return False
    if isinstance(one, deque):
        return one.maxlen == other.maxlen and _all_same(list(one), list(other))
    if isinstance(one, defaultdict) and one.default_factory is not other.default_factory:
        return False
    if isinstance(one, Mapping):
        return _all_same(list(one), list(other)) and _all_same(
            list(one.values()), list(other.values())
        )
    if isinstance(one, list | tuple):
        return _all_same(one, other)
    if isinstance(one, set | frozenset):
        return _same_items(list(one), list(other))
    return _same_leaf(one, other)


def _all_same(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


def _same_items(one: list[Any], other: list[Any]) -> bool:
    """Return whether two lists have the same items in any order."""
    left = list(other)
    for item in one:
        place = next((n for n, candidate in enumerate(left) if same(item, candidate)), None)
        if place is None:
            return False
        del left[place]
    return not left


def _same_leaf(one: Any, other: Any) -> bool:
    if isinstance(one, float):
        both_nan = math.isnan(one) and math.isnan(other)
        return both_nan or (one == other and math.copysign(1, one) == math.copysign(1, other))
    if isinstance(one, complex):
        return _same_leaf(one.real, other.real) and _same_leaf(one.imag, other.imag)
    if isinstance(one, Decimal):
        return one.as_tuple() == other.as_tuple()
    if isinstance(one, datetime | time):
        parts = [
            (v.replace(tzinfo=None), v.fold, str(v.tzinfo), v.utcoffset()) for v in (one, other)
        ]
        return parts[0] == parts[1]
    if isinstance(one, range):
        return (one.start, one.stop, one.step) == (other.start, other.stop, other.step)
    if isinstance(one, timezone | ZoneInfo):
        return str(one) == str(other)
    if isinstance(one, Fraction | date | timedelta | slice):
        return one == other
    assert one is None or type(one) in (bool, int, str, bytes, bytearray), type(one)
    return bool(one == other)
