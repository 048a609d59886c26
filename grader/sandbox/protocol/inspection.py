"""Counting what a value holds before anything is built of it."""

from __future__ import annotations

import struct

from grader.sandbox.protocol.frames import FrameError

MAX_DEPTH = 50
MAX_ITEMS = 50_000  # items of containers and generators in one value, all levels together
OPAQUE_ITEMS = 50  # what one counts for whose type and repr cross: each is cleaned


class Tag:
    """The content of a MessagePack extension; msgspec takes plain integers only."""

    ARRAY = 1
    TUPLE = 2
    INTEGER = 3
    OPAQUE = 4
    SEEDED = 5
    SOURCE = 6
    HANDLE = 7
    ASKED = 8
    TEXT = 9
    COMPLEX = 10
    BYTEARRAY = 11
    SET = 12
    FROZENSET = 13
    DICT = 14
    ORDERED = 15
    COUNTER = 16
    DEFAULTS = 17
    DEQUE = 18
    FRACTION = 19
    DECIMAL = 20
    DATE = 21
    DATETIME = 22
    TIME = 23
    TIMEDELTA = 24
    TIMEZONE = 25
    RANGE = 26
    SLICE = 27
    RECORD = 28
    TABLE = 29
    FIGURE = 30


class TooLarge(Exception):
    """A value has more items than are allowed."""


class Budget:
    """How many items of containers one value may still have."""

    def __init__(self) -> None:
        self.left = MAX_ITEMS

    def spend(self, items: int = 1) -> None:
        """Count items, or raise `TooLarge`."""
        self.left -= items
        if self.left < 0:
            raise TooLarge


_KNOWN_TAGS = frozenset(value for value in vars(Tag).values() if isinstance(value, int))
# Tags whose bytes are not plain data of any kind.
_WITHOUT_VALUE = frozenset(range(Tag.ARRAY, Tag.TEXT)) - {Tag.TUPLE}
# MessagePack's first bytes, how many bytes of length follow, and what of.
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
    **dict.fromkeys([*range(0x80), *range(0xE0, 0x100)], 0),
    **{0xA0 + length: length for length in range(32)},
}


# How long a number is with its first byte, by the first byte; 0 of everything else.
_NUMBERS = (*range(0x80), 0xC0, 0xC2, 0xC3, *range(0xCA, 0xD4), *range(0xE0, 0x100))
_FIXED_NUMBERS = [1 + _FIXED[first] if first in _NUMBERS else 0 for first in range(256)]
_NO_KEYS = frozenset(
    [*range(0x80, 0xA0), *range(0xC4, 0xCA), *range(0xD4, 0xD9), *range(0xDC, 0xE0)]
)
_EXTENSIONS = frozenset([*range(0xC7, 0xCA), *range(0xD4, 0xD9)])


def inspect_value(data: memoryview, budget: Budget) -> int:
    """Walk over one value, whose own item is counted, before anything is built of it.

    Return where it ends.

    Parameters
    ----------
    data : memoryview
        MessagePack from the other side.
    budget : Budget
        How many items there may be; each is spent.

    Raises
    ------
    FrameError, TooLarge
        If it is nested too deeply, has a key or a tag that is not accepted, or too many items.
    IndexError, struct.error
        If it ends in the middle.

    Notes
    -----
    Decoding costs many times what sending does: millions of empty containers, or keys
    made to collide. So items are counted first, keys must be plain, and tags must be ours:
    MessagePack has one for times, which would become an object unasked. What is tagged is walked
    over at once, so that levels are counted through tags.
    """
    return _inspect(data, budget, 0, 0)


def find_extension(data: memoryview) -> tuple[int, memoryview] | None:
    """Return the code and the body of a value that is one extension of a stated length."""
    form = _SIZED.get(data[0], "") if data[0] in _EXTENSIONS else ""
    if not form:
        return None
    (length,) = struct.unpack_from(form, data, 1)
    begin = 2 + struct.calcsize(form)
    return (data[begin - 1], data[begin:]) if len(data) == begin + length else None


def _inspect(data: memoryview, budget: Budget, place: int, depth: int) -> int:
    """Walk over a value that is counted already."""
    first = data[place]
    place += 1
    if first in _EXTENSIONS:
        return _inspect_extension(data, place, depth, budget)
    if first in _FIXED:
        return place + _FIXED[first]
    if first in _SIZED:
        form = _SIZED[first]
        (length,) = struct.unpack_from(form, data, place)
        return int(place + struct.calcsize(form) + length)
    return _inspect_container(data, place, depth, budget)


def _inspect_extension(data: memoryview, place: int, depth: int, budget: Budget) -> int:
    """Walk over an extension, and over what is in it, at whose level that is."""
    first = data[place - 1]
    if first in _SIZED:
        form = _SIZED[first]
        (length,) = struct.unpack_from(form, data, place)
        place += struct.calcsize(form)
    else:
        length = _FIXED[first] - 1
    code = data[place]
    place += 1
    if code not in _KNOWN_TAGS:
        raise FrameError(f"tag {code} is not accepted here")
    if code == Tag.OPAQUE:
        budget.spend(OPAQUE_ITEMS)
    end: int = place + length
    if code not in _WITHOUT_VALUE:
        if data[place] in _EXTENSIONS:
            raise FrameError("a tag without a value of its own")
        if _inspect(data, budget, place, depth) != end:
            raise FrameError("a tag with another length than its value")
    return end


def _inspect_container(data: memoryview, place: int, depth: int, budget: Budget) -> int:
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
    budget.spend(2 * count if is_map else count)
    for _ in range(count):
        if is_map:
            if data[place] in _NO_KEYS:
                raise FrameError("a key that is not a plain value")
            place = _inspect(data, budget, place, depth + 1)
        # Most items are numbers.
        fixed = _FIXED_NUMBERS[data[place]]
        place = place + fixed if fixed else _inspect(data, budget, place, depth + 1)
    return place
