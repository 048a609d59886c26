"""What is said of a report and of a check, alike in every format."""

from __future__ import annotations

from grader.report import CheckPayload, ReportPayload, Scored
from grader.sanitize import clean, clean_line
from grader.writers.points import number


def points_of(scored: Scored) -> str:
    """Return ``1.5 / 2``."""
    return f"{number(scored['score'])} / {number(scored['max_score'])}"


def words_of(check: CheckPayload, limit: int) -> str:
    """Return a check's message and hint, cleaned and bounded."""
    hint = f"Hint    {check['hint']}" if check["hint"] else ""
    return clean("\n".join(filter(None, (check["message"], hint))), limit)


def troubles_of(payload: ReportPayload, limit: int = 4_000) -> str:
    """Return what is said of exercises as wholes: that a module could not be loaded."""
    lines = [
        f"{clean_line(exercise['name'])}: {clean_line(exercise['message'], 1_000)}"
        for exercise in payload["exercises"]
        if exercise["message"]
    ]
    return clean("\n".join(lines), limit)


def origin_of(payload: ReportPayload) -> dict[str, str]:
    """Return where a score comes from, by name, for whoever asks later."""
    course, environment = payload["course"], payload["environment"]
    told = {
        "course": course["name"],
        "course_version": course["version"],
        "suite_sha256": course["suite_sha256"],
        "submission": payload["submission"]["id"],
        "submission_sha256": payload["submission"]["sha256"],
        "seed": payload["seed"]["id"],
        "isolation": payload["isolation"]["level"],
        "grader": environment["grader"],
        "started_at": payload["started_at"],
    }
    return {name: clean_line(value) for name, value in told.items()}
