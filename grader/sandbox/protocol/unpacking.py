"""Rebuilding values from bytes, which may come from a worker, with every step checked."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import numpy as np

from grader.sandbox.protocol.forms import FORMS_BY_TAG, Form
from grader.sandbox.protocol.frames import MAX_FRAME, FrameError
from grader.sandbox.protocol.inspection import (
    MAX_ITEMS,
    Budget,
    Tag,
    TooLarge,
    find_extension,
    inspect_value,
)
from grader.sandbox.protocol.keys import Comparisons
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.reductions import length_of_range
from grader.sandbox.protocol.tables import Table
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
from grader.sanitize import clean_line

Builders = Mapping[type, Callable[[Any], Any]]
_MISREAD = (
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    RecursionError,
    ArithmeticError,
    LookupError,
)


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: memoryview


_array_decoder = msgspec.msgpack.Decoder(_Array)
_pair_decoder = msgspec.msgpack.Decoder(tuple[str, str])
_asked_decoder = msgspec.msgpack.Decoder(tuple[str, str, int])
_number_decoder = msgspec.msgpack.Decoder(int)
_PLAIN = frozenset((bool, int, float, str, bytes))
_DOUBLE, _DOUBLE_CODE = struct.Struct(">Bd"), 0xCB  # MessagePack's form of a float


def unpack(data: bytes, builders: Builders | None = None) -> Any:
    """Return the value that `pack` wrote, checked.

    Parameters
    ----------
    data : bytes
        One MessagePack value, possibly from a worker.
    builders : mapping of type to callable, optional
        What to make of `Seeded`, `SourceFunction`, `Handle` and `Asked`. Without it they are
        refused: the trusted side never builds anything that a worker names. And of `Opaque` and
        what a form builds, such as `Record` and `Table`, which otherwise stay what they are.

    Returns
    -------
    object
        Plain data, writable arrays, a `Record` for an instance of a class of the student's, and
        `Opaque` for what could not cross.

    Raises
    ------
    FrameError
        If the bytes are anything else.
    """
    if len(data) == _DOUBLE.size and data[0] == _DOUBLE_CODE:
        number: float = _DOUBLE.unpack(data)[1]
        return number
    return _Unpacker(builders or {}).read_whole(data)


class _Unpacker:
    """Reads one value, those inside it with the same budget."""

    def __init__(self, builders: Builders) -> None:
        self._builders = builders
        self._budget = Budget()

    def read_whole(self, data: bytes) -> Any:
        try:
            self._budget.spend()
            view = memoryview(data)
            inspect_value(view, self._budget)
            if whole := find_extension(view):
                # As most arguments and results are; a decoder takes longer to find the same.
                return self._rebuild(*whole)
            return self._decoder.decode(data)
        except TooLarge:
            raise FrameError(f"more than {MAX_ITEMS} items") from None
        except (IndexError, struct.error):
            raise FrameError("it ends in the middle") from None
        except _MISREAD as error:
            raise FrameError(clean_line(str(error))) from error

    @cached_property
    def _comparisons(self) -> Comparisons:
        return Comparisons()

    @cached_property
    def _decoder(self) -> msgspec.msgpack.Decoder[Any]:
        return msgspec.msgpack.Decoder(ext_hook=self._rebuild)

    def _rebuild(self, code: int, body: memoryview) -> Any:
        if code == Tag.ARRAY:
            return _rebuild_array(_array_decoder.decode(body))
        if code == Tag.TUPLE:
            items = self._decoder.decode(body)
            if isinstance(items, list):
                return tuple(items)
        if code == Tag.INTEGER and len(body) <= MAX_HEX:
            return int(bytes(body), 16)
        if code == Tag.OPAQUE:
            type_name, text = _pair_decoder.decode(body)
            opaque = Opaque(clean_line(type_name, 80), clean_line(text, 200))
            return self._builders.get(Opaque, _same)(opaque)
        if code in FORMS_BY_TAG:
            return self._build_form(FORMS_BY_TAG[code], self._decoder.decode(body))
        return self._build(code, body)

    def _build_form(self, form: Form, reduced: Any) -> Any:
        if type(reduced) is not form.body:
            raise FrameError(f"tag {form.tag} with a {type(reduced).__name__}")
        if form.keys is not None:
            self._comparisons.count(form.keys(reduced))
        value: Any = form.build(reduced)
        for kind in type(value).__mro__:
            if kind in self._builders:
                return self._builders[kind](value)
        if isinstance(value, Record):
            return _as_seen(value)
        return value if self._builders else self._limit(value, form)

    def _limit(self, value: Any, form: Form) -> Any:
        """Count the items that a value has and its bytes do not show."""
        if isinstance(value, range):
            return self._limit_range(value)
        is_labels = form.tag == Tag.TABLE and isinstance(value, list)
        if is_labels or (isinstance(value, Table) and not value.cells):
            self._budget.spend(len(value))
        return value

    def _limit_range(self, value: range) -> range | Opaque:
        """Return a range, or its text where the trusted side would count too long to its end."""
        length = length_of_range(value)
        if length > self._budget.left:
            return Opaque("range", repr(value)[:200])
        self._budget.spend(length)
        return value

    def _build(self, code: int, body: memoryview) -> Any:
        """Build what only the trusted side may name, where there is a builder for it."""
        builders = self._builders
        if code == Tag.SEEDED and Seeded in builders:
            return builders[Seeded](Seeded(_number_decoder.decode(body)))
        if code == Tag.SOURCE and SourceFunction in builders:
            return builders[SourceFunction](SourceFunction(*_pair_decoder.decode(body)))
        if code == Tag.HANDLE and Handle in builders:
            return builders[Handle](Handle(_number_decoder.decode(body)))
        if code == Tag.ASKED and Asked in builders:
            return builders[Asked](Asked(*_asked_decoder.decode(body)))
        raise FrameError(f"tag {code} is not accepted here")


def _same(value: Any) -> Any:
    return value


def _as_seen(record: Record) -> Any:
    """Return what the trusted side sees of a record: a member that is a number is that number."""
    is_value = record.kind == "value_enum" and type(record.fields.get("value")) in _PLAIN
    return record.fields["value"] if is_value else record


def _rebuild_array(array: _Array) -> np.ndarray[Any, Any]:
    dtype, size = _check_layout(array.dtype, array.shape)
    if size != len(array.data):
        raise FrameError("an array whose bytes do not fill its shape")
    # Of the bytes there is only a view, which cannot be written to; students may write into theirs.
    return np.ndarray(array.shape, dtype, array.data).copy()


@lru_cache(maxsize=512)
def _check_layout(name: str, shape: tuple[int, ...]) -> tuple[np.dtype[Any], int]:
    """Return the dtype of an array that may cross, and its size in bytes."""
    if name not in DTYPES:
        raise FrameError("an array of a dtype that is not accepted")
    if len(shape) > MAX_AXES or any(not 0 <= size < 2**31 for size in shape):
        raise FrameError("an array of an impossible shape")
    # An array without entries may still be millions of rows long.
    if math.prod(max(1, size) for size in shape) > MAX_FRAME:
        raise FrameError("an array of an impossible shape")
    dtype = np.dtype(name)
    return dtype, math.prod(shape) * dtype.itemsize
