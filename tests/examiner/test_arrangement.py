"""Diagnosis of results that hold the right numbers in another arrangement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.examiner.arrangement import find_arrangement

A, B = np.arange(6.0).reshape(2, 3), np.array([7.0, 8.5, -1.0])
C, D = 10 + A, 10 + B
ROWS = list(A)


@pytest.mark.parametrize(
    ("got", "want", "begins"),
    [
        (([A, C], [B, D]), [(A, B), (C, D)], "the numbers are right, but arranged differently"),
        ({"W": A, "b": B}, (A, B), "the numbers are right, but arranged differently"),
        ((B, A), (A, B), "the results come in another order"),
        (([(A, B)], 0.5), (0.5, [(A, B)]), "the results come in another order"),
        ((A, C), A, "more is returned than expected"),
        ((0.5, [A, B], [C]), (0.5, [A, B]), "more is returned than expected"),
        (A, (A, [B, C]), "only a part is returned"),
        (ROWS, (A,), "the numbers are right, but arranged differently"),
        ([(A[:1], B[:1]), (A[1:], B[1:])], [(A, B)], "the numbers are right"),
    ],
)
def test_the_arrangement_is_worded(got: Any, want: Any, begins: str) -> None:
    """Both are described by their shapes, without a value."""
    found = find_arrangement(got, want, rows_apart=True)
    assert found is not None
    assert found.what.startswith(begins)
    assert "8.5" not in found.what


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (A, A),
        ([A, B], (A, B)),
        (A.T, A),
        (A[::-1], A),
        ((A, C), (A, B)),
        (0.5, (0.5, A)),
        ((0.5, A), 0.5),
        ((A, 2 * B), (A, B)),
        (None, A),
        ("text", A),
        ([("a", 1), ("b", 2), ("c", 3)], ["a", "b", "c"]),
        ([("a", 1), ("a", 1), ("b", 2)], [("a", 1), ("b", 2)]),
        ({"x": ["a", "b", "c"]}, {"x": ["a", "c"]}),
        ([A] * 200, A),
        ((np.zeros((2, 3)), np.zeros(3)), [np.zeros(9)]),
    ],
)
def test_nothing_is_said_of_other_differences(got: Any, want: Any) -> None:
    """Values that differ, what is the same, and numbers that may agree by accident."""
    assert find_arrangement(got, want, rows_apart=True) is None


def test_rows_may_not_be_taken_apart_where_a_misconception_gives_them() -> None:
    """Rows in any order have the same numbers."""
    assert find_arrangement(ROWS[::-1], (A,), rows_apart=False) is None
