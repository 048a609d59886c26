"""Patterns and factors of wrong arrays: found where they are, and nowhere by coincidence."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing.expect import CheckFailed, close, gradient
from grader.testing.factors import name_factor
from grader.testing.patterns import find_pattern

RNG = np.random.default_rng(11)
W = RNG.normal(size=(5, 3)) + 0.1
Z = RNG.normal(size=(4, 6))
NOISE = 1.0 + RNG.uniform(0.1, 0.9, size=W.shape)

PATTERNS = {
    "transposed": (W[:3].T, W[:3]),
    "reversed": (W[::-1, 0], W[:, 0]),
    "constant": (np.full_like(W, 0.2), W),
    "equal_rows": (np.tile(W.mean(axis=0), (5, 1)), W),
    "equal_columns": (np.tile(W.mean(axis=1, keepdims=True), (1, 3)), W),
    "shifted": (W + 0.3, W),
    "shifted_rows": (W + np.array([0.1, -0.2, 0.4]), W),
    "scaled_rows": (W * np.array([[2.0], [3.0], [0.5], [0.1], [7.0]]), W),
    "scaled_columns": (W * np.array([2.0, 3.0, 0.5]), W),
    "opposite_signs": (-W * NOISE, W),
}


@pytest.mark.parametrize("identity", PATTERNS)
def test_a_pattern_is_found(identity: str) -> None:
    """Each by arrays that have it, and no other that comes before."""
    got, want = PATTERNS[identity]
    assert find_pattern(got, want, {})[0] == identity


def test_what_falls_with_an_argument_where_it_should_rise_is_called_that() -> None:
    """By the argument's name, and only where it is an array of the answer's shape."""
    right, wrong = 1 / (1 + np.exp(-Z)), np.exp(-Z)
    words = "falls with z where it should rise"
    assert find_pattern(wrong, right, {"z": Z}) == ("falls_for_rises", words)
    words = "rises with z where it should fall"
    assert find_pattern(right, wrong, {"z": Z}) == ("falls_for_rises", words)
    assert find_pattern(wrong, right, {"N": 4, "z": Z[0]}) == ("", "")
    assert find_pattern(wrong**2 + Z, right, {"z": Z}) == ("", "")


@given(st.integers(0, 2**32 - 1))
def test_noise_has_no_pattern(seed: int) -> None:
    """Two arrays that have nothing to do with one another show nothing but by great chance."""
    rng = np.random.default_rng(seed)
    got, want = rng.normal(size=(2, 5, 4)) + 1e-3
    z = rng.normal(size=(5, 4))
    assert find_pattern(got, want, {"z": z}) == ("", "")


@pytest.mark.parametrize("want", [np.array(2.0), np.array([1.0, 2.0]), np.full((3, 4), 5.0)])
def test_single_and_equal_numbers_have_no_pattern(want: Any) -> None:
    """They have every pattern, and it would give them away."""
    for got in (want + 1, want * 3, -want * 2, np.zeros_like(want) + 0.5):
        assert find_pattern(got, want, {}) == ("", "")


def test_all_that_a_factor_can_mean_is_named() -> None:
    """The likeliest first; two sizes that are one number are both named."""

    def names(factor: float, **known: Any) -> list[str]:
        return [meaning.name for meaning in name_factor(factor, known)]

    assert names(0.25, N=4, C=4)[:2] == ["1/N", "1/C"]
    assert names(-2.0, N=2)[:2] == ["N", "2"]
    assert names(1 / 15, N=5, C=3) == ["1/(N*C)"]
    assert names(2 / 7, N=7) == ["2/N"]
    assert names(0.1, beta=0.9) == ["1 - beta"]
    assert names(1.7, N=7, lr=0.3) == []
    assert [m.name for m in name_factor(6.0, {"N = D": 6})] == ["N", "D"]


def failure(got: Any, want: Any, **options: Any) -> CheckFailed:
    compare = options.pop("compare", close)
    with pytest.raises(CheckFailed) as caught:
        compare(got, want, "dW", **options)
    return caught.value


def test_a_factor_that_may_mean_several_things_is_not_named() -> None:
    """It is a constant multiple; 2 and 1/2 are called what they are."""
    seen = failure(W / 4, W, sizes={"N": 4, "C": 4}).observation
    assert seen.text == "dW is a constant multiple of the right answer"
    assert {m.name for m in seen.meanings} >= {"1/N", "1/C"}
    seen = failure(2 * W, W, sizes={"N": 2}).observation
    assert (seen.id, seen.text) == ("factor_unnamed", "dW is exactly 2 times the right answer")
    assert seen.meanings[0].text == "dW is exactly N times the right answer (N = 2)"
    assert failure(6.0, 3.0, sizes={"N": 2}).observation.text.endswith(
        "N times the right answer (N = 2)"
    )


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([close, gradient]),
    st.sampled_from([1e-7, 1e-6, 1e-5, 1e-4, 1e-2, 1.0]),
)
def test_the_place_that_is_shown_is_one_that_the_words_name(
    seed: int, compare: Any, size: float
) -> None:
    """Whatever is off by how much: a row or column that alone is wrong holds the place."""
    rng = np.random.default_rng(seed)
    want = rng.normal(size=(4, 3))
    got = want + size * rng.normal(size=want.shape) * (rng.random(want.shape) < 0.3)
    got[rng.integers(4)] += size * 10
    try:
        compare(got, want, "dW")
    except CheckFailed as failed:
        place = re.match(r"at \[(\d), (\d)\]", failed.values)
        assert place
        words = failed.observation.text
        for kind, index in (("row", place[1]), ("column", place[2])):
            if found := re.search(rf"wrong in {kind} (\d) only", words):
                assert found[1] == index
            if found := re.search(rf"right in {kind} (\d), and wrong in all others", words):
                assert found[1] != index


def test_a_tiny_error_is_called_nearly_right() -> None:
    """By its power of ten; a small one by a bound; one number without either."""
    tiny = failure(W * (1 + 2e-6 * RNG.normal(size=W.shape)), W, rtol=1e-8, atol=0.0)
    assert re.fullmatch(r"dW is nearly right: off by about 1 part in 10\^6", tiny.observation.text)
    small = failure(W * (1 + 5e-4 * NOISE), W)
    assert small.observation.text == "dW is wrong in 15 of 15 entries, by less than 1 part in 1000"
    assert failure(3.0 + 1e-6, 3.0, rtol=1e-9, atol=0.0).observation.text == "dW is nearly right"


def test_zeros_are_everywhere_only_where_there_are_several() -> None:
    """One number is zero."""
    assert failure(np.zeros_like(W), W).observation.text == "dW is zero everywhere"
    assert failure(0.0, 2.0).observation.text == "dW is zero"


def test_no_words_have_a_relative_error() -> None:
    """Students read how many entries are wrong, and in which part."""
    for got in (W * NOISE, W + NOISE * 1e-3, W * 0.7 + NOISE):
        assert "error" not in failure(got, W).observation.text
    norms = np.array([1.0, 2.0, 4.0])
    assert failure(norms * [1.3, 1.1, 1.0], norms).observation.text.endswith(
        "the first 2 of 3 entries"
    )
    assert failure(norms * [1.0, 1.0, 1.2], norms).observation.text.endswith(
        "the last of 3 entries"
    )
