"""Plain data of Python's crosses with its type, whatever is in it."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from support.plain import VALUES, same

from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.packing import pack, pack_exactly
from grader.sandbox.protocol.unpacking import unpack


@settings(max_examples=400, deadline=None)
@for_all(VALUES)
def test_every_value_comes_back_with_its_type(value: Any) -> None:
    """Equal and of the same type at every depth, in the same order, NaN and -0.0 included."""
    packed = pack(value)
    assert packed == pack_exactly(value)
    back = unpack(packed)
    assert same(value, back), (value, back)
    assert pack(back) == packed


@settings(max_examples=400, deadline=None)
@for_all(VALUES, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=4))
def test_damaged_values_are_refused_or_plain(value: Any, noise: list[tuple[int, int]]) -> None:
    """Overwritten and cut encodings raise nothing but FrameError."""
    data = bytearray(pack(value))
    for place, byte in noise:
        data[place % len(data)] = byte
    for damaged in (bytes(data), bytes(data[: noise[0][0] % len(data)]) if noise else b"\x91"):
        with contextlib.suppress(FrameError):
            unpack(damaged)
