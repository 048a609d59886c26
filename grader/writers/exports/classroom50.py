"""``result.json`` for Classroom 50, whose scores are whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import ExportError
from grader.report import FunctionReport, Report, to_json
from grader.sanitize import clean_line

# Fields of a result, by the variables that they are read from; each is needed.
_FIELDS = {
    "CLASSROOM": "classroom",
    "ASSIGNMENT": "assignment",
    "ASSIGNMENT_TYPE": "assignment_type",
    "OWNER": "owner",
    "SUBMISSION_TAG": "submission",
    "COMMIT_URL": "commit",
    "RELEASE_URL": "release",
    "REVIEW_URL": "review",
    "DATETIME": "datetime",
}
NAMES = (*_FIELDS, "USERNAME", "GITHUB_ACTOR", "GITHUB_ACTOR_ID")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_TAG = re.compile(r"submit/(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2}Z)(?:-.*)?", re.ASCII)


def write_classroom50(report: Report, identity: Mapping[str, str]) -> bytes:
    """Return the ``result.json`` of one submission, one test a function.

    Where a function is worth a fraction of a point all scores are hundredths; otherwise they are
    whole points, the largest remainders rounded up so that they add up to the total, itself
    rounded down.

    Parameters
    ----------
    identity : mapping of str to str
        The variables in `NAMES`, as Classroom 50 gives them to an autograder.

    Raises
    ------
    ExportError
        If a variable is missing or has a value that Classroom 50 would refuse, or the report
        has adjustments.
    """
    if report.adjustments:
        raise ExportError(
            "Classroom 50 adds up the scores of functions, so it has no place for adjustments; "
            "export a report of `grade submit`"
        )
    functions = [(e.name, f) for e in report.exercises for f in e.functions]
    scale = 1 if all(f.max_score.is_integer() for _, f in functions) else 100
    scores = apportion([round(100 * f.score) * scale for _, f in functions])
    result = {
        "schema": "classroom50/result/v1",
        **_identity(identity),
        "graded_at": report.started_at,
        "score": sum(scores),
        "max-score": round(report.max_score * scale),
        "tests": [
            _test(exercise, function, score, round(function.max_score * scale))
            for (exercise, function), score in zip(functions, scores, strict=True)
        ],
    }
    return to_json(result)


def apportion(hundredths: list[int]) -> list[int]:
    """Return whole numbers that add up to the sum of hundredths, rounded down.

    Parts with the largest remainders are rounded up, the others down.
    """
    whole = [part // 100 for part in hundredths]
    missing = sum(hundredths) // 100 - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda i: -(hundredths[i] % 100))
    for index in by_remainder[:missing]:
        whole[index] += 1
    return whole


def _test(exercise: str, function: FunctionReport, score: int, max_score: int) -> dict[str, Any]:
    lost = [c for c in function.checks if c.max_score and c.outcome != "passed"]
    return {
        "test-name": clean_line(f"{exercise}/{function.name}"),
        "passed": function.score == function.max_score,
        "score": score,
        "max-score": max_score,
        "message": "\n".join(f"{c.outcome}: {clean_line(c.title)}" for c in lost),
    }


def _identity(environment: Mapping[str, str]) -> dict[str, Any]:
    values = {name: clean_line(environment.get(name, ""), 2_000) for name in NAMES}
    values["OWNER"] = values["OWNER"] or values["USERNAME"]
    values["REVIEW_URL"] = values["REVIEW_URL"] or values["COMMIT_URL"]
    values["DATETIME"] = values["DATETIME"] or _instant_of(values["SUBMISSION_TAG"])
    _refuse_gaps(values)
    fields: dict[str, Any] = {field: values[name] for name, field in _FIELDS.items()}
    if values["GITHUB_ACTOR"]:
        number = values["GITHUB_ACTOR_ID"]
        known = int(number) if number.isascii() and number.isdigit() else None
        fields["submitted_by"] = {"username": values["GITHUB_ACTOR"], "id": known}
    return fields


def _instant_of(tag: str) -> str:
    """Return when a submission was made, as its tag has it: the same at every grading."""
    found = _TAG.fullmatch(tag)
    return ":".join(found.groups()) if found else ""


def _refuse_gaps(values: Mapping[str, str]) -> None:
    missing = [name for name in _FIELDS if not values[name]]
    if missing:
        raise ExportError(
            f"Classroom 50 needs {', '.join(missing)}: run this in its autograder, which sets "
            f"them, or give --set {missing[0]}=..."
        )
    if values["ASSIGNMENT_TYPE"] not in ("individual", "group"):
        raise ExportError("ASSIGNMENT_TYPE is neither individual nor group")
    if not values["SUBMISSION_TAG"].startswith("submit/"):
        raise ExportError("SUBMISSION_TAG does not begin with submit/")
    if not _INSTANT.fullmatch(values["DATETIME"]):
        raise ExportError("DATETIME is not an instant such as 2026-03-02T10:11:12Z")
