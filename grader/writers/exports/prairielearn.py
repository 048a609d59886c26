"""``results.json`` for PrairieLearn's external graders."""

from __future__ import annotations

from typing import Any

from grader.check_report import CheckReport
from grader.errors import ExportError
from grader.report import Report, for_students, to_json
from grader.sanitize import clean_line
from grader.writers.feedback import grade_again, text_of
from grader.writers.words import describe_submission, points_of

MAX_RESULTS = 1024 * 1024  # bytes; a larger file fails the job
_WORDS = (4_000, 1_000, 300, 80, 0)  # characters about each check; the first that fits


def write_prairielearn(report: Report) -> bytes:
    """Return ``/grade/results/results.json`` of one submission, one test a check, at most 1 MiB.

    Where nothing of it could be loaded the submission counts as invalid, which costs the student
    no attempt. Words are shortened where it would be too large, scores never.

    Raises
    ------
    ExportError
        If even without words it is too large.
    """
    shown = for_students(report)
    for limit in _WORDS:
        content = to_json(_results(shown, limit))
        if len(content) <= MAX_RESULTS:
            return content
    raise ExportError(
        "the report has too many checks for PrairieLearn's 1 MiB; "
        "grade fewer exercises in one question with --exercise"
    )


def _results(report: Report, limit: int) -> dict[str, Any]:
    problems = describe_submission(report, limit)
    results: dict[str, Any] = {
        "gradable": any(e.status == "graded" for e in report.exercises),
        "score": _fraction(report),
        "message": "\n".join(filter(None, (f"{points_of(report)} points", problems))),
        "tests": [_test(check, limit, grade_again(report)) for check in report.checks()],
    }
    if not results["gradable"]:
        results["format_errors"] = [problems or "Nothing of the course could be loaded."]
    return results


def _fraction(report: Report) -> float:
    if not report.adjustments:
        return round(report.percent / 100, 4)
    return round(min(report.total / (report.max_score or 1), 1), 4)  # more is an error there


def _test(check: CheckReport, limit: int, again: str) -> dict[str, Any]:
    return {
        "name": check.id,
        "description": clean_line(check.title),
        "points": check.score,
        "max_points": check.max_score,
        "message": text_of(check, limit, again) if limit else "",
    }
