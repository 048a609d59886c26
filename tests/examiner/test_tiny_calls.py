"""The list of tiny calls: small, in order, the same every time, and of the kind that was passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.examiner.tiny_calls import NotTinyError, TinyCall, list_tiny_calls
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import Handle, Seeded, SourceFunction

SIZES = st.integers(2, 7)
SLOPE = SourceFunction("slope", "def slope(z):\n    return 1 - z\n")


def listed(
    *args: Any, others: Sequence[Call] = (), most: int = 150, **kwargs: Any
) -> list[TinyCall]:
    return list(list_tiny_calls(Call("f", args, kwargs), others, most))


def normal(*shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(sum(shape)).normal(size=shape)


def entries(tiny: TinyCall) -> int:
    return sum(np.size(value) for value in tiny.args)


@given(SIZES, SIZES, SIZES)
def test_sizes_that_are_equal_stay_equal_and_only_grow(n: int, d: int, c: int) -> None:
    """Each size of the call has one size in a tiny call, and the smallest calls come first."""
    found = listed(normal(n, d), normal(d, c), normal(c))
    for tiny in found:
        X, W, b = tiny.args
        assert X.shape == (tiny.sizes[n], tiny.sizes[d])
        assert W.shape == (tiny.sizes[d], tiny.sizes[c])
        assert b.shape == (tiny.sizes[c],)
        assert {*X.ravel(), *W.ravel(), *b} <= {0, 1, -1, 2}
    sizes = list(map(entries, found))
    assert sizes == sorted(sizes)
    assert sizes[0] == 3


@given(SIZES, SIZES)
def test_the_list_does_not_depend_on_the_numbers(rows: int, columns: int) -> None:
    """Two draws of one shape give the same calls."""
    calls = [
        [np.random.default_rng(seed).normal(size=(rows, 2 * columns)) for _ in range(2)]
        for seed in (1, 2)
    ]
    first, second = (listed(*arrays) for arrays in calls)
    assert [repr(tiny) for tiny in first] == [repr(tiny) for tiny in second]


@pytest.mark.parametrize(
    ("passed", "allowed"),
    [
        (np.eye(6)[[0, 1, 1, 0]][:, :1], {0.0, 1.0}),
        (np.linspace(0.1, 0.9, 8), {0.5, 0.25}),
        (np.linspace(0.0, 1.0, 8), {0.5, 0.25, 0.0, 1.0}),
        (np.linspace(0.1, 9.0, 8), {1.0, 2.0}),
        (-np.linspace(0.1, 9.0, 8), {-1.0, -2.0}),
        (np.zeros(5), {0.0}),
        (np.arange(5), {0, 1, 2}),
    ],
    ids=["labels", "probabilities", "clipped", "positive", "negative", "zeros", "counts"],
)
def test_entries_stay_of_their_kind(passed: NDArray[Any], allowed: set[float]) -> None:
    """Labels stay 0 and 1, probabilities between them, and what was positive is positive."""
    found = listed(passed)
    assert {x for tiny in found for x in tiny.args[0].ravel().tolist()} == allowed
    assert {tiny.args[0].dtype for tiny in found} == {passed.dtype}


@pytest.mark.parametrize("whole", [True, False])
def test_rows_keep_a_sum_of_one(whole: bool) -> None:
    """Rows of a one-hot array have a single one, and rows of probabilities have the sum 1."""
    chosen = np.random.default_rng(1)
    passed = np.eye(4)[chosen.integers(0, 4, 6)] if whole else chosen.dirichlet([1, 1, 1, 1], 6)
    found = listed(passed, normal(6, 4))
    for tiny in found:
        assert np.all(tiny.args[0].sum(axis=1) == 1)
        assert not whole or set(tiny.args[0].ravel()) <= {0, 1}
    assert len({tiny.args[0].tobytes() for tiny in found}) > 5


def test_settings_are_kept_and_counts_shrink() -> None:
    """A learning rate and a small option stay; a number of rounds, functions and names too."""
    found = listed(normal(3, 4), 0.1, "mean", SLOPE, epochs=40, order=2, flag=True)
    for tiny in found:
        assert tiny.args[1:] == (0.1, "mean", SLOPE)
        assert tiny.kwargs == {"epochs": tiny.sizes[40], "order": 2, "flag": True}
    assert {tiny.sizes[40] for tiny in found} == {1, 2}


def test_drawn_scalars_become_small_numbers() -> None:
    """Numbers with many digits were drawn; all their combinations are too many to list."""
    drawn = [0.4917230512, -1.2038471]
    found = listed(*drawn, others=[Call("f", (-0.3918273, 0.9182736))])
    assert found[0].args == (0.0, 0.0)
    assert len({tiny.args for tiny in found}) == len(found) == 16


def test_layers_are_left_out_where_all_sizes_are_equal() -> None:
    """One layer comes before two, and layers of different sizes all stay."""
    layers = [(normal(4, 3), normal(3)), (normal(3, 2), normal(2))]
    found = listed(layers, normal(5, 4))
    assert len(found[0].args[0]) == 1
    for tiny in found:
        if len(set(tiny.sizes.values())) > 1:
            assert len(tiny.args[0]) == 2
        for (W, b), (after, _) in zip(tiny.args[0], tiny.args[0][1:], strict=False):
            assert W.shape[1] == len(b) == len(after)


def test_dicts_and_lists_of_numbers_keep_their_form() -> None:
    """A dict has the same keys, and a list that was passed for an array is a list."""
    (tiny, *_) = listed({"w": normal(3, 2)}, [0.125, 0.5, 0.75])
    assert isinstance(tiny.args[0], dict)
    assert tiny.args[0]["w"].shape == (1, 1)
    assert tiny.args[1] == [0.0] or tiny.args[1] == [1.0]


@pytest.mark.parametrize("value", [Seeded(1), Handle(1), object()])
def test_what_is_neither_number_nor_function_is_refused(value: object) -> None:
    """A generator or an object in the worker cannot be made small."""
    with pytest.raises(NotTinyError):
        listed(normal(2, 2), value)


def test_large_calls_are_not_listed() -> None:
    """Where even sizes of 1 need many arrays, there is nothing tiny."""
    assert listed(*[normal(2) for _ in range(40)]) == []
