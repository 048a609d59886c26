"""What a suite expects: what must be refused, what accepted, and in which words."""

from __future__ import annotations

import re
import tracemalloc
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.examiner.checks import Signature, parse_signature
from grader.sandbox.protocol.values import Opaque
from grader.sanitize import clean
from grader.seeds import derive_check_seed, derive_student_seed
from grader.testing.draws import Draws
from grader.testing.expect import (
    CheckFailed,
    close,
    close_after,
    expect,
    fail,
    finite,
    gradient,
    has_shape,
    with_defaults,
)
from grader.testing.gradients import numerical_gradient, numerical_slope
from grader.testing.plain import equal
from grader.testing.results import mapping, sequence

RNG = np.random.default_rng(3)
G = RNG.normal(size=(6, 4))
SIZES = {"N": 6, "D": 5, "H": 4}


def failure(got: Any, want: Any = G, **options: Any) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        close(got, want, "dW", **options)
    return caught.value


def observed(got: Any, want: Any = G, **options: Any) -> str:
    return failure(got, want, **options).observation.text


def identity(got: Any, want: Any = G, **options: Any) -> str:
    return failure(got, want, **options).observation.id


@pytest.mark.parametrize("error", [5e-4, 1e-4])
def test_a_gradient_wrong_by_a_small_fraction_is_refused(error: float) -> None:
    """0.05 % and even 0.01 % in one entry of many is seen."""
    wrong = G.copy()
    wrong[2, 1] *= 1 + error
    with pytest.raises(CheckFailed):
        gradient(wrong, G, "dW")
    with pytest.raises(CheckFailed):
        gradient(G * (1 + error), G, "dW")


def test_a_gradient_within_the_error_of_differences_is_accepted() -> None:
    """Finite differences are right to about 1e-10; so much is granted."""
    gradient(G * (1 + 1e-8), G, "dW")
    gradient(np.zeros(3), np.full(3, 1e-11), "db")


@pytest.mark.parametrize("size", [1e155, 1e200, 1e308])
def test_entries_whose_norm_overflows_are_refused(size: float) -> None:
    """Norms overflow there, and infinity is not less than infinity."""
    with np.errstate(all="ignore"):
        for compare in (close, gradient):
            with pytest.raises(CheckFailed):
                compare(np.full((6, 4), size), G, "dW")
            with pytest.raises(CheckFailed):
                compare(G, np.full((6, 4), np.inf), "dW")


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.longdouble, list])
@pytest.mark.parametrize("compare", [close, gradient])
def test_the_type_of_an_answer_does_not_choose_the_tolerance(compare: Any, kind: Any) -> None:
    """Work in single precision passes as it is, and a wrong answer gains nothing by a cast."""
    cast = np.ndarray.tolist if kind is list else lambda array: array.astype(kind)
    compare(cast(G.astype(np.float32)), G.astype(np.float32), "dW")
    with pytest.raises(CheckFailed):
        compare(cast(G * (1 + 2e-4)), G, "dW")


def test_a_failed_comparison_carries_its_error_in_tolerances() -> None:
    """`grade verify` reads it: 30 tolerances off are 30."""
    assert failure(G + 30 * (2e-6 + 2e-5 * np.abs(G))).error == pytest.approx(30)
    assert failure(None).error is None
    with pytest.raises(CheckFailed) as caught:
        close_after(2, 3.0, 1.0, "w", rtol=0.0, atol=0.1)
    assert caught.value.error == pytest.approx(20)


def test_names_that_declare_a_coincidence_name_no_error() -> None:
    """``"N = D"`` is a declaration, not the name of a size."""
    assert "N times the right answer (N = 6)" in observed(G * 6, sizes={"N": 6})
    assert "N" not in observed(G * 6, sizes={"N = D": 6})


def test_finite_differences_agree_with_calculus() -> None:
    """The oracle itself: a quadratic form, and sin."""
    a = RNG.normal(size=(3, 3))
    x = RNG.normal(size=3)
    numeric = numerical_gradient(lambda v: float(v @ a @ v), x)
    np.testing.assert_allclose(numeric, (a + a.T) @ x, rtol=1e-7)
    np.testing.assert_allclose(numerical_slope(np.sin, x), np.cos(x), rtol=1e-8)


@pytest.mark.parametrize(
    "got",
    [
        G.tolist(),
        tuple(map(tuple, G.tolist())),
        G.astype(np.float32),
        [[np.float64(v) for v in row] for row in G],
        [np.asarray(row, dtype=np.float32) for row in G],
        np.asfortranarray(G),
    ],
)
def test_the_same_numbers_in_another_type_are_accepted(got: Any) -> None:
    """Lists, tuples, float32 and other memory orders are all fair."""
    close(got, G, "dW")


@pytest.mark.parametrize(
    "got",
    [
        None,
        "0.5",
        b"0",
        {},
        {"a": 1},
        object,
        Opaque("Loud", "x"),
        [1, [2, 3]],
        [[None]],
        G + 0j,
        np.full((6, 4), np.nan),
        np.full((6, 4), np.inf),
        np.full((6, 4), "x"),
        [],
        0.0,
        np.zeros((4, 6)),
        np.where(G > 0, np.nan, G),
    ],
)
def test_what_is_not_the_answer_is_refused_with_words(got: Any) -> None:
    """No answer whatever raises anything but CheckFailed."""
    for compare in (close, gradient):
        with pytest.raises(CheckFailed) as caught:
            compare(got, G, "dW")
        assert str(caught.value)


def test_bias_shapes_count_only_where_they_are_asked_for() -> None:
    """(1, n) has the values of (n,); as an exact shape it is another."""
    bias = G[0]
    close(bias[None, :], bias, "db", shape="values")
    close(bias[:, None], bias, "db", shape="values")
    with pytest.raises(CheckFailed):
        close(bias[None, :], bias, "db")
    with pytest.raises(CheckFailed):
        close(G, bias, "db", shape="values")
    has_shape(bias, (4,), "db")
    with pytest.raises(CheckFailed):
        has_shape(bias[None, :], (4,), "db")


def test_observations_are_put_into_words() -> None:
    """Sign, factor with its meaning, transpose, not summed, one row, NaN."""
    assert "opposite sign" in observed(-G)
    assert observed(6 * G, sizes=SIZES) == "dW is exactly N times the right answer (N = 6)"
    assert "-N times" in observed(-6 * G, sizes=SIZES)
    assert "exactly N times" in observed(6 * G, sizes=SIZES)
    assert "1/N" in observed(G / 6, sizes=SIZES)
    assert "N/H" in observed(1.5 * G, sizes=SIZES)
    assert identity(2 * G) == "factor_unnamed"
    assert "transposed" in observed(G.T)
    assert "transposed" in observed(G[:4].T, G[:4])
    assert "summed" in observed(G, G.sum(axis=0))
    assert "row 2 only" in observed(G + np.eye(6)[2][:, None])
    assert "column 1 only" in observed(G + np.eye(4)[1])
    assert "right in row 1, and wrong in all others" in observed(
        G
        + np.arange(24).reshape(6, 4) ** 2 * (np.arange(6) != 1)[:, None]
        + (np.arange(6) != 1)[:, None]
    )
    assert "zero everywhere" in observed(np.zeros_like(G))
    assert "NaN at [0, 0]" in observed(np.full_like(G, np.nan))
    assert identity(G[:, :, None]) == "kept_dimension"
    assert identity(G[:5]) == "wrong_shape"
    assert identity(np.trunc(3 * G), 3 * G) == "truncated"


def test_a_factor_is_hinted_at_only_where_it_means_something() -> None:
    """A single number needs a size or an argument; an odd factor is reported without a hint."""
    assert identity(6.0, 3.0) == "values"
    assert identity(18.0, 3.0, sizes=SIZES) == "factor"
    assert identity(np.full(4, 6.0), np.full(4, 3.0)) == "values"
    assert identity(1.37 * G) == "values"
    assert "is a constant multiple of the right answer" in observed(1.37 * G)
    assert identity(-2 * G) == "factor_unnamed"
    known = {"N": 6, "lr": 0.3, "beta": 0.9}
    assert identity(0.3 * G, sizes=known) == "factor_argument"
    assert "exactly lr times the right answer (lr = 0.3)" in observed(0.3 * G, sizes=known)
    assert "exactly (1 - beta) times the right answer (beta = 0.9)" in observed(
        0.1 * G, sizes=known
    )
    assert "exactly 1/(1 - beta) times" in observed(10 * G, sizes=known)
    assert "exactly 1/sqrt(N) times the right answer (N = 6)" in observed(G / 6**0.5, sizes=known)
    assert identity(G / 2, sizes={"N": 4}) == "factor_unnamed"


def test_what_is_said_of_a_single_number_does_not_give_the_right_one_away() -> None:
    """Neither a factor nor an error, from which it could be computed."""
    assert observed(7.5, 3.0).endswith(" is wrong")
    assert observed(7.5, 0.0).endswith(" is wrong")
    assert observed(3.0 + 1e-4, 3.0).endswith(" is wrong")


def test_powers_ratios_and_sides_are_reported() -> None:
    """A square or root, a factor entry by entry, and the sign by which entries are wrong."""
    positive = np.abs(G) + 0.1
    assert "exactly the root of the right answer" in observed(np.sqrt(positive), positive)
    assert identity(positive**2, positive) == "power"
    assert identity(4.0, 2.0) == "values"
    p = RNG.uniform(0.1, 0.9, size=G.shape)
    text = observed(G * (1 - p) ** 2, sizes={"p": p})
    assert "exactly (1 - p)**2 times the right answer, entry by entry" in text
    z = np.where(np.arange(24).reshape(6, 4) % 3, 1.0, -1.0) * p
    text = observed(np.where(z > 0, G, G + 1), sizes={"z": z})
    assert "right where z > 0, wrong where z < 0" in text
    assert "right where" not in observed(G + (p > 0.5), sizes={"z": z})


STUDENT: Any = SimpleNamespace(calls=[])


def test_a_wrong_default_is_called_that() -> None:
    """Right with the docstring's default passed and wrong without: the default is named."""

    def ask(own_eps: float, own_lr: float) -> Any:
        def attempt(eps: float = own_eps, lr: float = own_lr) -> float:
            close(G * lr + eps, G * 0.1 + 0.5, "w")
            return eps

        return with_defaults(STUDENT, attempt, lr=0.1, eps=0.5)

    def seen(*own: float) -> tuple[str, str]:
        with pytest.raises(CheckFailed) as caught:
            ask(*own)
        return caught.value.observation.id, caught.value.observation.text

    assert ask(0.5, 0.1) == 0.5
    assert seen(0.25, 0.1)[0] == "default"
    assert seen(0.25, 0.1)[1].startswith("right where eps is passed")
    assert seen(0.25, 0.2)[1].startswith("right where lr and eps are passed")
    with pytest.raises(CheckFailed) as caught:
        with_defaults(STUDENT, lambda **_: close(G, G + 1, "w"), eps=0.5)
    assert caught.value.observation.id == "shifted"


def test_a_wrong_default_keeps_what_was_there_and_what_was_expected() -> None:
    """The values are those of the call without the default."""

    def attempt(eps: float = 0.25) -> None:
        close(G * 0.1 + eps, G * 0.1 + 0.5, "w")

    with pytest.raises(CheckFailed) as caught:
        with_defaults(STUDENT, attempt, eps=0.5)
    right = G[0, 0] * 0.1 + 0.5
    assert caught.value.observation.id == "default"
    assert caught.value.values == f"at [0, 0]: got {right - 0.25:.8g}"
    assert caught.value.expected == f"{right:.8g}"


def test_the_place_what_was_there_and_what_was_expected_are_apart() -> None:
    """The first wrong entry, in values; the right one there, in expected; neither in the words."""
    got = G.copy()
    got[1, 2] += 1
    failed = failure(got)
    assert failed.values == f"at [1, 2]: got {G[1, 2] + 1:.8g}"
    assert failed.expected == f"{G[1, 2]:.8g}"
    assert str(failed) == failed.observation.text
    one = failure(2.0, 3.0)
    assert (one.values, one.expected) == ("got 2", "3")
    with pytest.raises(CheckFailed) as caught:
        equal(4, 3, "count")
    assert (caught.value.values, caught.value.expected) == ("got 4", "3")
    shape = failure(G[:5])
    assert (shape.values, shape.expected) == ("", "")


def test_a_suite_can_state_a_condition_of_its_own() -> None:
    """With its words, its values and its observation."""
    expect(True, "unseen")
    with pytest.raises(CheckFailed) as caught:
        expect(False, "the loss rises", "from 1 to 2", "rises")
    assert caught.value.observation == fail("rises", "the loss rises").observation
    assert (caught.value.values, caught.value.expected) == ("from 1 to 2", "")
    with pytest.raises(CheckFailed) as caught:
        expect(False, "the loss rises")
    assert caught.value.observation.id == "property"


def test_words_give_no_value_away() -> None:
    """What is reported of hidden checks has no entry of the right answer in it."""
    for got in (-G, 6 * G, G.T, G + 1, np.zeros_like(G), G[0]):
        text = observed(got)
        assert not [v for v in G.ravel() if f"{v:.4f}"[:6] in text]


def test_sequences_and_mappings_are_looked_at_before_use() -> None:
    """Lengths and keys are checked; anything else is words."""
    assert sequence([1, 2], 2, "result") == [1, 2]
    assert len(sequence(np.zeros((2, 3)), 2, "result")) == 2
    for got in (None, 3.0, "ab", {"a": 1}, [1], np.float64(3)):
        with pytest.raises(CheckFailed):
            sequence(got, 2, "result")
    assert mapping({"b": 1, "a": 2}, ["a", "b"], "result") == {"a": 2, "b": 1}
    for got in (None, [], {"a": 1}, {"a": 1, "b": 2, "c": 3}, {1: 1}):
        with pytest.raises(CheckFailed):
            mapping(got, ["a", "b"], "result")


def test_counts_are_compared_exactly() -> None:
    """A count may come as int, float or array without axes, and as nothing else."""
    for got in (3, 3.0, np.asarray(3)):
        equal(got, 3, "count")
    for got in (4, "3", [3], None, np.array([3]), Opaque("x", "y"), float("nan")):
        with pytest.raises(CheckFailed):
            equal(got, 3, "count")
    np.testing.assert_array_equal(finite([1, 2], "x"), [1.0, 2.0])


def test_a_signature_is_taken_apart() -> None:
    """Names and parameters are read, defaults are not."""
    parsed = parse_signature("leaky_relu(z, alpha=0.01)")
    assert parsed == Signature("leaky_relu", ("z", "alpha"), "leaky_relu(z, alpha=0.01)")
    assert parse_signature("Value").parameters == ()


@pytest.mark.parametrize("got", [["x" * 9, 1.0], [[1.0], [(2.0, b"y")]], "text"])
def test_text_among_numbers_is_refused_before_an_array_is_made_of_it(got: Any) -> None:
    """numpy would make room for the longest text in every entry."""
    with pytest.raises(CheckFailed) as caught:
        close(got, [1.0, 2.0], "w")
    assert caught.value.observation.id == "not_numeric"


def test_a_recipe_can_be_pasted() -> None:
    """numpy's own words for an array, `array([...])`, mean nothing where only `np` is known."""
    draws = Draws(7)
    drawn = draws.permutation(np.array([1, 2, 3]))
    recipe = draws.recipe({"z": drawn})
    assert recipe is not None
    namespace: dict[str, Any] = {"np": np}
    exec("\n".join(recipe), namespace)
    np.testing.assert_array_equal(namespace["z"], drawn)


def test_draws_are_those_of_the_generator_and_can_be_repeated() -> None:
    """A recipe, executed, gives the very arrays."""
    draws = Draws(7)
    first, second = draws.normal(0.0, 2.0, size=(2, 3)), draws.integers(0, 9, size=4)
    plain = np.random.default_rng(7)
    np.testing.assert_array_equal(first, plain.normal(0.0, 2.0, size=(2, 3)))
    np.testing.assert_array_equal(second, plain.integers(0, 9, size=4))
    recipe = draws.recipe({"k": second})
    assert recipe is not None
    namespace: dict[str, Any] = {"np": np}
    exec("\n".join(recipe), namespace)
    np.testing.assert_array_equal(namespace["k"], second)
    assert draws.recipe({"k": second + 1}) is None


def test_seeds_differ_by_secret_student_and_check() -> None:
    """Another secret, another student or another check: another seed; otherwise the same."""

    def seed(secret: str, student: str, check: str) -> int:
        return derive_check_seed(derive_student_seed(secret, student), check)

    parts = [("s", "ada", "a/b/c"), ("t", "ada", "a/b/c"), ("s", "bob", "a/b/c")]
    parts += [("s", "ada", "a/b/d"), ("s", "adaa", "/b/c"), ("sa", "da", "a/b/c")]
    assert len({seed(*part) for part in parts}) == len(parts)
    assert seed(*parts[0]) == seed(*parts[0])
    assert derive_check_seed("public", "a/b/c") == derive_check_seed("public", "a/b/c")


def test_a_students_words_command_neither_a_terminal_nor_a_runner() -> None:
    """Neither finds a command in them."""
    for text in ("::error::x", "a\n::set-output name=x::y", "  ##[error]x", "say ::stop::"):
        cleaned = clean(text)
        assert not re.search(r"(^|\s)::\w", cleaned)
        assert "##[" not in cleaned
    for text in ("a[::2]", "x = y[1::2, ::-1]", "std::sort", "0.5: ok"):
        assert clean(text) == text
    assert clean("\x1b[31mred\x07\u202e") == " [31mred  "
    assert clean("<f at 0x7f3a2b1c>") == "<f at 0x...>"
    assert len(clean("x" * 10**6)) == 400


def test_a_wrong_step_is_placed_among_the_right_ones() -> None:
    """What is right at the first step and wrong at the second is reported as just that."""

    def seen(step: int, got: Any) -> tuple[str, str]:
        with pytest.raises(CheckFailed) as caught:
            close_after(step, got, G, "w")
        if got is not None:
            assert caught.value.expected == f"{G[0, 0]:.8g}"
        return caught.value.observation.id, caught.value.observation.text

    close_after(1, G, G, "w")
    identity, text = seen(1, 2 * G)
    assert (identity, text[:44]) == (
        "factor_unnamed",
        "after the first step, w is exactly 2 times t",
    )
    identity, text = seen(2, 2 * G)
    assert identity == "later_step"
    assert text.startswith("right after the first step, and wrong after step 2: w is exactly 2 ")
    assert seen(3, None)[1].startswith("right after 2 steps, and wrong after step 3: w is None")


SHOWN = {
    "one number": (np.array(3.0), np.array(15.874)),
    "one number in a row": (np.array([1.0]), np.array([15.874])),
    "two numbers": (np.array([1.0, 2.0]), np.array([15.874, 3.3])),
    "equal numbers": (np.ones(6), np.full(6, 15.874)),
    "one wrong entry": (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 15.874])),
    "zeros": (np.zeros(4), np.full(4, 15.874)),
    "opposite signs": (np.array([1.0, -1.0, 1.0]), np.array([15.874, -15.874, 15.874])),
}


@pytest.mark.parametrize(("got", "want"), SHOWN.values(), ids=SHOWN)
def test_words_give_no_single_number_away(got: Any, want: Any) -> None:
    """A factor or an error of one number is that number, and so is that of equal ones."""
    words = observed(got, want)
    assert not re.search(r"[0-9]\.[0-9]", words), words
    assert "times" not in words


def test_an_error_that_overflows_is_not_written() -> None:
    """The norm of very large entries is infinite, and their relative error would be NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        words = observed(G * 1e200, G * -3e200 + 1e199)
    assert "nan" not in words.lower()
    assert "inf" not in words


def test_a_place_is_found_in_arrays_of_many_axes_in_little_memory() -> None:
    """Where the first wrong entry is does not take an index for every wrong entry."""
    got = np.full((1,) * 19 + (2**16,), np.nan, dtype=np.float16)
    tracemalloc.start()
    try:
        text = failure(got, np.zeros(got.shape)).observation.text
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert text == f"dW is NaN at {[0] * 20}"
    assert peak < 4 * 2**20
