"""Values on the stream: they pass whole, and bytes of a worker do no harm."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.inspection import MAX_DEPTH, MAX_ITEMS
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import DTYPES, Handle, Opaque, Seeded, SourceFunction

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@for_all(PLAIN)
def test_plain_data_comes_back_equal(value: Any) -> None:
    """Numbers, text, lists, tuples and dicts keep value and type."""
    assert unpack(pack(value)) == value


@for_all(
    hnp.arrays(
        st.sampled_from(sorted(DTYPES)).map(np.dtype),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_arrays_come_back_bit_by_bit(array: np.ndarray) -> None:
    """Dtype, shape and bytes survive, NaN and all; the copy can be written to."""
    back = unpack(pack(array))
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == np.ascontiguousarray(array).tobytes()
    assert back.flags.writeable


@settings(max_examples=500, deadline=None)
@for_all(st.binary(max_size=200))
def test_rubbish_is_refused_or_plain(data: bytes) -> None:
    """Any bytes give plain data or a FrameError, never another exception."""
    with contextlib.suppress(FrameError):
        unpack(data)


@settings(max_examples=300, deadline=None)
@for_all(PLAIN, st.integers(0, 300), st.binary(min_size=1, max_size=4))
def test_damaged_values_are_refused_or_plain(value: Any, place: int, noise: bytes) -> None:
    """A value with some bytes overwritten does no harm."""
    data = bytearray(pack(value))
    place %= len(data)
    data[place : place + len(noise)] = noise
    with contextlib.suppress(FrameError):
        unpack(bytes(data))


def forged(dtype: str, shape: list[int], data: bytes) -> bytes:
    body = msgspec.msgpack.encode([dtype, shape, data])
    return msgspec.msgpack.encode(msgspec.msgpack.Ext(1, body))


@pytest.mark.parametrize(
    ("dtype", "shape", "data"),
    [
        ("|O", [1], b"\0" * 8),
        ("|V8", [1], b"\0" * 8),
        ("<U2", [1], b"\0" * 8),
        ("<M8[s]", [1], b"\0" * 8),
        (">f8", [1], b"\0" * 8),
        ("<f8", [2], b"\0" * 8),
        ("<f8", [-1], b"\0" * 8),
        ("<f8", [2**62, 4], b""),
        ("<f8", [2**31], b""),
        ("<f8", [8_000_000, 0], b""),
        ("<f8", [1] * 40, b"\0" * 8),
        ("f8,f8", [1], b"\0" * 16),
    ],
)
def test_a_forged_array_is_refused(dtype: str, shape: list[int], data: bytes) -> None:
    """Objects, structures, overflowing shapes and false lengths are no arrays."""
    with pytest.raises(FrameError):
        unpack(forged(dtype, shape, data))


@pytest.mark.parametrize(
    "data",
    [
        b"\xd6\xff\x00\x00\x00\x00",
        b"\xd7\xff" + bytes(8),
        b"\xc7\x0c\xff" + bytes(12),
        b"\x91\xd6\xff\x00\x00\x00\x00",
        b"\xc7\x07\x02\x91\xd6\xff\x00\x00\x00\x00",
        b"\xd4\x00\x00",
        b"\xd4\x07\x00",
    ],
)
def test_an_extension_that_is_not_ours_is_refused(data: bytes) -> None:
    """MessagePack has one of its own, for times; a time is not plain data."""
    with pytest.raises(FrameError, match=r"^tag -?\d+ is not accepted"):
        unpack(data)


NAMES = [Seeded(1), SourceFunction("f", "def f(): return 1"), Handle(1)]


@pytest.mark.parametrize("value", NAMES, ids=lambda value: type(value).__name__)
def test_the_trusted_side_builds_nothing_that_a_worker_names(value: object) -> None:
    """Generators, sources and handles are refused where no builder was passed."""
    for nested in (value, [value], (value,), {"a": [value]}):
        with pytest.raises(FrameError):
            unpack(pack(nested))


@pytest.mark.parametrize("value", NAMES, ids=lambda value: type(value).__name__)
def test_a_worker_builds_what_the_trusted_side_names(value: object) -> None:
    """Each by the builder that was passed for it, also inside of other values."""
    builders = {type(value): lambda named: ("built", named)}
    assert unpack(pack([value, (1, value)]), builders) == [
        ("built", value),
        (1, ("built", value)),
    ]
    others = {type(other): str for other in NAMES if other is not value}
    with pytest.raises(FrameError):
        unpack(pack(value), others)


def test_deep_nesting_is_cut_on_the_way_out_and_refused_on_the_way_in() -> None:
    """Depth is bounded on both sides."""
    nest: list[Any] = []
    for _ in range(1000):
        nest = [nest]
    back = unpack(pack(nest))
    for _ in range(MAX_DEPTH + 1):
        back = back[0]
    assert isinstance(back, Opaque)
    data = b"\x90"
    for _ in range(MAX_DEPTH + 3):
        data = msgspec.msgpack.encode([msgspec.msgpack.Ext(2, data)])
    with pytest.raises(FrameError):
        unpack(data)


def test_too_many_items_become_opaque() -> None:
    """A generator without end is read out only so far."""

    def endless() -> Any:
        while True:
            yield 1

    back = unpack(pack(endless()))
    assert back == Opaque("generator", f"more than {MAX_ITEMS} items")


def test_array_subclasses_and_scalars_arrive_plain() -> None:
    """Subclasses lose their class, numpy scalars become arrays without axes."""

    class Sub(np.ndarray):
        pass

    back = unpack(pack(np.zeros((2, 2)).view(Sub)))
    assert type(back) is np.ndarray
    assert unpack(pack(np.float32(0.5))).dtype == np.float32
    assert unpack(pack(True)) is True
    assert math.isnan(unpack(pack(float("nan"))))


def test_what_cannot_pass_is_named_harmlessly() -> None:
    """Objects become their type's name and a short, cleaned repr."""

    class Loud:
        def __repr__(self) -> str:
            return "\x1b[2J\u202e" + "x" * 1000

    class Broken:
        def __repr__(self) -> str:
            raise ValueError

    loud = unpack(pack(Loud()))
    assert loud.type_name == "Loud"
    assert "\x1b" not in loud.text
    assert "\u202e" not in loud.text
    assert len(loud.text) <= 200
    assert unpack(pack([Broken()]))[0].text == "<repr raised ValueError>"
    assert isinstance(unpack(pack(np.array([object()]))), Opaque)


def test_large_integers_pass() -> None:
    """Integers beyond 64 bits keep their value."""
    for value in (2**64, -(2**63) - 1, 10**100, -(16**3490)):
        assert unpack(pack(value)) == value


def test_integers_of_thousands_of_digits_do_not_pass() -> None:
    """Not one way, where they are named, nor the other, where they are refused."""
    assert unpack(pack(-(2**20_000))) == Opaque("int", "an integer of 20001 bits")
    with pytest.raises(FrameError):
        unpack(msgspec.msgpack.encode(msgspec.msgpack.Ext(3, b"f" * 100_000)))


@pytest.mark.parametrize("tag", [2, 15, 17, 18], ids=["tuple", "ordered", "defaults", "deque"])
def test_levels_are_counted_through_tags(tag: int) -> None:
    """Lists in tuples in lists are no deeper than lists in lists."""

    def forge(levels: int) -> bytes:
        data = b"\x90"
        for level in range(levels):
            # None is a factory, a length, and a key.
            data = b"\x92\xc0" + data
            if level % 2:
                data = msgspec.msgpack.encode(msgspec.msgpack.Ext(tag, data))
        return data

    if tag in (2, 15, 18):
        unpack(forge(MAX_DEPTH))
    with pytest.raises(FrameError, match="nested too deeply"):
        unpack(forge(MAX_DEPTH + 2))


@pytest.mark.parametrize(
    "data", [b"\xd4\x02\xc0", b"\xc7\x00\x02", b"\xd5\x02\x90\x90", b"\xd6\x02\xd4\x02\x90\x90"]
)
def test_a_tag_holds_one_value(data: bytes) -> None:
    """Of its own kind, of its own length, and not another tag."""
    with pytest.raises(FrameError):
        unpack(data)
