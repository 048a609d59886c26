"""What is worth saying of a function, in whatever format it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from grader.report import CheckPayload, FunctionPayload, ReportPayload, Scored
from grader.writers.points import number

State = Literal["passed", "failed", "absent"]

_TROUBLE = ("failed", "error", "timeout")


def state_of(function: FunctionPayload) -> State:
    """Return whether a function has all its points, lost some, or is not there yet."""
    outcomes = {check["outcome"] for check in function["checks"] if check["max_score"]}
    if function["score"] == function["max_score"]:
        return "passed"
    return "absent" if outcomes <= {"not_implemented", "not_run"} else "failed"


def points_of(scored: Scored) -> str:
    """Return what was earned of what there is: 1.5 / 2."""
    return f"{number(scored['score'])} / {number(scored['max_score'])}"


def summarise(function: FunctionPayload) -> str:
    """Return what a function's line says beside its points."""
    counted = [check for check in function["checks"] if check["max_score"]]
    outcomes = {check["outcome"] for check in counted}
    if outcomes == {"not_implemented"}:
        return counted[0]["message"]
    lost = [c for c in counted if c["outcome"] != "passed"]
    if not lost:
        return ""
    checks = "check" if len(counted) == 1 else "checks"
    return f"{len(counted) - len(lost)} of {len(counted)} {checks} passed"


def find_troubles(function: FunctionPayload) -> Iterator[tuple[CheckPayload, list[str]]]:
    """Yield checks to show, each with the names of others in exactly the same trouble."""
    seen: dict[str, list[str]] = {}
    shown: list[tuple[CheckPayload, list[str]]] = []
    for check in function["checks"]:
        if check["outcome"] not in _TROUBLE:
            continue
        trouble = _trouble(check)
        if trouble and trouble in seen:
            seen[trouble].append(check["id"].rsplit("/", 1)[1])
            continue
        same: list[str] = []
        seen[trouble] = same
        shown.append((check, same))
    yield from shown


def can_be_hinted_at(payload: ReportPayload) -> bool:
    """Return whether ``grade hint`` has more to say than that there is nothing to hint at.

    A first hint need not be there: a kit knows no misconceptions, and gives none where all
    that was observed is a wrong value; for that there is a second one.
    """
    return any(
        check["diagnosis"] or check["outcome"] in ("error", "timeout")
        for exercise in payload["exercises"]
        for function in exercise["functions"]
        for check in function["checks"]
        if check["outcome"] in _TROUBLE
    )


def _trouble(check: CheckPayload) -> str:
    """Return the part of a message that is the same wherever the same thing happens."""
    trouble: list[str] = []
    for line in check["message"].splitlines():
        if line.startswith(("Raised", "Ended", "Waited")) or (trouble and line.startswith(" ")):
            trouble.append(line)
        elif trouble:
            break
    return "\n".join(trouble)


def describe_rest(payload: ReportPayload, max_score: float) -> str:
    """Say how many points a kit without hidden checks cannot decide.

    Parameters
    ----------
    payload : ReportPayload
        Of the checks that could be run.
    max_score : float
        What the whole course is out of.
    """
    rest = number(max_score - payload["max_score"])
    return (
        f"{number(payload['score'])} of {number(payload['max_score'])} visible points; "
        f"{rest} of {number(max_score)} points are decided by your instructor's run."
    )
