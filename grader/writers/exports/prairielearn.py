"""``results.json`` for PrairieLearn's external graders."""

from __future__ import annotations

from typing import Any

from grader.errors import ExportError
from grader.report import CheckPayload, ReportPayload, to_json
from grader.sanitize import clean_line
from grader.writers.audience import for_students
from grader.writers.words import points_of, troubles_of, words_of

MAX_RESULTS = 1024 * 1024  # bytes; a larger file fails the job
_WORDS = (4_000, 1_000, 300, 80, 0)  # characters said of each check; the first that fits


def write_prairielearn(payload: ReportPayload) -> bytes:
    """Return the results of one submission, one test a check, in at most 1 MiB.

    Parameters
    ----------
    payload : ReportPayload
        The report. Where nothing of it could be loaded the submission counts as invalid,
        which costs the student no attempt.

    Returns
    -------
    bytes
        What belongs into ``/grade/results/results.json``. Words are shortened where it
        would be too large, scores never.

    Raises
    ------
    ExportError
        If even without words it is too large.
    """
    shown = for_students(payload)
    for limit in _WORDS:
        content = to_json(_results(shown, limit)).encode()
        if len(content) <= MAX_RESULTS:
            return content
    raise ExportError(
        "the report has too many checks for PrairieLearn's 1 MiB; "
        "grade fewer exercises in one question with --exercise"
    )


def _results(payload: ReportPayload, limit: int) -> dict[str, Any]:
    troubles = troubles_of(payload, limit)
    results: dict[str, Any] = {
        "gradable": any(e["status"] == "graded" for e in payload["exercises"]),
        "score": round(payload["percent"] / 100, 4),
        "message": "\n".join(filter(None, (f"{points_of(payload)} points", troubles))),
        "tests": [
            _test(check, limit)
            for exercise in payload["exercises"]
            for function in exercise["functions"]
            for check in function["checks"]
        ],
    }
    if not results["gradable"]:
        results["format_errors"] = [troubles or "Nothing of the course could be loaded."]
    return results


def _test(check: CheckPayload, limit: int) -> dict[str, Any]:
    return {
        "name": check["id"],
        "description": clean_line(check["title"]),
        "points": check["score"],
        "max_points": check["max_score"],
        "message": words_of(check, limit) if limit else "",
    }
