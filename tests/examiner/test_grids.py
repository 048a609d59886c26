"""Digests of answers: equal for what rounding changes, different for what a mistake changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.examiner.grids import GRIDS, NoDigest, Numbering, digest_answer, digest_inputs
from grader.sandbox.calls import Call
from grader.sandbox.protocol.program import Ref, Step
from grader.sandbox.protocol.values import Opaque

FINITE = st.floats(-1e6, 1e6)
ARRAYS = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=0, max_dims=2, max_side=4), elements=FINITE
)
PLAIN = st.recursive(
    ARRAYS | FINITE | st.integers(-1000, 1000) | st.booleans() | st.none() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def matches(first: Any, second: Any) -> bool:
    """Return whether two answers have the same digest on one of the grids."""
    return any(digest_answer(first, grid) == digest_answer(second, grid) for grid in GRIDS)


def copied(value: Any) -> Any:
    """Return an equal value of other objects, with tuples for lists."""
    if isinstance(value, dict):
        return {key: copied(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return tuple(map(copied, value))
    return np.array(value) if isinstance(value, np.ndarray) else value


@given(PLAIN)
def test_equal_answers_match_on_both_grids(value: Any) -> None:
    """A list is a tuple, and the order of keys does not count."""
    for grid in GRIDS:
        assert digest_answer(value, grid) == digest_answer(copied(value), grid)


@given(ARRAYS, ARRAYS)
def test_what_matches_is_alike_up_to_the_largest_entry(
    first: np.ndarray[Any, Any], second: np.ndarray[Any, Any]
) -> None:
    """Answers with one digest differ by a millionth of the largest entry at most."""
    if matches(first, second):
        assert first.shape == second.shape
        room = max(1e-9, 1e-6 * np.abs(second).max(initial=0.0))
        assert np.all(np.abs(first - second) <= room)


@pytest.mark.parametrize("noise", [1e-16, 1e-12, 1e-10])
@pytest.mark.parametrize("size", [1, 30, 300])
def test_rounding_errors_miss_both_grids_as_rarely_as_is_claimed(noise: float, size: int) -> None:
    """An entry leaves its step on one grid with probability 2 noise / step; both grids squared."""
    rng = np.random.default_rng(0)
    trials, step = 500, 2.0**-22
    missed = [0, 0, 0]
    for _ in range(trials):
        answer = rng.normal(size=size) * 10 ** rng.uniform(-1, 3)
        largest = np.abs(answer).max()
        other = answer + largest * noise * rng.uniform(-1, 1, size)
        on = [digest_answer(answer, grid) == digest_answer(other, grid) for grid in GRIDS]
        missed = [missed[0] + (not on[0]), missed[1] + (not on[1]), missed[2] + (not any(on))]
    # The step is a quarter to a half larger than its share of the largest entry.
    claimed = 2 * size * noise / step
    assert max(missed[:2]) <= 3 + 2 * trials * claimed
    assert missed[2] <= 3 + 2 * trials * claimed**2


@given(st.sampled_from([0.0, 1.0, -1.0, 0.5, 2.0, 0.25, 100.0, 1e-20]), st.integers(0, 3))
def test_numbers_that_suites_use_survive_rounding_errors(number: float, place: int) -> None:
    """Zeros, ones and halves are in the middle of a step, and far from a change of scale."""
    answer = np.array([number, 1.0, 0.0, -0.5])
    noise = np.zeros(4)
    noise[place] = 1e-15
    assert matches(answer, answer + noise)
    assert matches(answer, answer - noise)
    assert matches(number, number * (1 + 1e-15))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (np.ones(3), np.ones((3, 1))),
        (np.ones(3), np.ones(4)),
        ([np.ones(2), np.ones(3)], [np.ones(3), np.ones(2)]),
        (np.nan, np.inf),
        (np.inf, -np.inf),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0])),
        (None, "None"),
        ({"a": 1.0}, {"b": 1.0}),
        ({"a": 1.0}, [1.0]),
        ("ab", ["a", "b"]),
        (0.0, None),
    ],
)
def test_shapes_kinds_and_what_is_not_finite_are_part_of_an_answer(first: Any, second: Any) -> None:
    """Nothing of them is lost in a digest."""
    assert not matches(first, second)
    assert matches(first, copied(first))
    assert matches(second, copied(second))


def test_an_object_has_no_digest() -> None:
    """What cannot cross the process boundary is like nothing."""
    for value in (Opaque("Widget", "<Widget>"), [1.0, Opaque("Widget", "<Widget>")]):
        with pytest.raises(NoDigest):
            digest_answer(value, 0)


def inputs(call: Call, numbering: Numbering | None = None) -> bytes:
    return digest_inputs(call, 0, numbering or Numbering())


def test_other_arguments_are_another_question() -> None:
    """Name, arguments and keywords count."""
    z = np.arange(3.0)
    calls = [
        Call("f", (z,)),
        Call("g", (z,)),
        Call("f", (z + 1,)),
        Call("f", (z, 1)),
        Call("f", (z,), {"alpha": 0.1}),
        Call("f", (), {"z": z}),
    ]
    assert len(set(map(inputs, calls))) == len(calls)
    assert inputs(calls[0]) == inputs(Call("f", (z + 1e-16,)))


def test_objects_of_a_program_are_counted_from_its_beginning() -> None:
    """Numbers go on from check to check; the same program has the same digest."""

    def program(first: int) -> Call:
        new = Step("new", (2.0, 1.0), first)
        square = Step("*", (Ref(first), Ref(first)), first + 1)
        return Call("Dual", steps=(new, square, Step(".a", (Ref(first + 1),))))

    assert inputs(program(1)) == inputs(program(70))
    other = Call("Dual", steps=(*program(1).steps[:2], Step(".a", (Ref(1),))))
    assert inputs(program(1)) != inputs(other)
