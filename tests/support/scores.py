"""Reading a score report in tests."""

from __future__ import annotations

from grader.records import ScoreReport


def losses(report: ScoreReport) -> dict[str, int]:
    """Return the hundredths lost, by function that lost any."""
    lost = {
        function.name: function.max_score_c - function.score_c
        for exercise in report.exercises
        for function in exercise.functions
    }
    return {name: points for name, points in lost.items() if points}


def faults(report: ScoreReport) -> list[str]:
    """Return the checks that our own code could not judge; there must never be any."""
    return [
        f"{scored.check.id}: {scored.outcome.detail}"
        for scored in report.checks
        if scored.outcome.diagnosis == "grader_fault"
    ]
