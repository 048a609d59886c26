"""Python that builds a value: what `repr` does not write, and what it needs imported."""

from __future__ import annotations

import builtins
import dataclasses
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from grader.examiner.table_recipe import write_table
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.record import Record, find_record
from grader.sandbox.protocol.tables import Column, Table
from grader.sandbox.protocol.values import Handle, Seeded, SourceFunction
from grader.testing.drawn import write_plain

_MAX_ENTRIES = 512  # of an array that is written out
_FEW = 12  # entries that are written one by one even if most are equal
_PLAIN_DTYPES = ("float64", "int64", "bool")  # those that numpy gives to such numbers by itself


class TooLongError(Exception):
    """A value cannot be written down, or not in a few lines."""


class Literals:
    """Writes values as Python.

    Parameters
    ----------
    names : mapping of int to str
        Values that have a name, by their id.

    Attributes
    ----------
    imports : dict of str to set of str
        What the values need of Python's own modules, by module.
    classes : set of str
        The classes of the student's that they need.
    """

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self.imports: dict[str, set[str]] = {}
        self.classes: set[str] = set()

    def write(self, value: Any) -> str:
        """Return Python that builds a value.

        Raises
        ------
        TooLongError
            If there is none, or it is too long to be of use.
        """
        if id(value) in self._names:
            return self._names[id(value)]
        if isinstance(value, np.ndarray | np.generic):
            return self._write_numpy(value)
        if isinstance(data := as_data(value), Table | Column):
            return _write_table(data)
        if (record := find_record(value)) is not None:
            return self._write_record(record, value)
        if (special := _write_special(value)) is not None:
            return special
        if isinstance(value, dict):
            return self._write_dict(value)
        if isinstance(value, list | tuple | set | frozenset | deque):
            return self._write_items(value)
        return self._write_leaf(value)

    def _write_numpy(self, value: Any) -> str:
        is_number = isinstance(value, np.float64 | np.int64 | np.bool_ | np.str_ | np.bytes_)
        # These cross the process boundary as what they are in Python.
        return self.write(value.item()) if is_number else _write_array(np.asarray(value))

    def _write_record(self, record: Record, value: Any) -> str:
        name, fields = record.type_name, record.fields
        if record.kind == "exception":
            if not isinstance(getattr(builtins, name, None), type):
                self.classes.add(name)
            return f"{name}({', '.join(map(self.write, fields['args']))})"
        self.classes.add(name)
        if record.kind in ("enum", "value_enum"):
            # Flags that are set together have no name of their own.
            known = str(fields["name"])
            return (
                f"{name}.{known}" if known.isidentifier() else self._call(name, [fields["value"]])
            )
        made = {key: item for key, item in fields.items() if key not in _computed(value)}
        return f"{name}({', '.join(f'{key}={self.write(item)}' for key, item in made.items())})"

    def _write_dict(self, value: dict[Any, Any]) -> str:
        pairs = [f"{self.write(key)}: {self.write(item)}" for key, item in value.items()]
        text = f"{{{', '.join(pairs)}}}"
        if isinstance(value, Counter):
            return f"{self._import('collections', 'Counter')}({text})"
        if isinstance(value, OrderedDict):
            return f"{self._import('collections', 'OrderedDict')}({text})"
        if isinstance(value, defaultdict):
            factory = value.default_factory
            named = "None" if factory is None else self._write_factory(factory)
            return f"{self._import('collections', 'defaultdict')}({named}, {text})"
        return text

    def _write_factory(self, factory: Any) -> str:
        name = str(getattr(factory, "__name__", ""))
        if getattr(builtins, name, None) is factory:
            return name
        if factory in (deque, Counter, OrderedDict):
            return self._import("collections", name)
        raise TooLongError

    def _write_items(self, value: Any) -> str:
        texts = [self.write(item) for item in value]
        inner = ", ".join(texts)
        if isinstance(value, list):
            return f"[{inner}]"
        if isinstance(value, tuple):
            return f"({inner},)" if len(texts) == 1 else f"({inner})"
        if isinstance(value, deque):
            limit = "" if value.maxlen is None else f", maxlen={value.maxlen}"
            return f"{self._import('collections', 'deque')}([{inner}]{limit})"
        inner = f"{{{', '.join(sorted(texts))}}}" if texts else ""
        if isinstance(value, frozenset):
            return f"frozenset({inner})"
        return inner or "set()"

    def _write_leaf(self, value: Any) -> str:
        if isinstance(value, Fraction):
            return self._call(self._import("fractions", "Fraction"), value.as_integer_ratio())
        if isinstance(value, Decimal):
            return self._call(self._import("decimal", "Decimal"), [str(value)])
        if isinstance(value, datetime | time):
            return self._write_with_zone(value)
        if isinstance(value, date | timedelta):
            self._import("datetime", type(value).__name__)
            return repr(value).removeprefix("datetime.")
        if isinstance(value, tzinfo):
            return self._write_zone(value)
        plain = bool | int | float | complex | str | bytes | bytearray | range | slice
        if not isinstance(value, plain) and value is not None:
            raise TooLongError
        try:
            return write_plain(value)
        except ValueError:  # an integer of thousands of digits
            raise TooLongError from None

    def _write_with_zone(self, value: datetime | time) -> str:
        self._import("datetime", type(value).__name__)
        text = repr(value.replace(tzinfo=None)).removeprefix("datetime.")
        if value.tzinfo is None:
            return text
        return f"{text[:-1]}, tzinfo={self._write_zone(value.tzinfo)})"

    def _write_zone(self, zone: tzinfo) -> str:
        key = getattr(zone, "key", None)
        if isinstance(key, str):
            return self._call(self._import("zoneinfo", "ZoneInfo"), [key])
        if not isinstance(zone, timezone):
            raise TooLongError
        self._import("datetime", "timezone")
        offset, *name = zone.__getinitargs__()  # type: ignore[attr-defined]
        return "timezone.utc" if zone is UTC else self._call("timezone", [offset, *name])

    def _call(self, name: str, args: Iterable[Any]) -> str:
        return f"{name}({', '.join(map(self.write, args))})"

    def _import(self, module: str, name: str) -> str:
        self.imports.setdefault(module, set()).add(name)
        return name


def _write_special(value: Any) -> str | None:
    """Return Python for what the trusted side may send beyond data."""
    if isinstance(value, SourceFunction):
        return value.name
    if isinstance(value, Seeded):
        return f"np.random.default_rng({value.seed})"
    return name_kept(value.number) if isinstance(value, Handle) else None


def name_kept(number: int) -> str:
    """Return the name of a result that stays in the worker under a number."""
    return f"kept_{number}"


def _computed(value: Any) -> set[str]:
    """Return the fields of a suite's dataclass that are not passed to it."""
    if not dataclasses.is_dataclass(value):
        return set()
    return {field.name for field in dataclasses.fields(value) if not field.init}


def _write_table(value: Table | Column) -> str:
    text = write_table(value)
    if text is None:
        raise TooLongError
    return text


def _write_array(array: np.ndarray[Any, Any]) -> str:
    dtype = "" if array.dtype.name in _PLAIN_DTYPES else f", dtype={array.dtype.name!r}"
    if not array.size:
        return f"np.zeros({array.shape}, dtype={array.dtype.name!r})"
    if array.size > _MAX_ENTRIES:
        raise TooLongError
    texts = list(map(write_plain, array.ravel().tolist()))
    distinct = list(dict.fromkeys(texts))
    if distinct == ["0.0"] and not dtype:
        return f"np.zeros({array.shape})"
    if len(distinct) == 1 and array.size > 1:
        return f"np.full({array.shape}, {distinct[0]}{dtype})"
    if array.size <= _FEW or len(distinct) * 4 > array.size:
        return f"np.array({_nest(texts, array.shape)}{dtype})"
    places = _nest([str(distinct.index(text)) for text in texts], array.shape)
    return f"np.array([{', '.join(distinct)}]{dtype})[np.array({places})]"


def _nest(texts: Sequence[str], shape: tuple[int, ...]) -> str:
    """Return texts as nested lists of a shape."""
    if not shape:
        return texts[0]
    step = len(texts) // shape[0]
    rows = (_nest(texts[step * n : step * (n + 1)], shape[1:]) for n in range(shape[0]))
    return f"[{', '.join(rows)}]"
