"""Answers that a suite may not expect: mistakes of the student's, and no faults of the grader."""

from __future__ import annotations

from collections.abc import Callable

from support.scores import faults, losses

from grader.engine import Grader
from grader.records import SourceFile, Submission

EVERY_SECOND_ON_ITS_SIDE = """

def he_init(n_in, n_out, rng, _count=[0]):
    _count[0] += 1
    weights = rng.normal(size=(n_in, n_out)) * np.sqrt(2 / n_in)
    return weights.T if _count[0] % 2 else weights
"""


def test_matrices_of_two_shapes_are_a_mistake(
    impatient_grader: Grader, solution: Callable[[str], str]
) -> None:
    """They are not one array together; which one of them is right is not known."""
    text = solution("training") + EVERY_SECOND_ON_ITS_SIDE
    work = Submission("x", (SourceFile("training.py", text.encode()),))
    report = impatient_grader.grade(work, exercises=("training",))
    assert not faults(report)
    assert losses(report)["he_init"]
    words = [s.outcome.feedback.wrong for s in report.checks() if s.check.function == "he_init"]
    assert any("come back in two shapes" in text for text in words)
