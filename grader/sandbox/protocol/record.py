"""Records: what instances of a student's own classes are on the other side, as text and data."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, NoReturn, get_args

from grader.sandbox.protocol.values import Asked, Handle, Opaque, Seeded, SourceFunction

Kind = Literal["dataclass", "namedtuple", "enum", "value_enum", "exception"]
MAX_NAME = 80  # characters of the name of a type or a field
MAX_FIELDS = 500
# Dataclasses, too, but of ours: they have a form of their own.
_STAND_INS = (Asked, Handle, Opaque, Seeded, SourceFunction)
_KINDS = frozenset(get_args(Kind))


class Record:
    """An instance of a class of the student: the name of its type and its fields, without code.

    Dataclasses, named tuples, exceptions and members of enumerations cross the process boundary as
    records. Two records are equal if kind, type name and fields are. A suite may make one, as an
    expected answer or as an argument: ``Record("Point", x=1, y=2)``.

    Parameters
    ----------
    type_name : str
        The name of the class.
    **fields : object
        The values of the fields, by name.

    Attributes
    ----------
    type_name : str
        The name of the class, without its module.
    kind : {"dataclass", "namedtuple", "enum", "value_enum", "exception"}
        The kind of the class. The record of a named tuple is also a tuple. The fields of a member
        of an enumeration are ``name`` and ``value``, those of an exception ``args`` and ``text``.
    fields : mapping of str to object
        The fields in their order. Each is also an attribute (``point.x``), unless the record itself
        has an attribute of that name.
    """

    _parts: tuple[str, Kind, Mapping[str, Any]]

    def __init__(self, type_name: str, /, **fields: Any) -> None:
        _fill(self, type_name, "dataclass", fields)

    @property
    def type_name(self) -> str:
        """Return the name of the class."""
        return self._parts[0]

    @property
    def kind(self) -> Kind:
        """Return what the class is."""
        return self._parts[1]

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return the values by name."""
        return self._parts[2]

    @staticmethod
    def of(value: Any) -> Record | None:
        """Return the record of an instance, or None of what does not cross as one.

        Parameters
        ----------
        value : object
            An instance of a dataclass, a named tuple, a member of an enumeration, an exception, or
            a record, which comes back as it is. A member that is also a number or a text crosses as
            that, so there is no record of it.
        """
        record = find_record(value)
        return None if record is not None and record.kind == "value_enum" else record

    def __getattr__(self, name: str) -> Any:
        # Under names with two underscores numpy and copy look for code.
        if name != "_parts" and not name.startswith("__") and name in self._parts[2]:
            return self._parts[2][name]
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError("a record cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a record cannot be changed")

    def __eq__(self, other: object) -> bool:
        return self._parts == other._parts if isinstance(other, Record) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.type_name, frozenset(self.fields.items())))

    def __repr__(self) -> str:
        name, kind, fields = self._parts
        if kind in ("enum", "value_enum"):
            return f"{name}.{fields.get('name')}"
        if kind == "exception":
            args = fields.get("args")
            return f"{name}({', '.join(map(repr, args if isinstance(args, tuple) else ()))})"
        return f"{name}({', '.join(f'{key}={value!r}' for key, value in fields.items())})"


class TupleRecord(Record, tuple[Any, ...]):
    """The record of a named tuple, which is a tuple of the values, too."""

    def __eq__(self, other: object) -> bool:
        return (
            Record.__eq__(self, other) if isinstance(other, Record) else tuple.__eq__(self, other)
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__
    __repr__ = Record.__repr__


def _fill(record: Record, type_name: str, kind: Kind, fields: Mapping[str, Any]) -> None:
    if not _is_name(type_name):
        raise ValueError(f"{type_name!r:.80} is not the name of a type")
    if len(fields) > MAX_FIELDS or not all(map(_is_name, fields)):
        raise ValueError(f"fields need names, of which there are at most {MAX_FIELDS}")
    # Attributes are assigned nowhere else.
    record.__dict__["_parts"] = (type_name, kind, MappingProxyType(dict(fields)))


def _is_name(name: object) -> bool:
    if type(name) is not str or len(name) > MAX_NAME:
        return False
    return name.isidentifier() and not name.startswith("__")


def make_record(kind: Any, type_name: str, fields: Mapping[str, Any]) -> Record:
    """Return a record of any kind.

    Raises
    ------
    ValueError
        If the kind is not known, or its parts are missing; if a name is not an identifier or too
        long, or there are too many fields.
    """
    if kind not in _KINDS or not _has_parts(kind, fields):
        raise ValueError("a record of an unknown kind, or without what its kind has")
    record = (
        tuple.__new__(TupleRecord, fields.values())
        if kind == "namedtuple"
        else object.__new__(Record)
    )
    _fill(record, type_name, kind, fields)
    return record


def _has_parts(kind: Kind, fields: Mapping[str, Any]) -> bool:
    """Return whether there are the fields that each record of a kind has."""
    if kind == "exception":
        args, text = fields.get("args"), fields.get("text")
        return len(fields) == 2 and isinstance(args, tuple) and isinstance(text, str)
    if kind in ("enum", "value_enum"):
        return fields.keys() == {"name", "value"} and isinstance(fields["name"], str | None)
    return True


def find_record(value: Any) -> Record | None:
    """Return the record of an instance, whatever its kind, or None where there is none."""
    if isinstance(value, Record):
        return value
    kind = find_kind(type(value))  # type: ignore[arg-type]  # types are hashable
    if kind is None:
        return None
    try:
        return make_record(kind, type(value).__name__, _read_fields(kind, value))
    except Exception:  # an attribute of a student's may do anything, or be missing
        return None


@lru_cache(maxsize=512)
def find_kind(cls: type) -> Kind | None:
    """Return of which kind the records of a class are, or None where it has none."""
    if issubclass(cls, _STAND_INS):
        return None
    if issubclass(cls, enum.Enum):
        return "value_enum" if issubclass(cls, int | float | str | bytes) else "enum"
    if dataclasses.is_dataclass(cls):
        return "dataclass"
    if issubclass(cls, tuple) and isinstance(getattr(cls, "_fields", None), tuple):
        return "namedtuple"
    return "exception" if issubclass(cls, BaseException) else None


def _read_fields(kind: Kind, value: Any) -> dict[str, Any]:
    if kind == "dataclass":
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if kind == "namedtuple":
        return dict(zip(type(value)._fields, tuple.__iter__(value), strict=True))
    if kind == "exception":
        return {"args": tuple(value.args), "text": _text_of(value)}
    value_of: Any = value.value
    return {"name": value.name, "value": value_of}


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # as above
        return ""
