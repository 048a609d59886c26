"""The line that shows a call: names of parameters, and what was passed, in short."""

from __future__ import annotations

import enum
from collections import Counter, deque, namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.examiner.checks import Signature
from grader.examiner.feedback import describe_call
from grader.sandbox.calls import Call
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.values import Handle, Opaque, Seeded, SourceFunction


@dataclass
class Point:
    x: int
    y: Any


Pair = namedtuple("Pair", "left right")
Level = enum.IntEnum("Level", "LOW")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, "1.5"),
        ("a\nb", r"'a\nb'"),
        (" a  b   c ", "' a  b   c '"),
        (np.zeros((2, 3)), "float64 (2, 3)"),
        ([1, 2, 3, 4, 5], "[1, 2, 3, 4, …]"),
        ((1, "a"), "(1, 'a')"),
        ({"a": 1, (1, 2): 3}, "{a: 1, (1, 2): 3}"),
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset("ba"), "frozenset({'a', 'b'})"),
        (deque([1, [2]], 3), "deque([1, [2]])"),
        (Counter("aab"), "Counter({a: 2, b: 1})"),
        (Fraction(1, 2), "Fraction(1, 2)"),
        (Decimal("1.50"), "Decimal('1.50')"),
        (date(2020, 1, 2), "date(2020, 1, 2)"),
        (datetime(2020, 1, 2, tzinfo=UTC), "datetime(2020, 1, 2, 0, 0, tzinfo=timezone.utc)"),
        (timedelta(hours=1), "timedelta(seconds=3600)"),
        (range(3), "range(0, 3)"),
        (1 + 2j, "(1+2j)"),
        (b"ab", "b'ab'"),
        (Point(1, np.zeros(2)), "Point(x: 1, y: float64 (2,))"),
        (Pair(1, {2}), "Pair(left: 1, right: {2})"),
        (Record("Point", x=[1]), "Point(x: [1])"),
        (Level.LOW, "Level.LOW"),
        (ValueError("a"), "ValueError('a')"),
        (Seeded(3), "default_rng(3)"),
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        (Handle(1), "an object"),
        (Handle(1, "Account"), "an Account"),
        ([Handle(1, "make_counter")], "[what make_counter returned]"),
        (Opaque("Thing", "<Thing>"), "Opaque"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_argument_is_shown_in_short(value: Any, words: str) -> None:
    """As Python writes it, but for arrays, of which the shape is shown."""
    signature = Signature("f", ("x",), "f(x)")
    assert describe_call(signature, Call("f", (value,))) == f"f(x: {words})"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("deposit", (5,), on=Handle(1, "Account")), "Account.deposit(5)"),
        (Call("history", on=Handle(1, "open_account")), "open_account(…).history()"),
        (Call("move", (1, 2, 3), {"by": 4}), "move(source: 1, target: 2, 3, by: 4)"),
        (Call("other", ([1], Handle(2, "Account"))), "other([1], an Account)"),
        (Call("move", (1,), on=Handle(1, "Robot")), "Robot.move(1)"),
        (
            Call("move", (Handle(1, "Robot"), 2), probe=SourceFunction("look", "")),
            "look(a Robot, 2), a function of the check",
        ),
        (Call("move", (2,), probe=SourceFunction("look", "")), "move, inside a small program"),
    ],
)
def test_parameters_have_the_names_that_are_known(call: Call, words: str) -> None:
    """Those of the check's function; a method or another function may have others."""
    signature = Signature("move", ("source", "target"), "move(source, target)")
    assert describe_call(signature, call) == words


def test_a_handle_refuses_what_only_the_object_has() -> None:
    """The author of a suite reads how to call a method."""
    with pytest.raises(AttributeError, match=r"student\.call_on\(handle, 'peek'\)"):
        Handle(1, "Stack").peek()
    assert Handle(1, "Stack") == Handle(1)
