"""Writing values as bytes: one MessagePack value, in which each array is copied once.

MessagePack states a length before what it is the length of, and a tagged value is the bytes of
another. So the parts are listed with their lengths, and joined at the end.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from grader.sandbox.protocol.inspection import (
    MAX_DEPTH,
    MAX_ITEMS,
    OPAQUE_ITEMS,
    Budget,
    Tag,
    TooLarge,
)
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
_LONG = 64 * 1024  # bytes of an array beyond which a copy costs more than a view
_FIXED_EXTENSIONS = {1: 0xD4, 2: 0xD5, 4: 0xD6, 8: 0xD7, 16: 0xD8}


def pack(value: Any) -> bytes:
    """Return a value as bytes: one MessagePack value.

    Parameters
    ----------
    value : object
        Plain data, arrays, generators (read out, bounded), `Seeded`, `SourceFunction`,
        `Handle`, `Asked`. Array subclasses cross as plain arrays; what cannot cross becomes an
        `Opaque`.
    """
    if type(value) in _SCALARS:
        return _encode(value)
    writer = _Writer()
    try:
        writer.write(value, 0)
    except TooLarge:
        return _pack_opaque(type(value).__name__, f"more than {MAX_ITEMS} items")
    return b"".join(writer.parts)


class _Writer:
    """The parts of one value; each method adds some, and returns how many bytes they have."""

    def __init__(self) -> None:
        self.parts: list[bytes | memoryview] = []
        self._budget = Budget()

    def write(self, value: Any, depth: int) -> int:
        self._budget.spend()
        if depth > MAX_DEPTH:
            text = f"nested deeper than {MAX_DEPTH} levels"
            return self._add(_pack_opaque(type(value).__name__, text))
        kind = type(value)
        if kind in _SCALARS:
            return self._add(_encode(value))
        if kind is int:
            return self._add(_pack_integer(value))
        if kind is np.ndarray:
            return self._write_array(value)
        if kind is tuple:
            return self._write_tuple(value, depth)
        if kind is list:
            return self._write_list(value, depth)
        if kind in _OURS:
            return self._add(_OURS[kind](value))
        return self._write_other(value, depth)

    def _write_other(self, value: Any, depth: int) -> int:
        if isinstance(value, (np.float64, np.int64, np.bool_)):
            # As a Python number it cannot be changed in place; an array without axes can.
            return self._add(_encode(value.item()))
        if isinstance(value, (np.ndarray, np.generic, complex)):
            return self._write_array(np.asarray(value))
        if isinstance(value, dict):
            return self._write_dict(value, depth)
        if isinstance(value, (tuple, list)):
            return self._write_list(list(value), depth)
        if isinstance(value, (Iterator, range, map, zip)):
            return self._write_list(self._read_out(value), depth)
        self._budget.spend(OPAQUE_ITEMS)
        return self._add(_pack_opaque(type(value).__name__, _short_repr(value)))

    def _read_out(self, values: Any) -> list[Any]:
        """Return the items of a generator, of which there may be no end."""
        items: list[Any] = []
        for item in values:
            if len(items) >= self._budget.left:
                raise TooLarge
            items.append(item)
        return items

    def _write_list(self, items: list[Any], depth: int) -> int:
        kinds = set(map(type, items))
        if kinds <= _WITH_INTEGERS and depth < MAX_DEPTH and _are_small(items, kinds):
            self._budget.spend(len(items))
            return self._add(_encode(items))
        size = self._add(_head(len(items), 0x90, 0xDC))
        for item in items:
            size += self.write(item, depth + 1)
        return size

    def _write_tuple(self, items: tuple[Any, ...], depth: int) -> int:
        place = len(self.parts)
        self.parts.append(b"")
        size = self._write_list(list(items), depth)
        self.parts[place] = head = _extension(Tag.TUPLE, size)
        return len(head) + size

    def _write_dict(self, items: dict[Any, Any], depth: int) -> int:
        # Two keys that are not plain can have one text: the last of them counts.
        plain = {_plain_key(key): item for key, item in items.items()}
        size = self._add(_head(len(plain), 0x80, 0xDE))
        for key, item in plain.items():
            size += self._add(_encode(key)) + self.write(item, depth + 1)
        return size

    def _write_array(self, array: np.ndarray[Any, Any]) -> int:
        dtype = _sendable_dtype(array.dtype)
        if dtype is None:
            return self._add(_pack_opaque("ndarray", f"an array of dtype {array.dtype}"))
        if array.ndim > MAX_AXES:
            return self._add(_pack_opaque("ndarray", f"an array of {array.ndim} axes"))
        sent = np.ascontiguousarray(array, dtype=dtype)
        data = sent.tobytes() if sent.nbytes < _LONG else sent.reshape(-1).data.cast("B")
        return self._add(_array_head(dtype, array.shape)) + self._add(data)

    def _add(self, part: bytes | memoryview) -> int:
        self.parts.append(part)
        return len(part)


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
    head = b"\x93" + _encode(dtype) + _encode(shape) + _binary(size)
    return _extension(Tag.ARRAY, len(head) + size) + head


def _pack_integer(value: int) -> bytes:
    if -(2**63) <= value < 2**64:
        return _encode(value)
    digits = hex(value)
    if len(digits) > MAX_HEX:
        return _pack_opaque("int", f"an integer of {value.bit_length()} bits")
    return _tagged(Tag.INTEGER, digits.encode())


def _pack_opaque(type_name: str, text: str) -> bytes:
    return _tagged(Tag.OPAQUE, _encode([type_name[:80], text]))


_OURS: dict[type, Callable[[Any], bytes]] = {
    Seeded: lambda value: _tagged(Tag.SEEDED, _encode(value.seed)),
    SourceFunction: lambda value: _tagged(Tag.SOURCE, _encode([value.name, value.source])),
    Handle: lambda value: _tagged(Tag.HANDLE, _encode(value.number)),
    Asked: lambda value: _tagged(Tag.ASKED, _encode([value.of, value.at, value.number])),
    Opaque: lambda value: _pack_opaque(value.type_name, value.text),
}


def _plain_key(key: Any) -> Any:
    if type(key) is int:
        return key if -(2**63) <= key < 2**64 else _short_repr(key)
    return key if type(key) in (str, float, bool) else _short_repr(key)


def _short_repr(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception as error:  # a student's __repr__ may do anything
        return f"<repr raised {type(error).__name__}>"


# MessagePack's heads


def _tagged(code: int, body: bytes) -> bytes:
    return _extension(code, len(body)) + body


def _extension(code: int, size: int) -> bytes:
    if size in _FIXED_EXTENSIONS:
        return bytes((_FIXED_EXTENSIONS[size], code))
    return _sized(size, 0xC7) + bytes((code,))


def _binary(size: int) -> bytes:
    return _sized(size, 0xC4)


def _sized(size: int, first: int) -> bytes:
    """Return a length in one, two or four bytes, behind the byte that shows in how many."""
    if size < 2**8:
        return bytes((first, size))
    if size < 2**16:
        return struct.pack(">BH", first + 1, size)
    return struct.pack(">BI", first + 2, size)


def _head(count: int, small: int, large: int) -> bytes:
    """Return the head of a list or a dictionary."""
    if count < 16:
        return bytes((small | count,))
    if count < 2**16:
        return struct.pack(">BH", large, count)
    return struct.pack(">BI", large + 1, count)
