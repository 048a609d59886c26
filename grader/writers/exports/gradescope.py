"""``results.json`` for Gradescope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.report import CheckPayload, ReportPayload, to_json
from grader.sanitize import clean_line
from grader.writers.audience import for_students
from grader.writers.words import origin_of, troubles_of, words_of

_MAX_OUTPUT = 20_000  # characters; Gradescope cuts at 100 000


def write_gradescope(payload: ReportPayload) -> bytes:
    """Return the results of one submission, one test a check.

    Hidden checks are shown once grades are published. Until then Gradescope shows no
    total, so none is said in words either.

    Parameters
    ----------
    payload : ReportPayload
        The report.

    Returns
    -------
    bytes
        What belongs into ``/autograder/results/results.json``.
    """
    shown = for_students(payload)
    origin = origin_of(shown)
    results = {
        "score": shown["score"],
        "execution_time": shown["duration_s"],
        "output": troubles_of(shown) or f"{origin['course']} {origin['course_version']}",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "tests": [*_tests(shown), *_hidden_row(shown)],
        "extra_data": origin,
    }
    return to_json(results).encode()


def _tests(payload: ReportPayload) -> Iterator[dict[str, Any]]:
    for e, exercise in enumerate(payload["exercises"], 1):
        for f, function in enumerate(exercise["functions"], 1):
            for c, check in enumerate(function["checks"], 1):
                yield _test(check, f"{e}.{f}.{c}", clean_line(exercise["name"]))


def _test(check: CheckPayload, place: str, tag: str) -> dict[str, Any]:
    return {
        "score": check["score"],
        "max_score": check["max_score"],
        "status": "passed" if check["outcome"] == "passed" else "failed",
        "name": f"{check['id']}: {clean_line(check['title'])}",
        "number": place,
        "output": words_of(check, _MAX_OUTPUT),
        "tags": [tag],
        "visibility": "visible" if check["visibility"] == "visible" else "after_published",
    }


def _hidden_row(payload: ReportPayload) -> Iterator[dict[str, Any]]:
    checks = [c for e in payload["exercises"] for f in e["functions"] for c in f["checks"]]
    count = sum(check["visibility"] == "hidden" for check in checks)
    if count:
        yield {
            "status": "passed",
            "name": f"{count} more checks are hidden",
            "output": "Their results and the total are shown once grades are published.",
            "visibility": "visible",
        }
