"""A report of some of its exercises: one homework of a report of the whole course."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from grader.errors import ReportError
from grader.records import combine_statuses, percent_of
from grader.report import Report, with_problems
from grader.sanitize import clean_line


def restrict(report: Report, names: Collection[str]) -> Report:
    """Return the report of some exercises; points, percentage and status are of these alone.

    So are adjustments: one of the whole submission counts only where all exercises are chosen,
    or each homework would get it.

    Parameters
    ----------
    names : collection of str
        The names of exercises; the report stays as it is if there are none.

    Raises
    ------
    ReportError
        If the report does not have one of the exercises.
    """
    if not names:
        return report
    graded = [exercise.name for exercise in report.exercises]
    if missing := [name for name in names if name not in graded]:
        raise ReportError(
            f"the report of {clean_line(report.submission.id)} does not have "
            f"{_join(missing)}, but {_join(graded)}; choose from these, or grade it again"
        )
    exercises = tuple(exercise for exercise in report.exercises if exercise.name in names)
    # Points are hundredths: sums of whole numbers are exact.
    score_c = sum(round(100 * exercise.score) for exercise in exercises)
    max_score_c = sum(round(100 * exercise.max_score) for exercise in exercises)
    chosen = replace(
        report,
        status=combine_statuses(exercise.status for exercise in exercises),
        score=score_c / 100,
        max_score=max_score_c / 100,
        percent=percent_of(score_c, max_score_c),
        adjustments=tuple(
            one
            for one in report.adjustments
            if one.exercise in names or (not one.exercise and len(exercises) == len(graded))
        ),
        exercises=exercises,
    )
    return with_problems(chosen)


def _join(names: Iterable[str]) -> str:
    return ", ".join(clean_line(name, 60) for name in names) or "no exercise"
