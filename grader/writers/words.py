"""Words and numbers about a report, alike in every format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from grader.invocation import find_program
from grader.records import FAILED, Person
from grader.report import (
    ExerciseReport,
    FunctionReport,
    Report,
    Scored,
    SubmissionReport,
    UnexaminedReport,
)
from grader.sanitize import clean, clean_line, quote_path
from grader.seeds import PUBLIC
from grader.writers.feedback import lines_of

State = Literal["passed", "failed", "absent"]


def number(points: float) -> str:
    """Return a number of points with at most two decimals and no trailing zeros."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def points_of(scored: Scored) -> str:
    """Return what was earned of what there is: 1.5 / 2."""
    return f"{number(scored.score)} / {number(scored.max_score)}"


def state_of(function: FunctionReport) -> State:
    """Return whether a function has all its points, lost some, or is not there yet."""
    outcomes = {check.outcome for check in function.checks if check.max_score}
    if function.score == function.max_score:
        return "passed"
    return "absent" if outcomes <= {"not_implemented", "not_run"} else "failed"


def standing_of(exercise: ExerciseReport) -> str:
    """Return an exercise's points, or why it was not graded."""
    if exercise.status == "missing":
        return "not handed in"
    if exercise.status == "unloadable":
        return "cannot be imported"
    return points_of(exercise)


def figures_of(report: Report) -> dict[str, str]:
    """Return ``score``, ``max_score``, ``percent`` and, if it was adjusted, ``total`` as text."""
    names = ["score", "max_score", "percent", *(["total"] if report.adjustments else [])]
    return {name: number(getattr(report, name)) for name in names}


def describe_adjustments(report: Report) -> list[str]:
    """Return a line for each adjustment of the instructor: points, exercise and reason."""
    lines = []
    for one in report.adjustments:
        exercise = f" in {clean_line(one.exercise)}" if one.exercise else ""
        reason = f": {clean_line(one.reason, 400)}" if one.reason else ""
        sign = "-" if one.points < 0 else "+"
        lines.append(f"{sign}{number(abs(one.points))} points{exercise}{reason}")
    return lines


def summarise(function: FunctionReport) -> str:
    """Return the text beside a function's points."""
    counted = [check for check in function.checks if check.max_score]
    if {check.outcome for check in counted} == {"not_implemented"}:
        return counted[0].feedback.wrong
    lost = [check for check in counted if check.outcome != "passed"]
    if not lost:
        # Each has passed, and something else is missing for the points.
        return next((c.feedback.wrong for c in counted if c.score != c.max_score), "")
    costly = [problem for problem in function.problems if not problem.is_advice]
    if costly:
        more = f" (and {len(costly) - 1} more)" if costly[1:] else ""
        return costly[0].what.splitlines()[0] + more
    checks = "check" if len(counted) == 1 else "checks"
    return f"{len(counted) - len(lost)} of {len(counted)} {checks} passed"


def has_hints(report: Report) -> bool:
    """Return whether ``grade hint`` has a hint to give.

    A first hint need not be there: there is none where no misconception is named and all that
    was observed is a wrong value; for that there is a second one.
    """
    return any(
        check.misconception or check.observation or check.outcome in ("error", "timeout")
        for check in report.checks()
        if check.outcome in FAILED
    )


def describe_rest(report: Report, max_score: float | None) -> str:
    """Return how many points, of all ``max_score``, a kit cannot decide, if there are any."""
    if max_score is None or max_score == report.max_score:
        return ""
    rest = number(max_score - report.max_score)
    return (
        f"{number(report.score)} of {number(report.max_score)} visible points; "
        f"your instructor's hidden checks decide {rest} of all {number(max_score)}."
    )


def describe_submission(report: Report, limit: int = 4_000) -> str:
    """Return the notes on a submission and its exercises, such as why one could not be loaded."""
    lines = [f"Adjustment: {line}" for line in describe_adjustments(report)]
    lines += [f"Note: {clean_line(note, 1_000)}" for note in report.submission.notes]
    lines += [
        f"{clean_line(exercise.name)}: {clean_line(' '.join(lines_of(exercise)), 1_000)}"
        for exercise in report.exercises
        if lines_of(exercise)
    ]
    return clean("\n".join(lines), limit)


def origin_of(report: Report) -> dict[str, str]:
    """Return where a score comes from, by name."""
    course, environment = report.course, report.environment
    origin = {
        "course": course.name,
        "course_version": course.version,
        "suite_sha256": course.suite_sha256,
        "submission": report.submission.id,
        "submission_sha256": report.submission.sha256,
        "seed": report.seed.id,
        "isolation": report.isolation.level,
        "grader": environment.grader,
        "started_at": report.started_at,
    }
    return {name: clean_line(value) for name, value in origin.items()}


def names_of(submission: SubmissionReport) -> str:
    """Return the students' names, or else their logins, where they say more than the id."""
    names = [person.name or person.login for person in submission.students]
    return clean_line(", ".join(name for name in names if name and name != submission.id))


def describe_person(person: Person) -> str:
    """Return all that is known of a student, in one line."""
    known = [person.login and f"login {person.login}", person.number and f"number {person.number}"]
    known.append(person.email)
    rest = ", ".join(filter(None, known))
    name = person.name or "name not known"
    return clean_line(f"{name} ({rest})" if rest else name)


class HandedIn(Protocol):
    """What has an attempt and a time: a submission of a report, or a row of a table."""

    @property
    def attempt(self) -> int: ...  # noqa: D102
    @property
    def handed_in_at(self) -> str: ...  # noqa: D102
    @property
    def late(self) -> bool | None: ...  # noqa: D102


def readable_time(time: str) -> str:
    """Return a time in ISO 8601 as people read it: 2026-03-01 14:05 UTC."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return clean_line(time, 40)
    offset = moment.isoformat()[19:] if moment.tzinfo and not moment.microsecond else f"{moment:%z}"
    zone = "UTC" if moment.utcoffset() == timedelta() else offset
    return f"{moment:%Y-%m-%d %H:%M} {zone}".strip()


def when_handed_in(submission: HandedIn) -> str:
    """Return which attempt it is, when it was handed in and whether that was late."""
    facts = [readable_time(submission.handed_in_at)]
    facts.append(f"attempt {submission.attempt}" if submission.attempt > 1 else "")
    facts.append({True: "late", False: "in time", None: ""}[submission.late])
    return clean_line(", ".join(filter(None, facts)))


def reason_of(report: Report | UnexaminedReport) -> str:
    """Return why a submission, or a part of it, has no points; empty where all was graded."""
    if isinstance(report, UnexaminedReport):
        return clean_line(report.submission.notes[-1] if report.submission.notes else "")
    unloadable = [e for e in report.exercises if e.status == "unloadable"]
    reasons = dict.fromkeys(e.message.partition("\n")[0] for e in unloadable)
    if missing := [e.name for e in report.exercises if e.status == "missing"]:
        some = len(missing) < len(report.exercises)
        message = next(e.message for e in report.exercises if e.status == "missing")
        reasons[f"missing: {', '.join(missing)}" if some else message] = None
    return clean_line("; ".join(reasons), 400)


def command(name: str, *paths: Path | str, **options: Path | str | Sequence[str] | None) -> str:
    """Return a command of the grader as a shell takes it.

    An option that is None is left out; one with several values is repeated.
    """
    words = list(map(quote_path, paths))
    for option, value in options.items():
        values = [value] if isinstance(value, str | Path) else value or ()
        words += [word for each in values for word in (f"--{option}", quote_path(each))]
    return " ".join([find_program(), name, *words])


def submit_again(path: Path, course: Path | None, seed: str) -> str:
    """Return the ``grade submit`` that asks the same questions of the same work."""
    typed = [] if path == Path() else [path]  # the current folder is the default
    again = command("submit", *typed, course=course, seed=None if seed == PUBLIC else seed)
    return again if again.isprintable() else command("submit", "PATH")


def grade_again_alone(report: Report, exercise: str, path: str, course: Path | None) -> str:
    """Return the ``grade submit`` that grades one exercise with the same inputs and options."""
    options = {
        "exercise": exercise,
        "seed": None if report.seed.id == PUBLIC else report.seed.repeat_with,
        "isolation": "process" if report.isolation.level == "process" else None,
        "audience": "instructor" if report.audience == "instructor" else None,
    }
    again = command("submit", path, course=course, **options)
    return again if again.isprintable() else command("submit", "PATH", course=course, **options)
