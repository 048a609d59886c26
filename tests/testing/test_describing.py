"""What came back, in words: short, and without a value."""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.values import Opaque
from grader.testing.describing import describe

Pair = namedtuple("Pair", "left right")
Color = enum.Enum("Color", "RED")
W, B = np.ones((6, 3)), np.ones(3)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (W, "an array of shape (6, 3)"),
        (W.astype(np.float32), "an array of shape (6, 3) of type float32"),
        (np.array(2.0), "one number"),
        (np.array(2), "one number of type int64"),
        (2.5, "one number"),
        (7, "one number"),
        (True, "True or False"),
        (None, "None"),
        ("word", "text"),
        ((W, B), "arrays of shape (6, 3) and (3,)"),
        ((2.0, W), "one number and an array of shape (6, 3)"),
        ((2.0, [(W, B)]), "one number and a list of 1 pair: (6, 3) and (3,)"),
        ([(W, B), (W.T, W[0])], "a list of 2 pairs: (6, 3) and (3,), (3, 6) and (3,)"),
        ([(W, B)] * 9, "a list of 9 pairs: " + ", ".join(["(6, 3) and (3,)"] * 4 + ["…"])),
        ([W, B, W], "a list of 3: (6, 3), (3,) and (6, 3)"),
        ([W] * 7, "a list of 7"),
        ([1.0, 2.0, 3.0], "a list of 3 numbers"),
        ([], "an empty list"),
        ((), "an empty tuple"),
        ({}, "an empty dict"),
        ({"m": W, "t": 1}, "a dict with m: (6, 3), t: one number"),
        (Opaque("int32", "x"), "an int32 (x)"),
        (Opaque("Value", "x"), "a Value (x)"),
        (((W, B), W), "a tuple of 2 and an array of shape (6, 3)"),
        ({1, 2, 3}, "a set of 3 numbers"),
        ({1}, "a set of 1 number"),
        (frozenset("ab"), "a frozenset of 2 texts"),
        (set(), "an empty set"),
        (frozenset(), "an empty frozenset"),
        ({(1, 2): 3, None: "a"}, "a dict with (1, 2): one number, None: text"),
        (Counter("aab"), "a Counter with a: one number, b: one number"),
        (OrderedDict.fromkeys(range(7)), "an OrderedDict with 7 keys"),
        (defaultdict(list), "an empty defaultdict"),
        (deque([1, 2]), "a deque of 2 numbers"),
        (deque(["a", 1]), "a deque of 2"),
        (deque(), "an empty deque"),
        (range(0, 9, 2), "a range of 5 numbers"),
        (range(2**70), f"a range of {2**70} numbers"),
        (range(0), "an empty range"),
        (b"ab", "bytes"),
        (b"", "empty bytes"),
        (bytearray(b"ab"), "a bytearray of 2"),
        (1 + 2j, "a complex number"),
        (Fraction(1, 2), "a Fraction"),
        (Decimal("1.5"), "a Decimal"),
        (date(2020, 1, 1), "a date"),
        (datetime(2020, 1, 1, tzinfo=UTC), "a datetime"),
        (timedelta(1), "a timedelta"),
        (slice(1, 2), "a slice"),
        (Record("Point", x=1, y="a"), "a Point with x: one number, y: text"),
        (Record("Empty"), "an Empty"),
        (Record("Large", **dict.fromkeys("abcdefg")), "a Large with 7 fields"),
        (Record.of(ValueError("a")), "a ValueError"),
        (Record.of(Color.RED), "a Color"),
        (Record.of(Pair(1, W)), "a Pair with left: one number, right: (6, 3)"),
        ([("a", 1), ("b", 2)], "a list of 2 pairs, each text and one number"),
        ([("a", 1)], "a list of 1 pair: text and one number"),
        ([Record("Point", x=1), {1}], "a list of 2: a Point and a set of 1 number"),
    ],
)
def test_a_value_is_described_in_short_words(value: Any, words: str) -> None:
    """Shapes of arrays, how many of what, and the article that fits."""
    assert describe(value) == words
