"""A score report as JSON: the payload of ``report.json``, for one audience."""

from __future__ import annotations

import json
from typing import Any

from grader.records import (
    Audience,
    CheckScore,
    ExerciseScore,
    Feedback,
    FunctionScore,
    ScoreReport,
)

SCHEMA_VERSION = 1


def build_payload(report: ScoreReport, audience: Audience = "instructor") -> dict[str, Any]:
    """Return a report as plain data that `report.schema.json` describes.

    Parameters
    ----------
    report : ScoreReport
        The marked submission.
    audience : {"student", "instructor"}
        A student sees a hidden check's title, outcome and score, and, as the course's
        ``hidden_feedback`` allows, its message (``outcome``) and also its hint (``hint``).

    Returns
    -------
    dict
        Ready for `to_json`.
    """
    feedback: Feedback = "hint" if audience == "instructor" else report.course.hidden_feedback
    return {
        "schema_version": SCHEMA_VERSION,
        "course": {
            "name": report.course.name,
            "version": report.course.version,
            "suite_sha256": report.course.suite_sha256,
        },
        "submission": {
            "id": report.submission.id,
            "sha256": report.submission.sha256,
            "files": [{"name": f.name, "sha256": f.sha256} for f in report.submission.files],
        },
        "score": _points(report.score_c),
        "max_score": _points(report.max_score_c),
        "percent": report.percent,
        "exercises": [_exercise(e, audience, feedback) for e in report.exercises],
        "isolation": {n: getattr(report.isolation, n) for n in report.isolation.__slots__},
        "seed": {"id": report.seed.id, "derived_for": report.seed.derived_for},
        "environment": {n: getattr(report.environment, n) for n in report.environment.__slots__},
        "started_at": report.started_at,
        "duration_s": round(report.duration_s, 3),
    }


def to_json(payload: dict[str, Any]) -> str:
    """Return a payload as JSON text, without NaN, ending with a new line."""
    return json.dumps(payload, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _points(hundredths: int) -> float:
    return hundredths / 100


def _exercise(exercise: ExerciseScore, audience: Audience, feedback: Feedback) -> dict[str, Any]:
    return {
        "name": exercise.name,
        "title": exercise.title,
        "status": exercise.status,
        "message": exercise.message,
        "score": _points(exercise.score_c),
        "max_score": _points(exercise.max_score_c),
        "functions": [_function(f, audience, feedback) for f in exercise.functions],
    }


def _function(function: FunctionScore, audience: Audience, feedback: Feedback) -> dict[str, Any]:
    return {
        "name": function.name,
        "score": _points(function.score_c),
        "max_score": _points(function.max_score_c),
        "checks": [_check(c, audience, feedback) for c in function.checks],
    }


def _check(scored: CheckScore, audience: Audience, feedback: Feedback) -> dict[str, Any]:
    check, outcome = scored.check, scored.outcome
    with_values = audience == "instructor" or check.visibility == "visible"
    with_words = with_values or feedback != "none"
    with_hint = with_values or feedback == "hint"
    parts = (outcome.message, outcome.detail if with_values else "", outcome.repeat)
    message = "\n".join(filter(None, parts))
    if outcome.outcome == "passed" and not scored.score_c and check.points_c:
        message = "Passed; it earns its points once a check of this function's values passes."
    return {
        "id": check.id,
        "title": check.title,
        "visibility": check.visibility,
        "outcome": outcome.outcome,
        "score": _points(scored.score_c),
        "max_score": _points(check.points_c),
        "message": message if with_words else "",
        "hint": outcome.hint if with_hint else "",
        "diagnosis": outcome.diagnosis if with_hint else None,
        "duration_s": round(outcome.duration_s, 4),
    }
