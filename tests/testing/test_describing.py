"""What came back, in words: short, and without a value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.sandbox.protocol.values import Opaque
from grader.testing.describing import describe

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
    ],
)
def test_a_value_is_described_in_short_words(value: Any, words: str) -> None:
    """Shapes of arrays, how many of what, and the article that fits."""
    assert describe(value) == words
