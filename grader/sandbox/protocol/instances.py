"""Instances of the classes of a module, made of records that the trusted side sends."""

from __future__ import annotations

import builtins
import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import Any

from grader.sandbox.protocol.record import Record


class NoSuchClass(Exception):
    """There is no class for a record; the text is the class's name."""


class NotMade(Exception):
    """The class raised what is the cause of this exception."""


def make_instance(record: Record, find: Callable[[str], object]) -> Any:
    """Return an instance of the class that a record is named after.

    Parameters
    ----------
    record : Record
        Its fields are passed by their names.
    find : callable
        Returns what a name means where the instance is used, or None.

    Raises
    ------
    NoSuchClass
        If there is no class of that name.
    NotMade
        If making the instance raises an exception.
    """
    name = record.type_name
    cls = find(name)
    if not isinstance(cls, type) and record.kind == "exception":
        cls = getattr(builtins, name, None)
    if not isinstance(cls, type):
        if record.kind == "value_enum":
            return record.fields["value"]
        raise NoSuchClass(name)
    try:
        return _MAKERS[record.kind](cls, record.fields)
    except BaseException as error:
        raise NotMade from error


def make_if_known(record: Record, *namespaces: Mapping[str, Any]) -> Any:
    """Return an instance of a class of some modules, or the record where there is none.

    For the trusted side, whose own code may be called with records as well.
    """
    found = (names[record.type_name] for names in namespaces if record.type_name in names)
    try:
        return make_instance(record, lambda _name: next(found, None))
    except (NoSuchClass, NotMade):
        return record


def _make_member(cls: Any, fields: Mapping[str, Any]) -> Any:
    name = fields["name"]
    if isinstance(cls, enum.EnumMeta) and name not in cls.__members__:
        return cls(fields["value"])  # flags that are set together have no name of their own
    return cls[name]


def _make_exception(cls: Any, fields: Mapping[str, Any]) -> Any:
    args = fields["args"]
    # A class of the student's may be made of something else than what it passes on.
    return cls(*args) if cls.__module__ == "builtins" else cls.__new__(cls, *args)


def _make_object(cls: Any, fields: Mapping[str, Any]) -> Any:
    computed = (
        {field.name for field in dataclasses.fields(cls) if not field.init}
        if dataclasses.is_dataclass(cls)
        else set()
    )
    made = cls(**{name: value for name, value in fields.items() if name not in computed})
    for name in computed & fields.keys():
        object.__setattr__(made, name, fields[name])
    return made


_MAKERS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "dataclass": _make_object,
    "namedtuple": _make_object,
    "enum": _make_member,
    "value_enum": _make_member,
    "exception": _make_exception,
}
