"""The few words and numbers of a report that an export keeps, so that a class fits in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.records import Person, SubmissionStatus
from grader.report import Report, UnexaminedReport, for_students
from grader.sanitize import clean_line
from grader.writers.feedback import lines_of
from grader.writers.words import describe_adjustments, points_of

_MAX_REASON = 300
_MAX_COMMENT = 800
_MAX_WRONG = 200


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one submission.

    Parameters
    ----------
    status : str
        As in the report.
    reason : str
        Why the submission has no score, or could not be loaded; or an empty string.
    score, total : float or None
        As graded, and with the instructor's adjustments; None where there is none.
    exercises : dict of str to float
        The points of each.
    isolation, course, course_version, started_at : str
        How, with what and when it was graded.
    comment : str
        For the student, if it was asked for.
    """

    id: str
    students: tuple[Person, ...]
    attempt: int
    handed_in_at: str
    late: bool | None
    status: SubmissionStatus
    reason: str
    score: float | None
    adjustment: float
    total: float | None
    max_score: float
    exercises: dict[str, float]
    isolation: str
    course: str
    course_version: str
    started_at: str
    comment: str = ""


def grade_of(
    report: Report | UnexaminedReport, *, missing_as_zero: bool = False, comments: bool = False
) -> Grade:
    """Return the grade of a report.

    A submission that was not examined has no score. Nor has one in which there was nothing to
    grade (``missing``), unless the instructor adjusted it or it is to count as 0.
    """
    submission = report.submission
    scored = report if isinstance(report, Report) else None
    if scored and scored.status == "missing" and not (missing_as_zero or scored.adjustments):
        scored = None
    return Grade(
        id=submission.id,
        students=submission.students,
        attempt=submission.attempt,
        handed_in_at=submission.handed_in_at,
        late=submission.late,
        status=report.status,
        reason=_reason(report),
        score=scored.score if scored else None,
        adjustment=scored.adjustment if scored else 0.0,
        total=scored.total if scored else None,
        max_score=report.max_score,
        exercises={e.name: e.score for e in scored.exercises} if scored else {},
        isolation=report.isolation.level,
        course=report.course.name,
        course_version=report.course.version,
        started_at=report.started_at,
        comment=_comment(scored) if comments and scored else "",
    )


def say_late(late: bool | None) -> str:
    """Return a cell with ``yes``, ``no`` or, where it is not known, nothing."""
    return {True: "yes", False: "no", None: ""}[late]


def join_people(students: Sequence[Person]) -> list[str]:
    """Return cells with names, logins, numbers and addresses; those of a team joined."""
    return [
        "; ".join(text for person in students if (text := getattr(person, field)))
        for field in ("name", "login", "number", "email")
    ]


def _reason(report: Report | UnexaminedReport) -> str:
    if isinstance(report, UnexaminedReport):
        return clean_line(" ".join(report.submission.notes[-1:]), _MAX_REASON)
    if report.status not in ("missing", "unloadable"):
        return ""
    messages = dict.fromkeys(e.message for e in report.exercises if e.message)
    return clean_line("; ".join(messages), _MAX_REASON)


def _comment(report: Report) -> str:
    """Return points by exercise, adjustments, and what to fix first, for the student."""
    shown = for_students(report)
    parts = [", ".join(f"{e.name} {points_of(e)}" for e in shown.exercises)]
    parts += describe_adjustments(shown)
    first = _first_to_fix(shown)
    return clean_line(". ".join(filter(None, (*parts, first))), _MAX_COMMENT)


def _first_to_fix(report: Report) -> str:
    for exercise in report.exercises:
        if exercise.status != "graded":
            return f"First: {exercise.name}: {' '.join(lines_of(exercise)) or exercise.status}"
        for check in (check for function in exercise.functions for check in function.checks):
            if check.max_score and check.outcome != "passed":
                wrong = check.feedback.wrong or check.title
                name = check.function.replace("/", ".")
                return f"First: {name}: {clean_line(wrong, _MAX_WRONG)}"
    return ""
