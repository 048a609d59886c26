"""A score report as JSON: the one definition of ``report.json``, written and read back.

The types below are what `report.schema.json` says to the world. What is written for one
audience is built here, and nothing that was not written here is taken for a report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast

import msgspec

from grader.errors import ReportError
from grader.records import (
    Audience,
    CheckScore,
    Environment,
    ExerciseScore,
    Feedback,
    FunctionScore,
    Isolation,
    IsolationLevel,
    OutcomeKind,
    Role,
    ScoreReport,
    Series,
    SeriesKind,
    Status,
    Submission,
    Trace,
    Visibility,
)
from grader.sanitize import clean_line

SCHEMA_VERSION: Literal[1] = 1
MAX_REPORT = 16 * 2**20  # bytes; a report of the whole course has about 150 000

# A list of numbers over several lines. In JSON no text has a line break, so none is in it.
_NUMBERS = re.compile(r"\[\n[-+0-9.eE,\snul]*\]")

Points = Annotated[float, msgspec.Meta(ge=0)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Name = Annotated[str, msgspec.Meta(min_length=1)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
CheckId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_]+/[A-Za-z0-9_]+/[A-Za-z0-9_]+$")]
Instant = Annotated[
    str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
ShortText = Annotated[str, msgspec.Meta(max_length=120)]
AtMost4, AtMost16, AtMost64, AtMost512 = (msgspec.Meta(max_length=n) for n in (4, 16, 64, 512))


class CoursePayload(TypedDict):
    """Which course graded, and a digest of its suites."""

    name: Name
    version: Name
    suite_sha256: Sha256


class FilePayload(TypedDict):
    """One file that was handed in."""

    name: Name
    sha256: Sha256


class SubmissionPayload(TypedDict):
    """What was handed in, and by whom."""

    id: str
    sha256: Sha256
    files: list[FilePayload]
    notes: list[str]


class TracePayload(TypedDict):
    """One line, row of bars or grid of a series."""

    role: Role
    name: ShortText
    x: Annotated[list[float | None], AtMost512]
    y: Annotated[list[float | None], AtMost512]
    z: Annotated[list[Annotated[list[float | None], AtMost64]], AtMost64]


class SeriesPayload(TypedDict):
    """Numbers that a check saw and that can be drawn."""

    kind: SeriesKind
    title: ShortText
    x_name: ShortText
    y_name: ShortText
    traces: Annotated[list[TracePayload], AtMost16]


class CheckPayload(TypedDict):
    """One check: what was seen, what it earned, and what is said about it."""

    id: CheckId
    title: Name
    visibility: Visibility
    outcome: OutcomeKind
    score: Points
    max_score: Points
    message: str
    hint: str
    diagnosis: str | None
    duration_s: Seconds
    series: NotRequired[Annotated[list[SeriesPayload], AtMost4]]


class FunctionPayload(TypedDict):
    """One function and its checks."""

    name: Name
    score: Points
    max_score: Points
    checks: list[CheckPayload]


class ExercisePayload(TypedDict):
    """One exercise and its functions."""

    name: Name
    title: Name
    status: Status
    message: str
    score: Points
    max_score: Points
    functions: list[FunctionPayload]


class IsolationPayload(TypedDict):
    """What kept the student's code apart."""

    level: IsolationLevel
    filesystem: str
    network: str
    processes: str
    memory_mib: AtLeastOne | None
    cpu_s: AtLeastOne | None
    wall_s: Annotated[float, msgspec.Meta(gt=0)]


class SeedPayload(TypedDict):
    """Which inputs were drawn, and for whom."""

    id: Name
    derived_for: str | None


class EnvironmentPayload(TypedDict):
    """The versions that the score was computed with."""

    grader: str
    python: str
    numpy: str
    pytest: str
    platform: str


class ReportPayload(TypedDict):
    """A whole report, for one audience."""

    schema_version: Literal[1]
    course: CoursePayload
    submission: SubmissionPayload
    score: Points
    max_score: Points
    percent: Percent
    exercises: list[ExercisePayload]
    isolation: IsolationPayload
    seed: SeedPayload
    environment: EnvironmentPayload
    started_at: Instant
    duration_s: Seconds


# Whatever has points: a report, an exercise, a function or a check.
Scored = ReportPayload | ExercisePayload | FunctionPayload | CheckPayload


def build_payload(report: ScoreReport, audience: Audience = "instructor") -> ReportPayload:
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
    ReportPayload
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
        "submission": _submission(report.submission),
        "score": _points(report.score_c),
        "max_score": _points(report.max_score_c),
        "percent": report.percent,
        "exercises": [_exercise(e, audience, feedback) for e in report.exercises],
        "isolation": _isolation(report.isolation),
        "seed": {"id": report.seed.id, "derived_for": report.seed.derived_for},
        "environment": _environment(report.environment),
        "started_at": report.started_at,
        "duration_s": round(report.duration_s, 3),
    }


def to_json(payload: Mapping[str, object]) -> str:
    """Return a payload as JSON text, without NaN, ending with a new line."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
    # json's own indentation takes ten times as long.
    return _NUMBERS.sub(_in_a_row, msgspec.json.format(text, indent=2)) + "\n"


def _in_a_row(column: re.Match[str]) -> str:
    return " ".join(column.group().split()).replace("[ ", "[").replace(" ]", "]")


def read_payload(path: Path) -> ReportPayload:
    """Read a report that `to_json` wrote, and refuse everything else.

    Parameters
    ----------
    path : Path
        A file such as ``report.json`` or ``out/reports/<id>.json``.

    Returns
    -------
    ReportPayload
        Of the types above, its points adding up. Fields that a report does not have are
        left out.

    Raises
    ------
    ReportError
        If there is no such file, or it is no report of this version; one line says what it
        is instead and what to do.
    """
    found = _read_json(path)
    try:
        payload = msgspec.convert(found, ReportPayload)
    except msgspec.ValidationError as error:
        raise ReportError(_say_what_it_is(path, found, error)) from error
    for fault in _faults(payload):
        raise ReportError(f"{path}: {fault}; grade the submission again")
    return payload


def recall_payload(path: Path) -> ReportPayload | None:
    """Return the report that lies at a path, or None where there is none to go by.

    Parameters
    ----------
    path : Path
        Where a new report is about to be written.
    """
    if not path.is_file():
        return None
    try:
        return read_payload(path)
    except ReportError:
        # Whatever it is, it is about to be replaced; it only cannot be compared with.
        return None


def _read_json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_REPORT + 1)
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read: {error.strerror}; give a report.json, "
            "which `grade submit` and `grade batch` write"
        ) from error
    if len(content) > MAX_REPORT:
        raise ReportError(f"{path} is no report: it is larger than {MAX_REPORT // 2**20} MiB")
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReportError(
            f"{path} is no JSON; give a report that `grade submit` or `grade batch` wrote"
        ) from error


def _say_what_it_is(path: Path, found: Any, error: msgspec.ValidationError) -> str:
    if isinstance(found, dict):
        if isinstance(found.get("error"), dict):
            reason = clean_line(str(found["error"].get("message", "no reason given")))
            return f"{path} holds no report but why there is none: {reason}"
        version = found.get("schema_version", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            return (
                f"{path} is a report of version {clean_line(str(version), 20)}, and this grader "
                f"reads version {SCHEMA_VERSION}; grade the submission again"
            )
    return f"{path} is no report: {clean_line(str(error))}; give one that `grade submit` wrote"


def _faults(payload: ReportPayload) -> Iterator[str]:
    """Yield what no type can say: points that do not fit each other, checks that are twice."""
    functions = [f for exercise in payload["exercises"] for f in exercise["functions"]]
    checks = [check for function in functions for check in function["checks"]]
    scored: list[Scored] = [payload, *payload["exercises"], *functions, *checks]
    if any(one["score"] > one["max_score"] for one in scored):
        yield "more points were given than there are"
    sums: list[tuple[Scored, Iterable[Scored]]] = [(payload, payload["exercises"])]
    sums += [(exercise, exercise["functions"]) for exercise in payload["exercises"]]
    sums += [(function, function["checks"]) for function in functions]
    if not all(_adds_up(whole, list(parts)) for whole, parts in sums):
        yield "its points do not add up"
    if payload["max_score"]:
        percent = 100 * payload["score"] / payload["max_score"]
        if abs(percent - payload["percent"]) > 0.02:
            yield "its percentage is not that of its points"
    if len({check["id"] for check in checks}) != len(checks):
        yield "a check is in it twice"
    if len({exercise["name"] for exercise in payload["exercises"]}) != len(payload["exercises"]):
        yield "an exercise is in it twice"


def _adds_up(whole: Scored, parts: list[Scored]) -> bool:
    # Points are hundredths, so half of one is as far as sums of floats may be apart.
    earned = sum(part["score"] for part in parts)
    possible = sum(part["max_score"] for part in parts)
    return abs(earned - whole["score"]) < 0.005 and abs(possible - whole["max_score"]) < 0.005


def _points(hundredths: int) -> float:
    return hundredths / 100


def _submission(submission: Submission) -> SubmissionPayload:
    return {
        "id": submission.id,
        "sha256": submission.sha256,
        "files": [{"name": f.name, "sha256": f.sha256} for f in submission.files],
        "notes": list(submission.notes),
    }


def _isolation(isolation: Isolation) -> IsolationPayload:
    return cast(IsolationPayload, asdict(isolation))


def _environment(environment: Environment) -> EnvironmentPayload:
    return cast(EnvironmentPayload, asdict(environment))


def _exercise(exercise: ExerciseScore, audience: Audience, feedback: Feedback) -> ExercisePayload:
    return {
        "name": exercise.name,
        "title": exercise.title,
        "status": exercise.status,
        "message": exercise.message,
        "score": _points(exercise.score_c),
        "max_score": _points(exercise.max_score_c),
        "functions": [_function(f, audience, feedback) for f in exercise.functions],
    }


def _function(function: FunctionScore, audience: Audience, feedback: Feedback) -> FunctionPayload:
    return {
        "name": function.name,
        "score": _points(function.score_c),
        "max_score": _points(function.max_score_c),
        "checks": [_check(c, audience, feedback) for c in function.checks],
    }


def _check(scored: CheckScore, audience: Audience, feedback: Feedback) -> CheckPayload:
    check, outcome = scored.check, scored.outcome
    with_values = audience == "instructor" or check.visibility == "visible"
    with_words = with_values or feedback != "none"
    with_hint = with_values or feedback == "hint"
    parts = (outcome.message, outcome.detail if with_values else "", outcome.repeat)
    message = "\n".join(filter(None, parts))
    if outcome.outcome == "passed" and not scored.score_c and check.points_c:
        message = "Passed; it earns its points once a check of this function's values passes."
    payload: CheckPayload = {
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
    drawn = [_series(one, with_values=with_values) for one in outcome.series if with_words]
    if kept := [s for s in drawn if {t["role"] for t in s["traces"]} & {"yours", "error"}]:
        payload["series"] = kept
    return payload


def _series(series: Series, *, with_values: bool) -> SeriesPayload:
    shown = [trace for trace in series.traces if with_values or not trace.gives_away]
    return {
        "kind": series.kind,
        "title": series.title,
        "x_name": series.x_name,
        "y_name": series.y_name,
        "traces": [_trace(trace) for trace in shown],
    }


def _trace(trace: Trace) -> TracePayload:
    return {
        "role": trace.role,
        "name": trace.name,
        "x": list(trace.x),
        "y": list(trace.y),
        "z": [list(row) for row in trace.z],
    }
