"""What the checks of a function show together: the meaning of a factor, and where it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from grader.examiner.hints import HINTS
from grader.examiner.together import compare_checks
from grader.records import Feedback, Meaning, Outcome
from grader.sandbox.calls import Call
from grader.testing.expect import CheckFailed, close

G = np.random.default_rng(5).normal(size=(6, 4))


def failed(name: str, got: Any, want: Any, **sizes: Any) -> Outcome:
    with pytest.raises(CheckFailed) as caught:
        close(got, want, "dW", sizes=sizes)
    seen = caught.value.observation
    return Outcome(
        f"a/f/{name}",
        "failed",
        seen.id,
        hint=HINTS.get(seen.id, ""),
        feedback=Feedback(wrong=seen.text),
        meanings=seen.meanings,
    )


def words(outcomes: Sequence[Outcome], calls: Any = None) -> list[str]:
    return [outcome.feedback.wrong for outcome in compare_checks(outcomes, calls or {})]


def test_a_factor_has_the_meaning_that_all_checks_allow() -> None:
    """Where N = C, or where N is 2, the checks with other sizes decide; the hint goes with it."""
    both = failed("square", G / 4, G, N=4, C=4)
    other = failed("values", G / 7, G, N=7, C=3)
    half = failed("two", G / 2, G, N=2, C=3)
    found = compare_checks([both, other, half], {})
    assert [o.feedback.wrong for o in found] == [
        f"dW is exactly 1/N times the right answer (N = {n})" for n in (4, 7, 2)
    ]
    assert {(o.observation, o.hint) for o in found} == {("factor", HINTS["factor"])}


def test_a_factor_that_stays_ambiguous_is_not_named() -> None:
    """Alone, or where every check allows both."""
    alone = [failed("square", G / 4, G, N=4, C=4)]
    twice = [*alone, failed("other", G / 5, G, N=5, C=5)]
    for outcomes in (alone, twice):
        assert set(words(outcomes)) == {"dW is a constant multiple of the right answer"}


def test_a_factor_2_everywhere_is_not_a_size() -> None:
    """One check with N = 2 does not make it N."""
    outcomes = [failed("two", 2 * G, G, N=2), failed("values", 2 * G, G, N=7)]
    assert words(outcomes) == ["dW is exactly 2 times the right answer"] * 2


def test_other_functions_do_not_decide() -> None:
    """Checks are compared within one function."""
    other = failed("values", G / 7, G, N=7, C=3)
    other = Outcome(
        **{f: getattr(other, f) for f in other.__struct_fields__} | {"check_id": "a/g/x"}
    )
    both = failed("square", G / 4, G, N=4, C=4)
    assert words([both, other])[0] == "dW is a constant multiple of the right answer"


def call(*args: Any) -> Call:
    return Call("f", args)


def outcome(name: str, *, right: bool, observation: str = "values") -> Outcome:
    if right:
        return Outcome(f"a/f/{name}", "passed")
    return Outcome(f"a/f/{name}", "failed", observation, feedback=Feedback(wrong="dW is wrong"))


def contrast(right: Sequence[Call], wrong: Sequence[Call], observation: str = "values") -> str:
    outcomes = [outcome(f"r{n}", right=True) for n in range(len(right))]
    outcomes += [outcome(f"w{n}", right=False, observation=observation) for n in range(len(wrong))]
    calls = {o.check_id: (c,) for o, c in zip(outcomes, [*right, *wrong], strict=True)}
    found = compare_checks(outcomes, calls)
    assert all(o.feedback.wrong == "" for o in found[: len(right)])
    texts = {o.feedback.wrong for o in found[len(right) :]}
    assert len(texts) == 1
    return texts.pop().removeprefix("dW is wrong").removeprefix("; ")


def test_which_checks_passed_is_part_of_what_is_wrong() -> None:
    """Square matrices, one row, several rows, longer lists."""
    square, tall, row = np.ones((4, 4)), np.ones((4, 3)), np.ones((1, 3))
    words = "right where no matrix is square, wrong where one is"
    assert contrast([call(tall), call(row)], [call(square)]) == words
    assert (
        contrast([call(row)], [call(tall), call(square)]) == "right for one row, wrong for several"
    )
    assert contrast([call(tall)], [call(row)]) == "right for several rows, wrong for one"
    lists = [call([np.ones(3)] * n) for n in range(1, 5)]
    words = "right for lists of at most 2, wrong for lists of 3"
    assert contrast(lists[:2], lists[2:]) == words


def test_without_a_clear_difference_nothing_is_added() -> None:
    """Too few checks, no matrix, both kinds on both sides, a call that was not kept."""
    square, tall, row = np.ones((4, 4)), np.ones((4, 3)), np.ones((1, 3))
    assert contrast([call(tall)], [call(square)]) == ""
    assert contrast([call(2.0), call(3.0)], [call(square)]) == ""
    assert contrast([call(tall), call(square)], [call(square)]) == ""
    assert contrast([call(row)], [call(tall)], "factor") == ""
    outcomes = [outcome("r", right=True), outcome("w", right=False), outcome("x", right=True)]
    calls = {"a/f/r": (call(row),), "a/f/w": (call(tall),), "a/f/x": ()}
    assert compare_checks(outcomes, calls)[1].feedback.wrong == "dW is wrong"


def test_every_outcome_comes_back_in_its_place() -> None:
    """None is lost, and none that passed is changed."""
    meaning = Meaning("1/N", 0, "factor", "x is exactly 1/N times the right answer")
    outcomes = [
        Outcome("a/f/one", "passed"),
        Outcome("a/g/two", "error"),
        Outcome("a/f/three", "failed", "factor", meanings=(meaning,)),
    ]
    assert compare_checks(outcomes, {}) == tuple(outcomes)
