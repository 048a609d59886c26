"""The repairs: each makes right what its slip made wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.repairs import REPAIRS, Repair, find_repairs, undo, word_repair

RIGHT = np.random.default_rng(5).normal(size=(6, 4))
SIZES = {"N": 6, "C": 4, "lr": 0.1}
# What a slip makes of the right answer, and which repairs make that right.
SLIPS: dict[str, tuple[Any, set[str]]] = {
    "sign": (-RIGHT, {"sign"}),
    "twice": (2 * RIGHT, {"factor_2"}),
    "half": (RIGHT / 2, {"factor_1/2"}),
    "times N": (RIGHT * 6, {"factor_N", "sum_for_mean"}),
    "over N": (RIGHT / 6, {"factor_1/N", "mean_for_sum"}),
    "over C": (RIGHT / 4, {"mean_for_sum"}),
    "over N and C": (RIGHT / 24, {"mean_for_sum"}),
    "times C": (RIGHT * 4, {"sum_for_mean"}),
    "transposed": (RIGHT.T, {"transposed"}),
    "an axis more": (RIGHT[None], {"axis_too_many"}),
    "two slips": (-2 * RIGHT, set()),
    "a third": (RIGHT / 3, set()),
    "zeros": (0 * RIGHT, set()),
    "one column": (RIGHT[:, :1], set()),
    "other rows": (RIGHT[::-1], set()),
}


def agree(array: Any, want: Any) -> bool:
    return bool(np.allclose(array, want, rtol=1e-7, atol=1e-10))


@pytest.mark.parametrize("got, expected", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_found_and_nothing_else(got: Any, expected: set[str]) -> None:
    """N and C come from the sizes of the call; other numbers are no sizes."""
    assert find_repairs(got, RIGHT, SIZES, agree) == expected


@pytest.mark.parametrize(
    "got, want, repair",
    [
        (RIGHT[0], RIGHT[:1], "axis_too_few"),
        (RIGHT[:, :1], RIGHT[:, 0], "axis_too_many"),
        (RIGHT[0][::-1], RIGHT[0], "order"),
    ],
)
def test_shapes_and_lists(got: Any, want: Any, repair: Repair) -> None:
    """An axis of length 1 may be missing, and a list may be the other way round."""
    assert find_repairs(got, want, {}, agree) == {repair}


def test_without_sizes_there_is_no_factor_n() -> None:
    """Nor with a size of 1, by which everything is as it was."""
    for sizes in ({}, {"N": 1}, {"N": 1, "C": 1}, {"N": 6.0}):
        assert find_repairs(RIGHT / 6, RIGHT, sizes, agree) == set()


def test_every_repair_has_words() -> None:
    """They are read after the name of a result: dW is ..."""
    assert set(get_args(Repair)) == set(REPAIRS)
    assert all(
        word_repair(name).startswith(("right except for ", "right, but ")) for name in REPAIRS
    )
    with pytest.raises(ValueError, match="is not the name"):
        word_repair("magic")


APPLY: dict[Repair, Callable[[Any, int, int], Any]] = {
    "sign": lambda x, _n, _c: -x,
    "factor_2": lambda x, _n, _c: 2 * x,
    "factor_1/2": lambda x, _n, _c: x / 2,
    "factor_N": lambda x, n, _c: x * n,
    "factor_1/N": lambda x, n, _c: x / n,
    "mean_for_sum": lambda x, n, c: x / (n * c),
    "sum_for_mean": lambda x, _n, c: x * c,
    "transposed": lambda x, _n, _c: x.T,
    "axis_too_many": lambda x, _n, _c: x[:, None],
}


@given(st.sampled_from(sorted(APPLY)), st.integers(2, 9), st.integers(2, 9), st.integers(0, 99))
def test_a_repair_undoes_its_slip(name: Repair, rows: int, columns: int, seed: int) -> None:
    """One of the candidates is what the array was before."""
    right = np.random.default_rng(seed).normal(size=(rows, columns))
    wrong = APPLY[name](right, rows, columns)
    candidates = list(undo(name, wrong, right.shape, {"N": rows, "C": columns}))
    assert any(c.shape == right.shape and agree(c, right) for c in candidates)
