"""How plain data of Python is reduced to cross the process boundary, and built again.

What is built may come from a worker: if anything is wrong with it, ``ValueError``, ``TypeError``,
``LookupError`` or ``ArithmeticError`` is raised, and nothing costs much more than its bytes.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from grader.sandbox.protocol.record import Record, make_record
from grader.sandbox.protocol.values import MAX_HEX

# Digits of a decimal, and its largest exponent: what an integer may have that is made of it.
MAX_DIGITS = 4_000
MAX_BITS = 4 * MAX_HEX - 16
_DECIMAL = re.compile(
    rf"-?(?:\d{{1,{MAX_DIGITS}}}(?:\.\d{{0,{MAX_DIGITS}}})?|\.\d{{1,{MAX_DIGITS}}})(?:E[+-]\d{{1,4}})?"
    rf"|-?s?NaN\d{{0,{MAX_DIGITS}}}|-?Infinity",
    re.ASCII,
)
_FACTORIES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        bool,
        bytearray,
        bytes,
        complex,
        dict,
        float,
        frozenset,
        int,
        list,
        set,
        str,
        tuple,
    )
} | {"deque": deque, "Counter": Counter, "OrderedDict": OrderedDict, "None": None}
_FACTORY_NAMES = {kind: name for name, kind in _FACTORIES.items()}


class Key(NamedTuple):
    """A key of a dict or an item of a set, within what a form reduces to."""

    value: Any


class Irreducible(Exception):
    """A value of the type cannot cross; the text shows why, ``with a lambda as factory``."""


# Numbers


def reduce_fraction(value: Fraction) -> list[int]:
    """Return numerator and denominator."""
    return [_short(value.numerator), _short(value.denominator)]


def _short(number: int) -> int:
    if number.bit_length() > MAX_BITS:
        raise Irreducible("with a number of too many digits")
    return number


def build_fraction(parts: Any) -> Fraction:
    """Return the fraction of a numerator and a denominator that have no common factor."""
    numerator, denominator = map(_integer, parts)
    value = Fraction(numerator, denominator)
    if value.denominator != denominator:
        raise ValueError("a fraction that is not in lowest terms")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("a part that is not an integer")
    return value


def reduce_decimal(value: Decimal) -> str:
    """Return the decimal as text, with all its digits."""
    text = str(value).replace("e", "E")  # as a context without capitals writes it
    if not _DECIMAL.fullmatch(text) or not _is_moderate(value):
        raise Irreducible(f"of more than {MAX_DIGITS} digits")
    return text


def _is_moderate(value: Decimal) -> bool:
    if not value.is_finite():
        return True
    _, digits, exponent = value.as_tuple()
    return (
        len(digits) <= MAX_DIGITS
        and isinstance(exponent, int)
        and abs(exponent) <= MAX_DIGITS
        and abs(value.adjusted()) <= MAX_DIGITS
    )


def build_decimal(text: str) -> Decimal:
    """Return the decimal that a text is."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError("not a decimal")
    value = Decimal(text)
    if not _is_moderate(value):
        raise ValueError("a decimal of too many digits")
    return value


def build_complex(parts: Any) -> complex:
    """Return the number of two parts."""
    real, imaginary = parts
    if type(real) is not float or type(imaginary) is not float:
        raise TypeError("a part that is not a float")
    return complex(real, imaginary)


def reduce_range(value: range) -> list[int]:
    """Return start, stop and step."""
    return [_short(value.start), _short(value.stop), _short(value.step)]


def length_of_range(value: range) -> int:
    """Return how many numbers a range has, which `len` cannot count beyond 64 bits."""
    return max(0, -((value.start - value.stop) // value.step))


def build_range(parts: Any) -> range:
    """Return the range of start, stop and step."""
    start, stop, step = map(_integer, parts)
    return range(start, stop, step)


def reduce_slice(value: slice) -> list[int | None]:
    """Return start, stop and step, if they are integers or None."""
    parts = [value.start, value.stop, value.step]
    if not all(part is None or type(part) is int for part in parts):
        raise Irreducible("of something else than integers")
    return [part if part is None else _short(part) for part in parts]


def build_slice(parts: Any) -> slice:
    """Return the slice of start, stop and step."""
    start, stop, step = (part if part is None else _integer(part) for part in parts)
    return slice(start, stop, step)


# Dates and times


def reduce_zone(zone: tzinfo | None) -> Any:
    """Return the parts of a fixed offset, or the name of a zone."""
    if zone is None:
        return None
    if isinstance(zone, timezone):
        offset, *name = zone.__getinitargs__()  # type: ignore[attr-defined]
        return (offset.days, offset.seconds, offset.microseconds, *name)
    key = getattr(zone, "key", None)
    if type(zone).__module__.partition(".")[0] == "zoneinfo" and isinstance(key, str):
        # The worker has no package of time zones, only the system's.
        if any(Path(place, key).is_file() for place in sys.modules["zoneinfo"].TZPATH):
            return key
        raise Irreducible(f"with a time zone {key!r:.80}, of which the system has no file")
    raise Irreducible(f"with a time zone of type {type(zone).__name__}")


def build_zone(reduced: Any) -> tzinfo | None:
    """Return the time zone of an offset, or of a name that is known here."""
    if reduced is None:
        return None
    if isinstance(reduced, str):
        if reduced not in _zones():
            raise ValueError("a time zone that is not known here")
        from zoneinfo import ZoneInfo

        return ZoneInfo(reduced)
    days, seconds, microseconds, *name = reduced
    offset = timedelta(*map(_integer, (days, seconds, microseconds)))
    return timezone(offset, *name)


@cache
def _zones() -> frozenset[str]:
    """Return the names of this system's time zones: a worker's text must not become a path."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def reduce_datetime(value: datetime) -> list[Any]:
    """Return the parts of the day and of the time."""
    day = [value.year, value.month, value.day]
    return [*day, *reduce_time(value.timetz())]


def build_datetime(parts: Any) -> datetime:
    """Return the time on a day."""
    year, month, day, *of_day = parts
    built = build_time(of_day)
    return datetime.combine(date(*map(_integer, (year, month, day))), built)


def reduce_time(value: time) -> list[Any]:
    """Return the parts of a time, its fold, and its zone."""
    clock = [value.hour, value.minute, value.second, value.microsecond, value.fold]
    return [*clock, reduce_zone(value.tzinfo)]


def build_time(parts: Any) -> time:
    """Return the time of its parts."""
    hour, minute, second, microsecond, fold = map(_integer, parts[:-1])
    return time(hour, minute, second, microsecond, build_zone(parts[-1]), fold=fold)


def build_date(parts: Any) -> date:
    """Return the date of year, month and day."""
    return date(*map(_integer, parts))


def build_timedelta(parts: Any) -> timedelta:
    """Return the time of days, seconds and microseconds."""
    return timedelta(*map(_integer, parts))


# Containers


def pairs(items: Mapping[Any, Any]) -> list[Any]:
    """Return keys and values by turns."""
    return [part for key, item in items.items() for part in (Key(key), item)]


def unpair(reduced: Any) -> dict[Any, Any]:
    """Return the dict of keys and values by turns."""
    if len(reduced) % 2:
        raise ValueError("a key without a value")
    return dict(zip(reduced[::2], reduced[1::2], strict=True))


def build_counter(reduced: Any) -> Counter[Any]:
    """Return the counter of elements and counts by turns."""
    counter: Counter[Any] = Counter()
    counter.update(unpair(reduced))
    return counter


def reduce_defaultdict(value: defaultdict[Any, Any]) -> list[Any]:
    """Return the name of the factory, if that is a type of Python's own, and the items."""
    try:
        name = _FACTORY_NAMES[value.default_factory]
    except (KeyError, TypeError):
        raise Irreducible("whose factory is none of Python's own types") from None
    return [name, *pairs(value)]


def build_defaultdict(reduced: Any) -> defaultdict[Any, Any]:
    """Return the dict of a factory's name and of items."""
    name, *items = reduced
    return defaultdict(_FACTORIES[name], unpair(items))


def build_deque(reduced: Any) -> deque[Any]:
    """Return the deque of its longest length, or None, and of items."""
    length, *items = reduced
    if length is not None and _integer(length) < len(items):
        raise ValueError("a deque that is longer than it may be")
    return deque(items, length)


def reduce_record(record: Record) -> list[Any]:
    """Return kind, type, names and values."""
    names = list(record.fields)
    return [record.kind, record.type_name, *names, *record.fields.values()]


def build_record(reduced: Any) -> Record:
    """Return the record of kind, type, names and values."""
    kind, type_name, *rest = reduced
    names, values = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    if not all(type(name) is str for name in names) or len(set(names)) != len(names):
        raise ValueError("fields without names")
    return make_record(kind, type_name, dict(zip(names, values, strict=True)))
