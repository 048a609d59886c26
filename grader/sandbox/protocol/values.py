"""Values: what may cross the process boundary, and in which form.

Plain data crosses as MessagePack; what MessagePack does not know is tagged. Arrays cross as
dtype, shape and raw bytes; nothing is ever pickled. `pack` runs on both sides, `unpack`
rebuilds what it can check. What the trusted side may send beyond data (a seeded generator, a
function as source, a handle to an object that stayed in the worker) is rebuilt only where
the receiver passes a builder for it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from grader.sandbox.protocol.frames import MAX_FRAME, FrameError
from grader.sandbox.protocol.inspection import (
    MAX_DEPTH,
    MAX_ITEMS,
    OPAQUE_ITEMS,
    Budget,
    Tag,
    TooLarge,
    inspect_value,
)
from grader.sanitize import clean_line

DTYPES = frozenset("|b1 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16".split())
MAX_AXES = 8  # of an array; numpy may have 64, and works on many axes take long
_MAX_HEX = 3500  # digits of an integer; Python writes out no more than 4300 decimal ones


@dataclass(frozen=True, slots=True)
class Opaque:
    """What came back and cannot cross the process boundary: its type and a short repr."""

    type_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """A generator to be built on the other side: ``numpy.random.default_rng(seed)``."""

    seed: int


@dataclass(frozen=True, slots=True)
class Handle:
    """An object that stays in the worker, by the number under which it was kept."""

    number: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A function that the trusted side answers.

    Its argument is an object of the class ``of`` with the attribute ``at``, and is kept under
    ``number``.
    """

    of: str
    at: str
    number: int


@dataclass(frozen=True, slots=True)
class SourceFunction:
    """A function to be built on the other side from its source."""

    name: str
    source: str


Builders = Mapping[type, Callable[[Any], Any]]


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


_encoder = msgspec.msgpack.Encoder()


def pack(value: Any) -> bytes:
    """Return a value as bytes: one MessagePack value.

    Parameters
    ----------
    value : object
        Plain data, arrays, generators (read out, bounded), `Seeded`, `SourceFunction`,
        `Handle`, `Asked`. Array subclasses cross as plain arrays; what cannot cross becomes an
        `Opaque`.
    """
    try:
        return _encoder.encode(_plain(value, 0, Budget()))
    except TooLarge:
        text = f"more than {MAX_ITEMS} items"
        return _encoder.encode(_opaque(type(value).__name__, text))


def _plain(value: Any, depth: int, budget: Budget) -> Any:
    budget.spend()
    if depth > MAX_DEPTH:
        return _opaque(type(value).__name__, f"nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if value is None or kind in (bool, float, str, bytes):
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**64 else _integer(value)
    if kind is tuple:
        items = [_plain(item, depth + 1, budget) for item in value]
        return _ext(Tag.TUPLE, _encoder.encode(items))
    if kind is list:
        return [_plain(item, depth + 1, budget) for item in value]
    if kind in _OURS:
        return _OURS[kind](value)
    return _plain_other(value, depth, budget)


def _plain_other(value: Any, depth: int, budget: Budget) -> Any:
    if isinstance(value, np.float64 | np.int64 | np.bool_):
        # As a Python number it cannot be changed in place; an array without axes can.
        return value.item()
    if isinstance(value, np.ndarray | np.generic | complex):
        return _array(np.asarray(value))
    if isinstance(value, dict):
        return {_plain_key(key): _plain(item, depth + 1, budget) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item, depth + 1, budget) for item in value]
    if isinstance(value, Iterator | range | map | zip):
        return [_plain(item, depth + 1, budget) for item in value]
    budget.spend(OPAQUE_ITEMS)
    return _opaque(type(value).__name__, _short_repr(value))


def _plain_key(key: Any) -> Any:
    return key if type(key) in (str, int, float, bool) else _short_repr(key)


_OURS: dict[type, Callable[[Any], Any]] = {
    Seeded: lambda value: _ext(Tag.SEEDED, _encoder.encode(value.seed)),
    SourceFunction: lambda value: _ext(Tag.SOURCE, _encoder.encode([value.name, value.source])),
    Handle: lambda value: _ext(Tag.HANDLE, _encoder.encode(value.number)),
    Asked: lambda value: _ext(Tag.ASKED, _encoder.encode([value.of, value.at, value.number])),
    Opaque: lambda value: _opaque(value.type_name, value.text),
}


def _short_repr(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception as error:  # a student's __repr__ may do anything
        return f"<repr raised {type(error).__name__}>"


def _integer(value: int) -> msgspec.msgpack.Ext:
    digits = hex(value)
    if len(digits) > _MAX_HEX:
        return _opaque("int", f"an integer of {value.bit_length()} bits")
    return _ext(Tag.INTEGER, digits.encode())


def _array(array: np.ndarray[Any, Any]) -> Any:
    if array.dtype in (np.longdouble, np.clongdouble):
        # More digits than any comparison asks for, in a form that differs between machines.
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    dtype = array.dtype.newbyteorder("<").str
    if dtype not in DTYPES:
        return _opaque("ndarray", f"an array of dtype {array.dtype}")
    if array.ndim > MAX_AXES:
        return _opaque("ndarray", f"an array of {array.ndim} axes")
    data = np.ascontiguousarray(array, dtype=dtype).tobytes()
    return _ext(Tag.ARRAY, _encoder.encode(_Array(dtype, array.shape, data)))


def _opaque(type_name: str, text: str) -> msgspec.msgpack.Ext:
    return _ext(Tag.OPAQUE, _encoder.encode([type_name[:80], text]))


def _ext(code: int, data: bytes) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(code, data)


_array_decoder = msgspec.msgpack.Decoder(_Array)
_pair_decoder = msgspec.msgpack.Decoder(tuple[str, str])
_asked_decoder = msgspec.msgpack.Decoder(tuple[str, str, int])
_number_decoder = msgspec.msgpack.Decoder(int)


def unpack(data: bytes, builders: Builders | None = None) -> Any:
    """Return the value that `pack` wrote, checked.

    Parameters
    ----------
    data : bytes
        One MessagePack value, possibly from a worker.
    builders : mapping of type to callable, optional
        What to make of `Seeded`, `SourceFunction`, `Handle` and `Asked`. Without it they are
        refused: the trusted side never builds anything that a worker names.

    Returns
    -------
    object
        Plain data, writable arrays, and `Opaque` for what could not cross.

    Raises
    ------
    FrameError
        If the bytes are anything else.
    """
    return _unpack(data, builders or {}, 0, Budget())


def _unpack(data: bytes | memoryview, builders: Builders, depth: int, budget: Budget) -> Any:
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    decoder = msgspec.msgpack.Decoder(
        ext_hook=lambda code, body: _rebuild(code, body, builders, depth, budget)
    )
    try:
        inspect_value(memoryview(data), budget)
        return decoder.decode(data)
    except TooLarge:
        raise FrameError(f"more than {MAX_ITEMS} items") from None
    except (IndexError, struct.error):
        raise FrameError("it ends in the middle") from None
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise FrameError(clean_line(str(error))) from error


def _rebuild(code: int, body: memoryview, builders: Builders, depth: int, budget: Budget) -> Any:
    if code == Tag.ARRAY:
        return _rebuild_array(_array_decoder.decode(body))
    if code == Tag.TUPLE:
        items = _unpack(body, builders, depth + 1, budget)
        if isinstance(items, list):
            return tuple(items)
    if code == Tag.INTEGER and len(body) <= _MAX_HEX:
        return int(bytes(body), 16)
    if code == Tag.OPAQUE:
        type_name, text = _pair_decoder.decode(body)
        return Opaque(clean_line(type_name, 80), clean_line(text, 200))
    if code == Tag.SEEDED and Seeded in builders:
        return builders[Seeded](Seeded(_number_decoder.decode(body)))
    if code == Tag.SOURCE and SourceFunction in builders:
        return builders[SourceFunction](SourceFunction(*_pair_decoder.decode(body)))
    if code == Tag.HANDLE and Handle in builders:
        return builders[Handle](Handle(_number_decoder.decode(body)))
    if code == Tag.ASKED and Asked in builders:
        return builders[Asked](Asked(*_asked_decoder.decode(body)))
    raise FrameError(f"tag {code} is not accepted here")


def _rebuild_array(array: _Array) -> np.ndarray[Any, Any]:
    if array.dtype not in DTYPES:
        raise FrameError("an array of a dtype that is not accepted")
    if len(array.shape) > MAX_AXES or any(not 0 <= size < 2**31 for size in array.shape):
        raise FrameError("an array of an impossible shape")
    # An array without entries may still be millions of rows long.
    if math.prod(max(1, size) for size in array.shape) > MAX_FRAME:
        raise FrameError("an array of an impossible shape")
    dtype = np.dtype(array.dtype)
    if math.prod(array.shape) * dtype.itemsize != len(array.data):
        raise FrameError("an array whose bytes do not fill its shape")
    # frombuffer gives a read-only view of the frame; students may write into theirs.
    return np.frombuffer(array.data, dtype=dtype).reshape(array.shape).copy()
