"""The generator of a check: it draws as numpy's does, and what it drew is drawn again."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing.draws import Draws

WORDS = ["to", "be", "or", "not"]
# A call of each method, as the suite of an author has it.
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "beta": ((2.0, 3.0), {"size": 4}),
    "binomial": ((9, 0.3), {"size": 4}),
    "bytes": ((5,), {}),
    "chisquare": ((3.0,), {"size": 4}),
    "choice": (([3.5, 1.0, float("inf")],), {"size": (2, 3), "p": [0.2, 0.3, 0.5]}),
    "dirichlet": (((1.0, 2.0, 3.0),), {"size": 2}),
    "exponential": ((np.float64(2.0),), {"size": 4}),
    "f": ((3.0, 4.0), {"size": 4}),
    "gamma": ((2.0,), {"size": 4}),
    "geometric": ((0.3,), {"size": 4}),
    "gumbel": ((), {"size": 4}),
    "hypergeometric": ((5, 6, 4), {"size": 4}),
    "integers": ((9,), {"size": 4, "dtype": np.int8}),
    "laplace": ((), {"loc": np.array([1.0, 2.0]), "size": 2}),
    "logistic": ((), {"size": 4}),
    "lognormal": ((), {"size": 4}),
    "logseries": ((0.5,), {"size": 4}),
    "multinomial": ((9, [0.5, 0.5]), {"size": 3}),
    "multivariate_hypergeometric": (([4, 5, 6], 3), {"size": 2}),
    "multivariate_normal": (([0.0, 1.0], [[2.0, 0.5], [0.5, 1.0]]), {"size": 3}),
    "negative_binomial": ((5, 0.4), {"size": 4}),
    "noncentral_chisquare": ((3.0, 1.0), {"size": 4}),
    "noncentral_f": ((3.0, 4.0, 1.0), {"size": 4}),
    "normal": ((1.0, 2.0), {"size": (3, 2)}),
    "pareto": ((3.0,), {"size": 4}),
    "permutation": ((np.arange(6.0).reshape(3, 2),), {}),
    "permuted": ((np.eye(3, dtype=np.float32),), {"axis": 1}),
    "poisson": ((4.0,), {"size": 4}),
    "power": ((3.0,), {"size": 4}),
    "random": ((4,), {"dtype": "float32"}),
    "rayleigh": ((), {"size": 4}),
    "standard_cauchy": ((4,), {}),
    "standard_exponential": ((4,), {"method": "inv"}),
    "standard_gamma": ((2.0, 4), {}),
    "standard_normal": ((4,), {"dtype": np.dtype("float32")}),
    "standard_t": ((3.0, 4), {}),
    "triangular": ((0.0, 1.0, 2.0, 4), {}),
    "uniform": ((), {"low": -1, "high": 1, "size": 4}),
    "vonmises": ((0.0, 1.0, 4), {}),
    "wald": ((1.0, 2.0, 4), {}),
    "weibull": ((2.0, 4), {}),
    "zipf": ((2.0, 4), {}),
}


def repeat(draws: Draws, **values: Any) -> dict[str, Any]:
    """Execute the recipe of some values, as a student would paste it."""
    lines = draws.recipe(values)
    assert lines is not None
    names: dict[str, Any] = {"np": np}
    exec("\n".join(lines), names)
    return names


def test_every_method_of_numpy_is_tried() -> None:
    """If numpy adds one, it works, and has a line here."""
    methods = {name for name in vars(np.random.Generator) if not name.startswith("_")}
    assert set(CALLS) == methods - {"bit_generator", "shuffle", "spawn"}


@pytest.mark.parametrize("method", CALLS)
def test_a_method_draws_as_numpy_does_and_again(method: str) -> None:
    """After another draw, and with the same bits left for the next one."""
    args, kwargs = CALLS[method]
    draws, plain = Draws(5), np.random.default_rng(5)
    assert draws.normal() == plain.normal()
    value = getattr(draws, method)(*args, **kwargs)
    assert np.array_equal(value, getattr(plain, method)(*args, **kwargs))
    after = draws.integers(100, size=3)
    assert np.array_equal(after, plain.integers(100, size=3))
    assert draws.drew(after)
    again = repeat(draws, after=after)
    assert np.array_equal(again["after"], after)
    if isinstance(value, np.ndarray):
        again = repeat(draws, value=value)
        assert np.array_equal(again["value"], value)
        assert again["value"].dtype == value.dtype


def test_an_array_that_is_shuffled_is_shuffled_again() -> None:
    """Drawn or not, alone or with other draws before and after, and also along an axis."""
    draws = Draws(6)
    x, y = draws.normal(size=(4, 3)), np.arange(5, dtype=np.int32)
    before = draws.permutation(x)
    draws.shuffle(x, axis=1)
    draws.shuffle(x=x)
    after = draws.permutation(x)
    draws.shuffle(y)
    again = repeat(draws, before=before, x=x, after=after, y=y)
    for name, value in {"before": before, "x": x, "after": after, "y": y}.items():
        assert np.array_equal(again[name], value)
        assert again[name].dtype == value.dtype
    x[0] = 0.0
    assert not draws.drew(x)
    assert draws.recipe({"x": x}) is None


@pytest.mark.parametrize(
    "items",
    [
        WORDS,
        tuple(WORDS),
        ["a", 1, None, 2.5],
        [("a", 1), ("b", 2)],
        [{"a": 1}, {"b": 2}],
        [[1], [1, 2], []],
        [None, None],
        [np.zeros(2), "x"],
    ],
    ids=repr,
)
def test_items_of_a_list_are_drawn_as_they_are(items: Any) -> None:
    """At the places that numpy draws; text is plain text, and no number becomes text."""
    draws, plain = Draws(7), np.random.default_rng(7)
    n = len(items)
    assert draws.choice(items) is items[plain.choice(n)]
    weights = [0.25, 0.75] + [0.0] * (n - 2)
    assert draws.choice(a=items, p=weights) is items[plain.choice(n, p=weights)]
    some = draws.choice(items, size=2, replace=False)
    for item, place in zip(some, plain.choice(n, size=2, replace=False), strict=True):
        assert item is items[place]
    table = draws.choice(items, size=(2, 2)).tolist()
    places = plain.choice(n, size=(2, 2))
    assert all(table[i][j] is items[places[i, j]] for i in (0, 1) for j in (0, 1))
    mixed = list(draws.permutation(items))
    assert all(a is items[b] for a, b in zip(mixed, plain.permutation(n), strict=True))
    shuffled, twin = list(items), list(range(n))
    draws.shuffle(shuffled)
    plain.shuffle(twin)
    assert all(a is items[b] for a, b in zip(shuffled, twin, strict=True))
    x = draws.normal(size=3)
    assert np.array_equal(x, plain.normal(size=3))
    assert np.array_equal(repeat(draws, x=x)["x"], x)
    # Of the items, which may be of a hidden check, the lines have only how many there are.
    assert not set("'{") & set("".join(draws.recipe({"x": x}) or ()))


def test_text_of_an_array_is_plain_text() -> None:
    """numpy's own kind of text would be shown by its name."""
    draws = Draws(8)
    assert type(draws.choice(np.array(WORDS))) is str
    assert {type(word) for word in draws.choice(WORDS, size=5)} == {str}


def test_numbers_of_a_list_are_numbers_of_numpy() -> None:
    """As `default_rng(seed).choice` returns them."""
    draws, plain = Draws(9), np.random.default_rng(9)
    rows = [(1, 2), (3, 4), (5, 6)]
    assert np.array_equal(draws.choice(rows), plain.choice(rows))
    assert np.array_equal(draws.permutation(rows), plain.permutation(rows))
    numbers = [1, 2.5, True]
    assert draws.choice(numbers) == plain.choice(numbers)
    some, others = draws.choice(numbers, size=4), plain.choice(numbers, size=4)
    assert some.dtype == others.dtype
    assert np.array_equal(some, others)
    assert np.array_equal(repeat(draws, some=some)["some"], some)


def test_what_cannot_be_drawn_again_has_no_recipe() -> None:
    """The stream was used beside the generator, or an argument cannot be written down."""
    draws = Draws(10)
    first = draws.normal(size=3)
    draws.bit_generator.random_raw()
    assert draws.recipe({"x": draws.normal(size=3)}) is None
    assert draws.recipe({"x": first}) is not None
    assert draws.recipe({"x": np.zeros(3)}) is None
    filled = np.zeros(3)
    draws = Draws(10)
    assert draws.recipe({"x": draws.random(out=filled)}) is None
    draws = Draws(10)
    draws.permuted([object(), 1])
    assert draws.recipe({"x": draws.normal(size=3)}) is None


def test_an_argument_counts_as_it_was() -> None:
    """A list that changes after the draw does not change the lines."""
    draws = Draws(11)
    numbers = [1.0, 2.0, 3.0]
    x = draws.permutation(numbers)
    numbers.append(4.0)
    assert np.array_equal(repeat(draws, x=x)["x"], x)


def test_generators_of_others_can_be_seeded_by_it() -> None:
    """Python's own, and numpy's by `spawn`, which take nothing from the stream but a number."""
    one, two = Draws(12), Draws(12)
    mine, yours = (random.Random(int(draws.integers(2**32))) for draws in (one, two))
    assert mine.sample(WORDS, 2) == yours.sample(WORDS, 2)
    assert one.spawn(1)[0].normal() == two.spawn(1)[0].normal()
    assert one.normal() == two.normal()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("chioce", "did you mean rng.choice?"),
        ("randint", "did you mean rng.integers?"),
        ("choices", "did you mean rng.choice?"),
        ("frobnicate", "it is numpy's Generator"),
    ],
)
def test_a_method_that_does_not_exist_is_named(name: str, advice: str) -> None:
    """With the nearest one, also for names of Python's `random`."""
    with pytest.raises(AttributeError, match=f"rng has no method '{name}'; {advice}"):
        getattr(Draws(1), name)


STEPS = st.lists(
    st.sampled_from(["normal", "integers", "choice", "shuffle", "permute", "words", "fill"]),
    max_size=8,
)


@given(STEPS, st.integers(0, 2**32))
def test_any_sequence_of_draws_is_drawn_again(steps: list[str], seed: int) -> None:
    """Each array that is left as it was drawn; the others are not said to be drawn."""
    draws = Draws(seed)
    arrays: list[np.ndarray[Any, Any]] = [draws.uniform(size=4)]
    for step in steps:
        match step:
            case "normal":
                arrays.append(draws.normal(size=(2, 2)))
            case "integers":
                arrays.append(draws.integers(-3, 3, size=5))
            case "choice":
                arrays.append(draws.choice(arrays[-1], size=3))
            case "shuffle":
                draws.shuffle(arrays[-1])
            case "permute":
                arrays.append(draws.permutation(arrays[0]))
            case "words":
                draws.choice(WORDS, size=2)
            case "fill":
                arrays[-1][...] = 0
    drawn = {f"x{place}": array for place, array in enumerate(arrays) if draws.drew(array)}
    again = repeat(draws, **drawn)
    for name, array in drawn.items():
        assert np.array_equal(again[name], array)
