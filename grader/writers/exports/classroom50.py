"""``result.json`` for Classroom 50, whose scores are whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import ExportError
from grader.report import FunctionPayload, ReportPayload, to_json
from grader.sanitize import clean_line

NAMES = (
    "CLASSROOM",
    "ASSIGNMENT",
    "ASSIGNMENT_TYPE",
    "OWNER",
    "USERNAME",
    "SUBMISSION_TAG",
    "COMMIT_URL",
    "RELEASE_URL",
    "REVIEW_URL",
    "DATETIME",
    "GITHUB_ACTOR",
    "GITHUB_ACTOR_ID",
)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_TAG = re.compile(r"submit/(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2}Z)(?:-.*)?", re.ASCII)


def write_classroom50(payload: ReportPayload, identity: Mapping[str, str]) -> bytes:
    """Return the result of one submission, one test a function.

    Parameters
    ----------
    payload : ReportPayload
        The report.
    identity : mapping of str to str
        The variables in `NAMES`, as Classroom 50 gives them to an autograder.

    Returns
    -------
    bytes
        What belongs into ``result.json``. Where a function is worth a fraction of a point
        all scores are hundredths; otherwise they are whole points, the largest remainders
        rounded up so that they add up to the total, itself rounded down.

    Raises
    ------
    ExportError
        If a variable is missing or says what Classroom 50 would refuse.
    """
    functions = [(e["name"], f) for e in payload["exercises"] for f in e["functions"]]
    scale = 1 if all(f["max_score"].is_integer() for _, f in functions) else 100
    scores = apportion([round(100 * f["score"]) * scale for _, f in functions])
    result = {
        "schema": "classroom50/result/v1",
        **_identity(identity),
        "graded_at": payload["started_at"],
        "score": sum(scores),
        "max-score": round(payload["max_score"] * scale),
        "tests": [
            _test(exercise, function, score, round(function["max_score"] * scale))
            for (exercise, function), score in zip(functions, scores, strict=True)
        ],
    }
    return to_json(result).encode()


def apportion(hundredths: list[int]) -> list[int]:
    """Return whole numbers that add up to the sum, rounded down, each less than 1 off.

    Parameters
    ----------
    hundredths : list of int
        Parts, in hundredths.

    Returns
    -------
    list of int
        The parts with the largest remainders are rounded up, the others down.
    """
    whole = [part // 100 for part in hundredths]
    missing = sum(hundredths) // 100 - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda i: -(hundredths[i] % 100))
    for index in by_remainder[:missing]:
        whole[index] += 1
    return whole


def _test(exercise: str, function: FunctionPayload, score: int, max_score: int) -> dict[str, Any]:
    lost = [c for c in function["checks"] if c["max_score"] and c["outcome"] != "passed"]
    return {
        "test-name": clean_line(f"{exercise}/{function['name']}"),
        "passed": function["score"] == function["max_score"],
        "score": score,
        "max-score": max_score,
        "message": "\n".join(f"{c['outcome']}: {clean_line(c['title'])}" for c in lost),
    }


def _identity(given: Mapping[str, str]) -> dict[str, Any]:
    said = {name: clean_line(given.get(name, ""), 2_000) for name in NAMES}
    said["OWNER"] = said["OWNER"] or said["USERNAME"]
    said["REVIEW_URL"] = said["REVIEW_URL"] or said["COMMIT_URL"]
    said["DATETIME"] = said["DATETIME"] or _instant_of(said["SUBMISSION_TAG"])
    _refuse_gaps(said)
    fields: dict[str, Any] = {
        "classroom": said["CLASSROOM"],
        "assignment": said["ASSIGNMENT"],
        "assignment_type": said["ASSIGNMENT_TYPE"],
        "owner": said["OWNER"],
        "submission": said["SUBMISSION_TAG"],
        "commit": said["COMMIT_URL"],
        "release": said["RELEASE_URL"],
        "review": said["REVIEW_URL"],
        "datetime": said["DATETIME"],
    }
    if said["GITHUB_ACTOR"]:
        number = said["GITHUB_ACTOR_ID"]
        known = int(number) if number.isascii() and number.isdigit() else None
        fields["submitted_by"] = {"username": said["GITHUB_ACTOR"], "id": known}
    return fields


def _instant_of(tag: str) -> str:
    """Return when a submission was made, which its tag says: the same at every grading."""
    found = _TAG.fullmatch(tag)
    return ":".join(found.groups()) if found else ""


def _refuse_gaps(said: Mapping[str, str]) -> None:
    optional = ("USERNAME", "GITHUB_ACTOR", "GITHUB_ACTOR_ID")
    missing = [name for name in NAMES if name not in optional and not said[name]]
    if missing:
        raise ExportError(
            f"Classroom 50 needs {', '.join(missing)}: run this in its autograder, which sets "
            f"them, or give --set {missing[0]}=..."
        )
    if said["ASSIGNMENT_TYPE"] not in ("individual", "group"):
        raise ExportError("ASSIGNMENT_TYPE is neither individual nor group")
    if not said["SUBMISSION_TAG"].startswith("submit/"):
        raise ExportError("SUBMISSION_TAG does not begin with submit/")
    if not _INSTANT.fullmatch(said["DATETIME"]):
        raise ExportError("DATETIME is no instant such as 2026-03-02T10:11:12Z")
