"""Reading a score report in tests."""

from __future__ import annotations

from grader.examiner.feedback import FAULT
from grader.records import ScoreReport


def losses(report: ScoreReport) -> dict[str, int]:
    """Return the hundredths lost, by function that lost any."""
    lost = {f.name: f.max_score_c - f.score_c for f in report.functions()}
    return {name: points for name, points in lost.items() if points}


def faults(report: ScoreReport) -> list[str]:
    """Return the checks that our own code could not judge; there must never be any."""
    return [
        f"{scored.check.id}: {scored.outcome.feedback.fault}"
        for scored in report.checks()
        if scored.outcome.observation == FAULT
    ]
