"""What an instructor's report must not carry into a system that students look at."""

from __future__ import annotations

from grader.report import CheckPayload, ExercisePayload, FunctionPayload, ReportPayload

_VALUES = "Values  "  # the label of what only an instructor is told of a hidden check
_GIVING_AWAY = {"right", "error"}  # of a hidden check's series


def for_students(payload: ReportPayload) -> ReportPayload:
    """Return a report without the words of its hidden checks, if they hold values.

    A student's report is returned as it is: its words are those that the course allows.
    """
    if not tells_values(payload):
        return payload
    return {**payload, "exercises": [_exercise(e) for e in payload["exercises"]]}


def tells_values(payload: ReportPayload) -> bool:
    """Return whether a report says what its hidden checks expect."""
    checks = (c for e in payload["exercises"] for f in e["functions"] for c in f["checks"])
    return any(_tells(check) for check in checks)


def _tells(check: CheckPayload) -> bool:
    if check["visibility"] == "visible":
        return False
    roles = {trace["role"] for one in check.get("series", ()) for trace in one["traces"]}
    lines = check["message"].splitlines()
    return bool(roles & _GIVING_AWAY) or any(line.startswith(_VALUES) for line in lines)


def _exercise(exercise: ExercisePayload) -> ExercisePayload:
    return {**exercise, "functions": [_function(f) for f in exercise["functions"]]}


def _function(function: FunctionPayload) -> FunctionPayload:
    return {**function, "checks": [_check(c) for c in function["checks"]]}


def _check(check: CheckPayload) -> CheckPayload:
    if check["visibility"] == "visible":
        return check
    told: CheckPayload = {**check, "message": "", "hint": "", "diagnosis": None}
    told.pop("series", None)
    return told
