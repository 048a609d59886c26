"""What `grade verify` finds in the report of a grading."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from grader.examiner.examination import Examination
from grader.records import Outcome, ScoreReport
from grader.verify.judges import judge_faults, judge_pair

UNKNOWN = "import numpy as np\n\ndef sigmoid(z):\n    return np.cosh(z) / 7\n"
NAMED = "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(z))\n"


def test_a_pair_that_is_not_named_is_a_finding(grade: Callable[..., ScoreReport]) -> None:
    """Points are lost, and nothing is diagnosed."""
    (finding,) = judge_pair(grade(activations=UNKNOWN))
    assert finding.startswith("neither is diagnosed: ")
    assert list(judge_pair(grade(activations=NAMED))) == []


def test_a_diagnosis_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check of the submission has the reason, and it is found once."""

    def fails(*_: Any) -> dict[str, Any]:
        raise RuntimeError("it is broken")

    outcomes = [Outcome(name, "failed") for name in ("a", "b")]
    monkeypatch.setattr(Examination, "_record", lambda *_: {})
    monkeypatch.setattr(Examination, "_add_credit", lambda *_: outcomes)
    monkeypatch.setattr(Examination, "_diagnose", fails)
    monkeypatch.setattr("grader.examiner.examination.read_outcomes", lambda *_: outcomes)
    course = SimpleNamespace(provided=())
    examination = Examination(SimpleNamespace(checks={}, items=[], course=course), {}, "seed")
    found = examination.run(lambda _: None, lambda _: (), lambda _: None)
    assert [(outcome.check_id, outcome.outcome) for outcome in found] == [
        ("a", "failed"),
        ("b", "failed"),
    ]
    report = SimpleNamespace(checks=lambda: [SimpleNamespace(outcome=one) for one in found])
    (finding,) = judge_faults(report)
    assert finding.startswith("the diagnosis failed: RuntimeError: it is broken")
