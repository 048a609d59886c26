"""The keys of a TOML table: those that are unknown, missing, or have a value of another type."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import inspect

_MAX_SHOWN = 60  # characters of a value that does not fit


def find_misfits(table: dict[str, Any], kind: type[msgspec.Struct]) -> Iterator[str]:
    """Yield what keeps a TOML table from being read as a struct, each as one clause.

    Parameters
    ----------
    table : dict
        As ``tomllib`` reads it.
    kind : type
        A struct. Its fields are the keys: plain ones, tables (structs) and lists of tables
        (tuples of structs).
    """
    yield from _find_in_table(table, kind, "it", _list_tables(kind))


def _list_tables(kind: type[msgspec.Struct]) -> dict[str, set[str]]:
    """Return the keys of each table within a table, by how the table is written."""
    tables = {}
    for field in msgspec.structs.fields(kind):
        struct, listed = _find_struct(field.type)
        if struct is not None:
            keys = {one.encode_name for one in msgspec.structs.fields(struct)}
            tables[_bracket(field.encode_name, listed=listed)] = keys
    return tables


def _find_struct(kind: Any) -> tuple[type[msgspec.Struct] | None, bool]:
    """Return the struct that a type is or has as items, and whether it has several."""
    if get_origin(kind) is Annotated:
        return _find_struct(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind, False
    if get_origin(kind) is tuple:
        return _find_struct(get_args(kind)[0])[0], True
    return None, False


def _bracket(key: str, *, listed: bool) -> str:
    return f"[[{key}]]" if listed else f"[{key}]"


def _find_in_table(
    table: dict[str, Any],
    kind: type[msgspec.Struct],
    label: str,
    tables: dict[str, set[str]],
) -> Iterator[str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key, value in table.items():
        if key in fields:
            yield from _find_in_value(key, value, fields[key].type, label)
        else:
            yield f"{label} has the unknown key {key!r}; {_suggest(key, list(fields), tables)}"
    for key, field in fields.items():
        if field.required and table.get(key) in (None, []):
            yield f"{label} has no {_describe_missing(key, field.type)}"


def _describe_missing(key: str, kind: Any) -> str:
    struct, listed = _find_struct(kind)
    if struct is None:
        return f'{key}; add a line such as {key} = "..."'
    required = [one.encode_name for one in msgspec.structs.fields(struct) if one.required]
    return f"{key}; add {_bracket(key, listed=listed)} and below it {' and '.join(required)}"


def _suggest(key: str, known: Sequence[str], tables: dict[str, set[str]]) -> str:
    for near in difflib.get_close_matches(key, known, 1):
        return f"did you mean {near!r}?"
    for near in difflib.get_close_matches(key, sorted(set().union(*tables.values())), 1):
        place = next(bracket for bracket, keys in tables.items() if near in keys)
        return f"did you mean {near!r} in {place}?" if near != key else f"it belongs in {place}"
    return f"known are {', '.join(known)}"


def _find_in_value(key: str, value: Any, kind: Any, label: str) -> Iterator[str]:
    struct, listed = _find_struct(kind)
    if struct is not None:
        bracket = _bracket(key, listed=listed)
        rows = value if listed and isinstance(value, list) else [value]
        if not all(isinstance(row, dict) for row in rows):
            yield f"{label} has {key} = {_show(value)}; write it as a table that begins {bracket}"
            return
        if listed and isinstance(value, dict):
            yield f"{label} has [{key}]; write {bracket}"
            return
        for number, row in enumerate(rows, start=1):
            place = f"{bracket} number {number}" if len(rows) > 1 else bracket
            yield from _find_in_table(row, struct, place, {})
        return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        empty = value in ("", [])
        fits = "must not be empty" if empty else f"takes {_describe(inspect.type_info(kind))}"
        yield f"{label} has {key} = {_show(value)}; {key} {fits}"


def _show(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    text = value.isoformat() if isinstance(value, date | time) else text
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def _describe(kind: inspect.Type) -> str:
    """Return in words what a key takes."""
    match kind:
        case inspect.UnionType(types):
            return " or ".join(
                _describe(one) for one in types if not isinstance(one, inspect.NoneType)
            )
        case inspect.Metadata(inner):
            described = (kind.extra_json_schema or {}).get("description")
            return str(described) if described else _describe(inner)
        case inspect.LiteralType(values):
            return f"one of {', '.join(map(repr, values))}"
        case inspect.StrType() | inspect.BoolType():
            return "text in quotes" if isinstance(kind, inspect.StrType) else "true or false"
        case inspect.VarTupleType(item):
            return f"a list in brackets, of which each item is {_describe(item)}"
        case inspect.DictType(_, item):
            return f"a table, of which each value is {_describe(item)}"
        case inspect.IntType() | inspect.FloatType():
            number = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
            return number + _describe_bounds(kind)
    return "a value of another type"


def _describe_bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    if kind.gt is not None and kind.le is not None:
        return f" above {kind.gt}, at most {kind.le}"
    return ""
