"""``results.json`` for Gradescope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.check_report import CheckReport
from grader.report import Report, for_students, to_json
from grader.sanitize import clean_line
from grader.writers.feedback import grade_again, text_of
from grader.writers.words import describe_submission, origin_of

_MAX_OUTPUT = 20_000  # characters; Gradescope cuts at 100 000


def write_gradescope(report: Report) -> bytes:
    """Return ``/autograder/results/results.json`` of one submission, one test a check.

    Hidden checks are shown once grades are published. Until then Gradescope shows no
    total, so no text mentions one either.
    """
    shown = for_students(report)
    origin = origin_of(shown)
    results = {
        "score": shown.total,
        "execution_time": shown.duration_s,
        "output": describe_submission(shown) or f"{origin['course']} {origin['course_version']}",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "tests": [*_tests(shown), *_hidden_row(shown)],
        "extra_data": origin,
    }
    return to_json(results)


def _tests(report: Report) -> Iterator[dict[str, Any]]:
    again = grade_again(report)
    for e, exercise in enumerate(report.exercises, 1):
        for f, function in enumerate(exercise.functions, 1):
            for c, check in enumerate(function.checks, 1):
                yield _test(check, f"{e}.{f}.{c}", clean_line(exercise.name), again)


def _test(check: CheckReport, place: str, tag: str, again: str) -> dict[str, Any]:
    return {
        "score": check.score,
        "max_score": check.max_score,
        "status": "passed" if check.outcome == "passed" else "failed",
        "name": f"{check.id}: {clean_line(check.title)}",
        "number": place,
        "output": text_of(check, _MAX_OUTPUT, again),
        "tags": [tag],
        "visibility": "visible" if check.visibility == "visible" else "after_published",
    }


def _hidden_row(report: Report) -> Iterator[dict[str, Any]]:
    count = sum(check.visibility == "hidden" for check in report.checks())
    if count:
        yield {
            "status": "passed",
            "name": f"{count} more checks are hidden",
            "output": "Their results and the total are shown once grades are published.",
            "visibility": "visible",
        }
