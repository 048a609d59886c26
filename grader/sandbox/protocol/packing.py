"""Writing values as bytes: one MessagePack value, in which each array is copied once.

MessagePack states a length before what it is the length of, and a tagged value is the bytes of
another. So the parts are listed with their lengths, and joined at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from grader.sandbox.protocol.forms import DICT, FORMS, TEXT, Form, find_form, own_form
from grader.sandbox.protocol.heads import binary, extension, tagged, write_head
from grader.sandbox.protocol.inspection import (
    MAX_DEPTH,
    MAX_ITEMS,
    OPAQUE_ITEMS,
    Budget,
    Tag,
    TooLarge,
)
from grader.sandbox.protocol.record import Record, find_record
from grader.sandbox.protocol.reductions import Irreducible, Key
from grader.sandbox.protocol.values import (
    DTYPES,
    MAX_AXES,
    MAX_HEX,
    Asked,
    Handle,
    Opaque,
    Seeded,
    SourceFunction,
)

_encode = msgspec.msgpack.Encoder().encode
_SCALARS = frozenset((bool, float, str, bytes, type(None)))
_WITH_INTEGERS = _SCALARS | {int}
_AS_NUMBERS = (np.float64, np.int64, np.bool_)
# The types as which instances of derived types cross the boundary.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    dict: dict,
    tuple: tuple,
    list: list,
}
_LONG = 64 * 1024  # bytes of an array beyond which a copy costs more than a view


class CannotCross(Exception):
    """A value cannot cross the process boundary.

    Parameters
    ----------
    value : object
        The value, or the part of it that cannot.
    reason : str
        Why, where its type alone does not show it: ``nested deeper than 50 levels``.
    """

    def __init__(self, value: Any, reason: str = "") -> None:
        super().__init__(f"{type(value).__name__} {reason}".strip())
        self.value = value
        self.reason = reason


def pack(value: Any) -> bytes:
    """Return a value as bytes: one MessagePack value.

    Parameters
    ----------
    value : object
        Plain data, arrays, instances that have a `Record`, generators (read out, bounded),
        `Seeded`, `SourceFunction`, `Handle`, `Asked`. Instances of a type that is derived from one
        of these cross as that; what cannot cross becomes an `Opaque`.
    """
    if type(value) in _SCALARS:
        return _encode_scalar(value)
    writer = _Writer(strict=False)
    try:
        writer.write(value, 0)
    except TooLarge:
        return _pack_opaque(type(value).__name__, f"more than {MAX_ITEMS} items")
    return b"".join(writer.parts)


def pack_exactly(value: Any) -> bytes:
    """Return a value as bytes that make an equal value of the same type, or raise `CannotCross`."""
    if type(value) in _SCALARS:
        return _encode_scalar(value)
    writer = _Writer(strict=True)
    try:
        writer.write(value, 0)
    except TooLarge:
        raise CannotCross(value, f"with more than {MAX_ITEMS} items") from None
    return b"".join(writer.parts)


class _Writer:
    """The parts of one value; each method adds some, and returns how many bytes they have.

    Parameters
    ----------
    strict : bool
        Whether what would arrive as something else is refused.
    """

    _keys = 0  # how many keys this is within

    def __init__(self, *, strict: bool) -> None:
        self.parts: list[bytes | memoryview] = []
        self._strict = strict
        self._budget = Budget()

    def write(self, value: Any, depth: int) -> int:
        self._budget.spend()
        if depth > MAX_DEPTH:
            return self._give_up(value, f"nested deeper than {MAX_DEPTH} levels")
        kind = type(value)
        if kind in _SCALARS:
            return self._add(_encode_scalar(value))
        if kind is int:
            return self._write_integer(value)
        if kind is np.ndarray:
            return self._write_array(value)
        if kind in _CONTAINERS:
            return _CONTAINERS[kind](self, value, depth)
        if kind in _OURS:
            return self._add(_OURS[kind](value))
        if kind is Key:
            return self._write_key(value.value, depth)
        return self._write_other(value, depth)

    def _write_other(self, value: Any, depth: int) -> int:
        if isinstance(value, _AS_NUMBERS) or (self._keys and isinstance(value, np.number)):
            # As a Python number it cannot be changed in place; an array without axes can.
            return self._write_number(value.item(), depth)
        if isinstance(value, np.ndarray | np.generic) and not isinstance(value, str | bytes):
            return self._write_numpy(value)
        own = own_form(type(value))
        if own is None and (record := find_record(value)) is not None:
            return self._write_form(FORMS[Record], record, depth)
        form = own or find_form(type(value))  # type: ignore[arg-type]  # types are hashable
        if form is not None:
            if self._strict and (own is None or not own.exact):
                raise CannotCross(value)
            return self._write_form(form, value, depth)
        return self._write_derived(value, depth)

    def _write_number(self, number: Any, depth: int) -> int:
        is_plain = not isinstance(number, np.generic)  # numpy's longest floats have no other form
        return self._write_again(number, depth) if is_plain else self._give_up(number)

    def _write_again(self, value: Any, depth: int) -> int:
        """Write a tagged value whose item was counted already."""
        self._budget.left += 1
        return self.write(value, depth)

    def _write_derived(self, value: Any, depth: int) -> int:
        """Write an instance of a type that is derived from a type of Python's own."""
        for kind, plain in _PLAIN.items():
            if isinstance(value, kind):
                if self._strict and not isinstance(value, np.generic):
                    raise CannotCross(value)
                return self._write_again(plain(value), depth)
        if isinstance(value, Iterator) and not self._strict:
            return self._write_list(self._read_out(value), depth)
        return self._give_up(value)

    def _give_up(self, value: Any, reason: str = "", text: str = "") -> int:
        """Write what a value is that cannot cross: its type, and why not or what it looks like."""
        if self._strict:
            raise CannotCross(value, reason)
        self._budget.spend(OPAQUE_ITEMS)
        return self._add(_pack_opaque(type(value).__name__, reason or text or _short_repr(value)))

    def _read_out(self, values: Any) -> list[Any]:
        """Return the items of a generator, of which there may be no end."""
        items: list[Any] = []
        for item in values:
            if len(items) >= self._budget.left:
                raise TooLarge
            items.append(item)
        return items

    def _write_list(self, items: list[Any], depth: int, *, is_reduced: bool = False) -> int:
        if self._keys and not is_reduced:
            return self._give_up(items)
        kinds = set(map(type, items))
        if kinds <= _WITH_INTEGERS and depth < MAX_DEPTH and _are_small(items, kinds):
            try:
                encoded = _encode(items)
            except UnicodeEncodeError:
                pass  # half a surrogate pair in one of them
            else:
                self._budget.spend(len(items))
                return self._add(encoded)
        size = self._add(write_head(len(items), 0x90, 0xDC))
        for item in items:
            size += self.write(item, depth + 1)
        return size

    def _write_unordered(self, items: list[Any], depth: int) -> int:
        """Write items in the order of their bytes, which is the same in every process."""
        packed = []
        outer = self.parts
        for item in items:
            self.parts = []
            self.write(item, depth + 1)
            packed.append(b"".join(self.parts))
        self.parts = outer
        return self._add(write_head(len(items), 0x90, 0xDC)) + self._add(b"".join(sorted(packed)))

    def _write_tuple(self, items: tuple[Any, ...], depth: int) -> int:
        place = len(self.parts)
        self.parts.append(b"")
        size = self._write_list(list(items), depth, is_reduced=True)
        return self._mark(place, Tag.TUPLE, size)

    def _mark(self, place: int, tag: int, size: int) -> int:
        self.parts[place] = head = extension(tag, size)
        return len(head) + size

    def _write_form(self, form: Form, value: Any, depth: int) -> int:
        if self._keys and not form.hashable:
            return self._give_up(value)
        try:
            reduced = form.reduce(value)
        except Irreducible as error:
            if isinstance(value, dict) and not self._strict:
                return self._write_dict(value, depth)
            return self._give_up(value, str(error) if self._strict else "")
        place = len(self.parts)
        self.parts.append(b"")
        if not isinstance(reduced, list):
            size = self._add(_encode(reduced))
        elif form.unordered:
            size = self._write_unordered(reduced, depth)
        else:
            size = self._write_list(reduced, depth, is_reduced=True)
        return self._mark(place, form.tag, size)

    def _write_dict(self, items: dict[Any, Any], depth: int) -> int:
        if self._keys:
            return self._give_up(items)
        if not all(map(_is_plain_key, items)):
            return self._write_form(DICT, dict(items), depth)
        self._budget.spend(len(items))
        size = self._add(write_head(len(items), 0x80, 0xDE))
        for key, item in items.items():
            size += self._add(_encode(key)) + self.write(item, depth + 1)
        return size

    def _write_key(self, key: Any, depth: int) -> int:
        self._keys += 1
        size = self._write_again(key, depth)
        self._keys -= 1
        return size

    def _write_integer(self, value: int) -> int:
        if -(2**63) <= value < 2**64:
            return self._add(_encode(value))
        digits = hex(value)
        if len(digits) > MAX_HEX:
            return self._give_up(value, text=f"an integer of {value.bit_length()} bits")
        return self._add(tagged(Tag.INTEGER, digits.encode()))

    def _write_numpy(self, value: np.ndarray[Any, Any] | np.generic) -> int:
        """Write an array of a class derived from arrays, or a number of numpy's."""
        if self._strict and isinstance(value, np.ndarray):
            return self._give_up(value)
        return self._write_array(np.asarray(value))

    def _write_array(self, array: np.ndarray[Any, Any]) -> int:
        if self._keys:
            return self._give_up(array)
        dtype = _sendable_dtype(array.dtype)
        if dtype is None:
            return self._give_up(array, text=f"an array of dtype {array.dtype}")
        if array.ndim > MAX_AXES:
            return self._give_up(array, text=f"an array of {array.ndim} axes")
        sent = np.ascontiguousarray(array, dtype=dtype)
        data = sent.tobytes() if sent.nbytes < _LONG else sent.reshape(-1).data.cast("B")
        return self._add(_array_head(dtype, array.shape)) + self._add(data)

    def _add(self, part: bytes | memoryview) -> int:
        self.parts.append(part)
        return len(part)


_CONTAINERS: dict[type, Callable[[_Writer, Any, int], int]] = {
    tuple: _Writer._write_tuple,  # noqa: SLF001 - they are the writer's own
    list: _Writer._write_list,  # noqa: SLF001
    dict: _Writer._write_dict,  # noqa: SLF001
}


def _are_small(items: list[Any], kinds: set[type]) -> bool:
    """Return whether the integers among some items are MessagePack's own."""
    return int not in kinds or all(-(2**63) <= i < 2**64 for i in items if type(i) is int)


@lru_cache(maxsize=512)
def _sendable_dtype(dtype: np.dtype[Any]) -> str | None:
    """Return the dtype in which an array crosses, or None where it cannot."""
    if dtype in (np.longdouble, np.clongdouble):
        # More digits than any comparison asks for, in a form that differs between machines.
        dtype = np.dtype(np.complex128 if dtype.kind == "c" else np.float64)
    name = dtype.newbyteorder("<").str
    return name if name in DTYPES else None


@lru_cache(maxsize=512)
def _array_head(dtype: str, shape: tuple[int, ...]) -> bytes:
    """Return what precedes an array's bytes: the extension's head, dtype, shape, the length."""
    size = np.dtype(dtype).itemsize
    for length in shape:
        size *= length
    head = b"\x93" + _encode(dtype) + _encode(shape) + binary(size)
    return extension(Tag.ARRAY, len(head) + size) + head


def _encode_scalar(value: Any) -> bytes:
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return tagged(Tag.TEXT, _encode(TEXT.reduce(value)))


def _pack_opaque(type_name: str, text: str) -> bytes:
    texts = [part.encode("utf-8", "replace").decode() for part in (type_name[:80], text)]
    return tagged(Tag.OPAQUE, _encode(texts))


_OURS: dict[type, Callable[[Any], bytes]] = {
    Seeded: lambda value: tagged(Tag.SEEDED, _encode(value.seed)),
    SourceFunction: lambda value: tagged(Tag.SOURCE, _encode([value.name, value.source])),
    Handle: lambda value: tagged(Tag.HANDLE, _encode(value.number)),
    Asked: lambda value: tagged(Tag.ASKED, _encode([value.of, value.at, value.number])),
    Opaque: lambda value: _pack_opaque(value.type_name, value.text),
}


def _is_plain_key(key: Any) -> bool:
    """Return whether MessagePack has a form for a key."""
    kind = type(key)
    if kind is str:
        return key.isascii() or _is_encodable(key)
    return kind is float or kind is bool or (kind is int and -(2**63) <= key < 2**64)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short_repr(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception as error:  # a student's __repr__ may do anything
        return f"<repr raised {type(error).__name__}>"
