"""Plain data is compared by the diagnosis, and by the table of a kit, as `equal` compares it."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from grader.examiner.candidates import CheckRun
from grader.examiner.diagnosis import diagnose
from grader.examiner.grids import GRIDS, digest_answer
from grader.examiner.likeness import alike
from grader.records import Outcome
from grader.sandbox.calls import Call
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record
from grader.testing.catalogue import Entry


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        (["a", 1.0], ("a", 1.0 + 1e-9), True),
        (["a", 1.0], ["a", 1.1], False),
        ({"a": {"b": [1.0]}}, {"a": {"b": (1.0 + 1e-9,)}}, True),
        ({1: "a"}, {2: "a"}, False),
        ({"x", "y"}, {"y", "x"}, True),
        ({"x"}, {"y"}, False),
        (frozenset({1, 2}), {1, 2}, True),
        (Counter("aab"), {"a": 2, "b": 1}, True),
        (deque([1, 2]), [1, 2], True),
        (Record("P", x=1.0, y="a"), Record("P", x=1.0 + 1e-9, y="a"), True),
        (Record("P", x=1), Record("Q", x=1), False),
        (Fraction(1, 3), Fraction(1, 3), True),
        (Fraction(1, 3), Fraction(2, 3), False),
        (Decimal("sNaN"), Decimal(1), False),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 1), True),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 2), False),
        (b"ab", b"ab", True),
        (10**30, 10**30, True),
        (10**30, 10**30 + 1, False),
        (1_000_000, 1_000_001, False),
        (None, "", False),
        ([math.nan, "a"], [math.nan, "a"], True),
    ],
)
def test_plain_data_is_compared_by_its_values(a: Any, b: Any, expected: bool) -> None:
    """At any depth; and where two digests are the same, so are the values."""
    assert alike(a, b) is expected
    assert alike(b, a) is expected
    if not expected:
        # Whole numbers are rounded in a digest as floats are.
        near = isinstance(a, int) and isinstance(b, int)
        assert near or all(digest_answer(a, grid) != digest_answer(b, grid) for grid in GRIDS)
    elif type(a) is type(b):
        assert any(digest_answer(a, grid) == digest_answer(b, grid) for grid in GRIDS)


def run(observation: str, **result: Any) -> CheckRun:
    """Return a failed check with one call of ``f("text")``."""
    call = Call("f", ("text",), packed_args=[pack("text")], **result)
    return CheckRun(Outcome("f", "failed", observation=observation), (call,))


def named(found: CheckRun, function: Any) -> bool:
    entry = Entry("M", "words", "f", "a hint", True, function, "")
    return bool(diagnose([found], [entry]))


def raise_key(text: str) -> None:
    raise KeyError(text)


def raise_value(text: str) -> None:
    raise ValueError(text)


def print_once(text: str) -> None:
    print(text)  # noqa: T201


def print_twice(text: str) -> None:
    print(text)  # noqa: T201
    print(text)  # noqa: T201


def test_an_exception_of_the_same_class_is_the_same_mistake() -> None:
    """Not one of another class, and no value."""
    found = run("other_exception", raised="KeyError", raised_text="'text'")
    assert named(found, raise_key)
    assert not named(found, raise_value)
    assert not named(found, lambda text: text)


def test_what_is_printed_counts_where_a_check_looks_at_it() -> None:
    """White space at the ends does not; and elsewhere it does not count at all."""
    found = run("extra_lines", answered=True, output="text \ntext\n\n", looks_at_output=True)
    assert named(found, print_twice)
    assert not named(found, print_once)
    assert named(run("none", answered=True, output="text"), print_twice)


def test_a_wrong_type_is_the_same_only_with_that_type() -> None:
    """Where the entries are right, a misconception with another type explains nothing."""
    found = run("wrong_type", answered=True, value=("a", "b"))
    assert named(found, lambda _: ("a", "b"))
    assert not named(found, lambda _: ["a", "b"])
    assert named(run("other_order", answered=True, value=("a", "b")), lambda _: ["a", "b"])
