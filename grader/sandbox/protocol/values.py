"""Values on the wire: what may pass through the window, and in which form.

Plain data passes as MessagePack. Arrays pass as dtype, shape and raw bytes; nothing is
ever pickled. `pack` runs on both sides, `unpack` rebuilds what it can check. What the
trusted side may send beyond data, a seeded generator and a function given as source,
is rebuilt only where the receiver passes a builder for it.
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
from grader.sanitize import clean_line

_ARRAY, _TUPLE, _INTEGER, _OPAQUE, _SEEDED, _GIVEN = 1, 2, 3, 4, 5, 6

DTYPES = frozenset(
    "|b1 |i1 <i2 <i4 <i8 |u1 <u2 <u4 <u8 <f2 <f4 <f8 <c8 <c16".split(),
)
MAX_DEPTH = 16
MAX_ITEMS = 50_000  # items of containers and generators in one value, all levels together
_MAX_HEX = 3500  # digits of an integer; Python writes out no more than 4300 decimal ones


@dataclass(frozen=True, slots=True)
class Opaque:
    """What came back and cannot pass through the window: its type and a short repr."""

    type_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """A generator to be built on the other side: ``numpy.random.default_rng(seed)``."""

    seed: int


@dataclass(frozen=True, slots=True)
class Given:
    """A function to be built on the other side from its source."""

    name: str
    source: str


Builders = Mapping[type, Callable[[Any], Any]]


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes


class _Budget:
    """How many items of containers may still be packed."""

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooLarge


class _TooLarge(Exception):
    pass


_encoder = msgspec.msgpack.Encoder()


def pack(value: Any) -> bytes:
    """Return a value as bytes.

    Parameters
    ----------
    value : object
        Plain data, arrays, generators (read out, bounded), `Seeded`, `Given`. Array
        subclasses pass as plain arrays; what cannot pass becomes an `Opaque`.

    Returns
    -------
    bytes
        One MessagePack value.
    """
    try:
        return _encoder.encode(_plain(value, 0, _Budget()))
    except _TooLarge:
        text = f"more than {MAX_ITEMS} items"
        return _encoder.encode(_opaque(type(value).__name__, text))


def _plain(value: Any, depth: int, budget: _Budget) -> Any:
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
        return _ext(_TUPLE, _encoder.encode(items))
    if kind is list:
        return [_plain(item, depth + 1, budget) for item in value]
    if kind in _OURS:
        return _OURS[kind](value)
    return _plain_other(value, depth, budget)


def _plain_other(value: Any, depth: int, budget: _Budget) -> Any:
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
    return _opaque(type(value).__name__, _short_repr(value))


def _plain_key(key: Any) -> Any:
    return key if type(key) in (str, int, float, bool) else _short_repr(key)


_OURS: dict[type, Callable[[Any], Any]] = {
    Seeded: lambda value: _ext(_SEEDED, _encoder.encode(value.seed)),
    Given: lambda value: _ext(_GIVEN, _encoder.encode([value.name, value.source])),
    Opaque: lambda value: _opaque(value.type_name, value.text),
}


def _short_repr(value: Any) -> str:
    try:
        return repr(value)[:200]
    except Exception as error:  # a stranger's __repr__ may do anything
        return f"<repr raised {type(error).__name__}>"


def _integer(value: int) -> msgspec.msgpack.Ext:
    digits = hex(value)
    if len(digits) > _MAX_HEX:
        return _opaque("int", f"an integer of {value.bit_length()} bits")
    return _ext(_INTEGER, digits.encode())


def _array(array: np.ndarray[Any, Any]) -> Any:
    dtype = array.dtype.newbyteorder("<").str
    if dtype not in DTYPES:
        return _opaque("ndarray", f"an array of dtype {array.dtype}")
    data = np.ascontiguousarray(array, dtype=dtype).tobytes()
    return _ext(_ARRAY, _encoder.encode(_Array(dtype, array.shape, data)))


def _opaque(type_name: str, text: str) -> msgspec.msgpack.Ext:
    return _ext(_OPAQUE, _encoder.encode([type_name[:80], text]))


def _ext(code: int, data: bytes) -> msgspec.msgpack.Ext:
    return msgspec.msgpack.Ext(code, data)


_array_decoder = msgspec.msgpack.Decoder(_Array)
_pair_decoder = msgspec.msgpack.Decoder(tuple[str, str])
_seed_decoder = msgspec.msgpack.Decoder(int)


def unpack(data: bytes, builders: Builders | None = None) -> Any:
    """Return the value that `pack` wrote, checked.

    Parameters
    ----------
    data : bytes
        One MessagePack value, possibly from a stranger.
    builders : mapping of type to callable, optional
        What to make of `Seeded` and `Given`. Without it both are refused: the trusted
        side never builds anything that a student's process names.

    Returns
    -------
    object
        Plain data, writable arrays, and `Opaque` for what could not pass.

    Raises
    ------
    FrameError
        If the bytes are anything else.
    """
    return _unpack(data, builders or {}, 0, _Budget())


def _unpack(data: bytes | memoryview, builders: Builders, depth: int, budget: _Budget) -> Any:
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    decoder = msgspec.msgpack.Decoder(
        ext_hook=lambda code, body: _rebuild(code, body, builders, depth, budget)
    )
    try:
        _inspect(memoryview(data), 0, 0, budget)
        return decoder.decode(data)
    except _TooLarge:
        raise FrameError(f"more than {MAX_ITEMS} items") from None
    except (IndexError, struct.error):
        raise FrameError("it ends in the middle") from None
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise FrameError(clean_line(str(error))) from error


# MessagePack's first bytes, for `_inspect`: how many bytes of length follow, and what of.
_SIZED = {
    0xC4: "B",
    0xC5: ">H",
    0xC6: ">I",
    0xD9: "B",
    0xDA: ">H",
    0xDB: ">I",
    0xC7: "B",
    0xC8: ">H",
    0xC9: ">I",
}
_FIXED = {
    0xC0: 0,
    0xC2: 0,
    0xC3: 0,
    0xCA: 4,
    0xCB: 8,
    0xCC: 1,
    0xCD: 2,
    0xCE: 4,
    0xCF: 8,
    0xD0: 1,
    0xD1: 2,
    0xD2: 4,
    0xD3: 8,
    0xD4: 2,
    0xD5: 3,
    0xD6: 5,
    0xD7: 9,
    0xD8: 17,
}


_NO_KEYS = frozenset(
    [*range(0x80, 0xA0), *range(0xC4, 0xCA), *range(0xD4, 0xD9), *range(0xDC, 0xE0)]
)
_EXTENSIONS = frozenset([*range(0xC7, 0xCA), *range(0xD4, 0xD9)])
_OUR_CODES = frozenset({_ARRAY, _TUPLE, _INTEGER, _OPAQUE, _SEEDED, _GIVEN})


def _inspect(data: memoryview, place: int, depth: int, budget: _Budget) -> int:
    """Walk over one value before anything is built of it, and return where it ends.

    Decoding costs many times what sending does: millions of empty containers, or keys
    made to collide. So items are counted first, keys must be plain, and extensions ours:
    MessagePack has one for times, which would become an object without asking us.
    """
    budget.spend()
    first = data[place]
    place += 1
    if first <= 0x7F or first >= 0xE0:
        return place
    if first in _EXTENSIONS:
        _inspect_code(data, place, first)
    if first in _FIXED:
        return place + _FIXED[first]
    if 0xA0 <= first <= 0xBF:
        return place + (first & 0x1F)
    if first in _SIZED:
        form = _SIZED[first]
        (length,) = struct.unpack_from(form, data, place)
        return int(place + struct.calcsize(form) + length + (0xC7 <= first <= 0xC9))
    return _inspect_container(data, place, depth, budget)


def _inspect_code(data: memoryview, place: int, first: int) -> None:
    code = data[place + (struct.calcsize(_SIZED[first]) if first in _SIZED else 0)]
    if code not in _OUR_CODES:
        raise FrameError(f"extension type {code} is not accepted here")


def _inspect_container(data: memoryview, place: int, depth: int, budget: _Budget) -> int:
    first = data[place - 1]
    if depth > MAX_DEPTH + 1:
        raise FrameError("nested too deeply")
    is_map = first <= 0x8F or first in (0xDE, 0xDF)
    if first <= 0x9F:
        count = first & 0x0F
    else:
        form = ">H" if first in (0xDC, 0xDE) else ">I"
        (count,) = struct.unpack_from(form, data, place)
        place += struct.calcsize(form)
    for _ in range(count):
        if is_map:
            if data[place] in _NO_KEYS:
                raise FrameError("a key that is no plain value")
            place = _inspect(data, place, depth + 1, budget)
        place = _inspect(data, place, depth + 1, budget)
    return place


def _rebuild(code: int, body: memoryview, builders: Builders, depth: int, budget: _Budget) -> Any:
    if code == _ARRAY:
        return _rebuild_array(_array_decoder.decode(body))
    if code == _TUPLE:
        items = _unpack(body, builders, depth + 1, budget)
        if isinstance(items, list):
            return tuple(items)
    if code == _INTEGER and len(body) <= _MAX_HEX:
        return int(bytes(body), 16)
    if code == _OPAQUE:
        type_name, text = _pair_decoder.decode(body)
        return Opaque(clean_line(type_name, 80), clean_line(text, 200))
    if code == _SEEDED and Seeded in builders:
        return builders[Seeded](Seeded(_seed_decoder.decode(body)))
    if code == _GIVEN and Given in builders:
        return builders[Given](Given(*_pair_decoder.decode(body)))
    raise FrameError(f"extension type {code} is not accepted here")


def _rebuild_array(array: _Array) -> np.ndarray[Any, Any]:
    if array.dtype not in DTYPES:
        raise FrameError("an array of a dtype that is not accepted")
    if len(array.shape) > 32 or any(not 0 <= size < 2**31 for size in array.shape):
        raise FrameError("an array of an impossible shape")
    # An array without entries may still be millions of rows long.
    if math.prod(max(1, size) for size in array.shape) > MAX_FRAME:
        raise FrameError("an array of an impossible shape")
    dtype = np.dtype(array.dtype)
    if math.prod(array.shape) * dtype.itemsize != len(array.data):
        raise FrameError("an array whose bytes do not fill its shape")
    # frombuffer gives a read-only view of the frame; students may write into theirs.
    return np.frombuffer(array.data, dtype=dtype).reshape(array.shape).copy()
