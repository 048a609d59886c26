"""A part of a report: some exercises, for example of one homework, or the checks of a kit."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from grader.errors import ReportError
from grader.records import combine_statuses, percent_of
from grader.report import ExerciseReport, Report, Scored, with_problems
from grader.sanitize import clean_line
from grader.scoring import WITHHELD


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
    chosen = replace(
        _recount(report, exercises),
        status=combine_statuses(exercise.status for exercise in exercises),
        adjustments=tuple(
            one
            for one in report.adjustments
            if one.exercise in names or (not one.exercise and len(exercises) == len(graded))
        ),
    )
    return with_problems(chosen)


def leave_out(report: Report, checks: Collection[str]) -> Report:
    """Return the report without some checks; points, percentage and problems are of the others.

    Parameters
    ----------
    checks : collection of str
        The ids of checks; the report stays as it is if there are none.
    """
    if not checks:
        return report
    exercises = []
    for exercise in report.exercises:
        kept = [
            replace(function, checks=left, **_sums(left))
            for function in exercise.functions
            if (left := tuple(check for check in function.checks if check.id not in checks))
        ]
        exercises.append(replace(exercise, functions=tuple(kept), **_sums(kept)))
    return with_problems(_recount(report, tuple(exercises)))


def without_withheld(report: Report) -> Report:
    """Return the report without the hidden checks that a kit does not have."""
    return leave_out(
        report,
        {
            check.id
            for check in report.checks()
            if check.outcome == "not_run" and check.feedback.wrong == WITHHELD
        },
    )


def _recount(report: Report, exercises: tuple[ExerciseReport, ...]) -> Report:
    """Return the report with other exercises, and their points."""
    sums = _sums(exercises)
    percent = percent_of(round(100 * sums["score"]), round(100 * sums["max_score"]))
    return replace(report, exercises=exercises, percent=percent, **sums)


def _sums(parts: Iterable[Scored]) -> dict[str, float]:
    # Points are hundredths: sums of whole numbers are exact.
    pairs = [(round(100 * one.score), round(100 * one.max_score)) for one in parts]
    return {
        "score": sum(score for score, _ in pairs) / 100,
        "max_score": sum(most for _, most in pairs) / 100,
    }


def _join(names: Iterable[str]) -> str:
    return ", ".join(clean_line(name, 60) for name in names) or "no exercise"
