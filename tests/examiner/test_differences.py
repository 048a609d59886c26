"""Automatic differentiation without a rule: what empty classes and differences earn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.samples import sample

from grader.records import ScoreReport

ATTACK = (Path(__file__).resolve().parents[1] / "attacks" / "differences.py").read_text("utf-8")
LINE = 'STENCIL, STEP, STRIPS = STENCILS["two points"], 1e-5, False'
ASKED = ("Dual", "Value")


def earned(report: ScoreReport) -> dict[str, float]:
    """Return the part of its points that each class earns."""
    found = {f.name: f.score_c / f.max_score_c for f in report.functions()}
    return {name: found[name] for name in ASKED}


def test_empty_classes_earn_nothing(grade_unnamed: Callable[..., ScoreReport]) -> None:
    """Not even the properties, which a class without content has."""
    empty = "class Dual: ...\n\n\nclass Value: ...\n"
    accepting = "class Dual:\n    a = b = 0.0\n    def __init__(self, *args): ...\n"
    accepting += (
        "    def __getattr__(self, name): return 0.0\n" + "Value = type('Value', (Dual,), {})"
    )
    for source in (empty, accepting):
        assert earned(grade_unnamed(autodiff=source)) == {"Dual": 0.0, "Value": 0.0}


STEPS = [(1e-7, False), (1e-5, False), (1e-3, False), (1e-3, True), (1.0, True), (1e6, False)]


CASES = [
    (f"{stencil}, {step:g}{', strips' * strips}", (stencil, step, strips))
    for step, strips in STEPS
    for stencil in ("two points", "four points", "eight points")
]


@pytest.mark.parametrize(("stencil", "step", "strips"), sample(CASES, each=5))
def test_differences_lose_three_quarters(
    stencil: str, step: float, strips: bool, grade_unnamed: Callable[..., ScoreReport]
) -> None:
    """A worker that is taken over sees every operation; float64 differences of them are known.

    Not even where it leaves out of sums and differences the numbers that are far away.
    """
    assert ATTACK.count(LINE) == 1
    chosen = f"STENCIL, STEP, STRIPS = STENCILS[{stencil!r}], {step}, {strips}"
    report = grade_unnamed(autodiff=ATTACK.replace(LINE, chosen))
    passed = {s.check.id for s in report.checks() if s.outcome.outcome == "passed"}
    assert "autodiff/Value/output_grad_is_1" in passed, "the attack was not understood"
    assert all(part <= 0.25 for part in earned(report).values()), earned(report)


def test_the_attack_answers_what_it_is_asked(grade_unnamed: Callable[..., ScoreReport]) -> None:
    """Its values are right: what it loses, it loses for its derivatives."""
    report = grade_unnamed(autodiff=ATTACK)
    outcomes = {s.check.id: s.outcome for s in report.checks()}
    for name, derivative in (("Dual", "y.b"), ("Value", "x.grad")):
        outcome = outcomes[f"autodiff/{name}/quotient"]
        assert outcome.outcome == "failed"
        assert outcome.feedback.wrong.startswith(derivative)


DIFFERENCES = {
    "of numbers": "(f(x + 1e-5) - f(x - 1e-5)) / 2e-5",
    "of a complex number": "f(complex(x, 1e-20)).imag / 1e-20",
    "of a number of its own": "f(Number(x)).imag / 1e-20",
    "of an array": "f(np.array([x, x + 1e-5]))[0]",
    "of duals": "(f(Dual(x + 1e-5)).a - f(Dual(x - 1e-5)).a) / 2e-5",
}


@pytest.mark.parametrize("answer", DIFFERENCES.values(), ids=DIFFERENCES)
def test_a_formula_takes_a_dual_at_x_and_nothing_else(
    answer: str, grade: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """Plain and complex numbers are refused, and so is every other place."""
    source = (
        solution("autodiff")
        + f"""

import numpy as np

class Number(complex):
    a = property(lambda self: self.real)

    def __new__(cls, x):
        return complex.__new__(cls, x, 1e-20)

def forward_derivative(f, x):
    return {answer}
"""
    )
    report = grade(autodiff=source)
    found = {f.name: f.score_c for f in report.functions()}
    assert found["forward_derivative"] == 0
    assert found["Dual"] == 200
    raised = [
        s.outcome.feedback.raised
        for s in report.checks()
        if s.check.function == "forward_derivative"
    ]
    assert all("f takes a Dual" in text or "another place" in text for text in raised)
