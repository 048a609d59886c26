"""Wrong answers that anybody could guess are not in a kit's table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.examiner.trivial import is_trivial
from grader.sandbox.calls import Call

A, B = np.arange(6.0).reshape(2, 3), np.ones((3, 2))


def call(value: Any) -> Call:
    return Call("f", (A, [B, B + A.T], "an argument"), value=value, answered=True)


@pytest.mark.parametrize(
    ("value", "parts", "expected"),
    [
        (3, [()], True),
        (3.0, [()], True),
        (3.5, [()], False),
        (np.zeros((4, 2)), [()], True),
        (np.full(3, 0.7), [()], True),
        (np.eye(2), [()], False),
        (A, [()], False),  # the only result: that something is missing is all there is to say
        (A + 1, [()], False),
        ((A, B * 2), [(0,)], True),
        ((A + 1, B + A.T), [(1,)], True),
        ((A + 1, B + A.T), [(0,)], False),
        ((A + 1, B + A.T), [(0,), (1,)], False),
        ({"a": 0, "b": A + 1}, [("a",)], True),
        ({"a": 0, "b": A + 1}, [], False),
        ([[1.0, 2.0], [3.0, 4.0]], [], False),
        ([[1.0, 1.0], [3.0, 3.0]], [], True),  # two results, each a constant
        (None, [()], True),
        ("no", [()], True),
        ("a longer text", [()], False),
        ("an argument", [()], True),
        ({"a": "a longer text", "b": 3}, [("b",)], True),
        ({"a": "a longer text", "b": 3}, [("a",)], False),
        (["an argument", "another text"], [()], False),
        ({"Ada", "another"}, [()], False),
    ],
)
def test_what_is_trivial(value: Any, parts: list[tuple[object, ...]], expected: bool) -> None:
    """Whole numbers, constants, and an argument in the place of one of several results."""
    assert is_trivial(call(value), parts) is expected


def test_what_was_printed_is_an_answer_where_a_check_looks_at_it() -> None:
    """Unless it is short."""
    for output, expected in (("1\n", True), ("one two\n", False)):
        made = Call("f", (3,), answered=True, output=output, looks_at_output=True)
        assert is_trivial(made, [()]) is expected


def test_an_exception_is_not_an_answer() -> None:
    """Its type and its words say more than a number."""
    assert not is_trivial(Call("f", (A,), raised="ValueError"), [()])
