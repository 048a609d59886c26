"""Which checks `grade verify` grades a wrong way or another right way with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.engine import Grader
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.testing.catalogue import load_catalogue
from grader.verify.reach import draw_sample, find_reached, remove


@pytest.mark.parametrize("kind", ["misconceptions", "variants"])
def test_the_sample_has_an_entry_of_each_function_and_form(course: Course, kind: str) -> None:
    """An edit and a whole implementation bring different helpers with them."""
    for exercise in course.exercises:
        entries = load_catalogue(course.suites, exercise.name, kind)
        sample = [(entry.function, entry.edited is None) for entry in draw_sample(entries)]
        assert sorted(sample) == sorted({(e.function, e.edited is None) for e in entries})


def test_a_function_that_needs_another_is_reached(grade: Callable[..., ScoreReport]) -> None:
    """Without it, the other loses points as well; and a function reaches itself."""
    needs = "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
    needs += "\ndef sigmoid_prime(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n"
    whole = find_reached("sigmoid", grade(activations=needs))
    without = find_reached("sigmoid", grade(activations=remove("sigmoid", needs)))
    assert "sigmoid" in whole
    assert set(without) - set(whole) == {"sigmoid_prime"}


def test_the_checks_of_one_function_are_graded_as_among_all(
    grader: Grader, grade: Callable[..., ScoreReport], solution: Callable[[str], str]
) -> None:
    """The same inputs, outcomes and names of mistakes, and nothing else is scored."""
    source = f"{solution('activations')}\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n"
    submission = Submission("test", (SourceFile("activations.py", source.encode()),))
    alone = grader.grade(submission, exercises=("activations",), functions=("sigmoid",))
    among = [f for f in grade(activations=source).functions() if f.name == "sigmoid"]
    assert [f.name for f in alone.functions()] == ["sigmoid"]
    assert [f.score_c for f in alone.functions()] == [f.score_c for f in among]
    assert alone.max_score_c == among[0].max_score_c

    def seen(report_checks: list) -> list:
        return [
            (s.check.id, s.score_c, s.outcome.feedback, s.outcome.misconception)
            for s in report_checks
        ]

    assert seen(list(alone.checks())) == seen(list(among[0].checks))
    assert any(scored.outcome.misconception for scored in alone.checks())
