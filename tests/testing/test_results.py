"""Taking results apart: one that is missing or in the wrong place costs only itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.testing.comparisons import Comparison, Missing, collecting
from grader.testing.expect import CheckFailed, close, gradient
from grader.testing.results import entries, results, sequence

DW, DB = np.arange(12.0).reshape(4, 3) + 1, np.array([2.0, 5.0, 7.0])


def reason(attempt: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        attempt()
    return str(caught.value)


@pytest.mark.parametrize("pair", [(DW, DB), [DW, DB]])
def test_a_tuple_or_list_is_taken_apart(pair: Any) -> None:
    """In its order."""
    first, second = results(pair, "dW", "db")
    assert first is DW
    assert second is DB


@pytest.mark.parametrize("alone", [DW, 3.0, np.float32(3.0), [DW, DB, DW], True])
def test_what_comes_alone_is_the_first_result(alone: Any) -> None:
    """The others are missing, and say so where they are compared."""
    first, second = results(alone, "dW", "db")
    assert first is alone
    assert isinstance(second, Missing)
    assert "db is missing:" in reason(lambda: close(second, DB, "db"))
    assert "is missing" in reason(lambda: sequence(second, 2, "the list"))


@pytest.mark.parametrize("other", [None, {"dW": DW, "db": DB}, "text", (DW, DB, DB), (), []])
def test_anything_else_is_not_the_results(other: Any) -> None:
    """A dict where a tuple is asked for is not one."""
    assert "the result (dW, db)" in reason(lambda: results(other, "dW", "db"))


def test_a_key_that_is_missing_costs_only_itself() -> None:
    """Further keys do no harm, and a dict with none of them is refused."""
    found = entries({"a": 1.0, "z": 2.0}, ("a", "b"), "the answer")
    assert found["a"] == 1.0
    assert "b is missing: the keys ['a', 'z']" in reason(lambda: close(found["b"], 1.0, "b"))
    assert "the keys ['z']" in reason(lambda: entries({"z": 1.0}, ("a", "b"), "the answer"))
    assert "expected a dict" in reason(lambda: entries((1.0, 2.0), ("a", "b"), "the answer"))


def test_comparisons_are_collected_to_the_end() -> None:
    """With the name of the result, and the repairs that make it right."""
    with collecting() as found:
        close(DW, DW, "dW", result="dW")
        close(DB / 4, DB, "db", sizes={"N": 4}, result="db")
        gradient(-DW, DW, "dW", result="dW")
        close(None, DB, "db", result="db")
        close([np.nan] * 3, DB, "db", result="db")
        gradient(DW.astype(np.float32).T, DW, "dW", result="dW")
    assert found.comparisons == [
        Comparison("dW", True),
        Comparison("db", False, frozenset({"factor_1/N", "mean_for_sum"})),
        Comparison("dW", False, frozenset({"sign"})),
        Comparison("db", False),
        Comparison("db", False),
        Comparison("dW", False, frozenset({"transposed"})),
    ]
    reason(lambda: close(-DW, DW, "dW"))  # no longer collected


def test_results_are_taken_in_the_opposite_order_on_request() -> None:
    """Only those that are asked for."""
    with collecting(reorder=("dW", "db")) as found:
        assert results((DB, DW), "dW", "db")[0] is DW
        assert results((DB, DW), "loss", "grad")[0] is DB
        assert sequence([1, 2, 3], 3, "the list") == [1, 2, 3]
    assert found.groups == [("dW", "db"), ("loss", "grad"), ("the list",)]
    with collecting(reorder=("the list",)):
        assert sequence((1, 2, 3), 3, "the list") == [3, 2, 1]
    assert results((DB, DW), "dW", "db")[0] is DB
