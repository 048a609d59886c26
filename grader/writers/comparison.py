"""The changes between two reports on the same work: points gained and lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.report import ExerciseReport, FunctionReport, Report
from grader.sanitize import name_some
from grader.writers.words import number

_SHOWN = 6  # lines of one kind; a first complete submission changes everything


@dataclass(frozen=True, slots=True)
class FunctionChange:
    """What changed in one function.

    Parameters
    ----------
    points : float
        Gained; negative where more was lost.
    gained, lost : tuple of str
        Names of checks that pass now and did not, and of those that passed and do not.
    complete : bool
        It has all its points now, and had not before.
    """

    exercise: str
    function: str
    points: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed between two reports, in the exercises that both of them graded.

    Parameters
    ----------
    points : float
        Gained; negative where more was lost.
    functions : tuple of FunctionChange
        In the course's order, those alone in which anything changed.
    unloadable : tuple of str
        Exercises that could be graded earlier and now cannot.
    other_course : bool
        The suites are not those of the earlier report.
    """

    points: float
    functions: tuple[FunctionChange, ...]
    unloadable: tuple[str, ...]
    other_course: bool


def compare(before: Report | None, after: Report) -> Changes | None:
    """Compare two reports, for any audience, on the same work.

    None where they cannot be compared: no earlier report, another course, another submission,
    other inputs, or no exercise that both graded.
    """
    if before is None or _subject(before) != _subject(after):
        return None
    earlier = {exercise.name: exercise for exercise in before.exercises}
    pairs = [(earlier[e.name], e) for e in after.exercises if e.name in earlier]
    if not pairs:
        return None
    return Changes(
        points=round(sum(new.score - old.score for old, new in pairs), 2),
        functions=tuple(change for old, new in pairs for change in _functions(old, new)),
        unloadable=tuple(
            new.name for old, new in pairs if old.status == "graded" and new.status != "graded"
        ),
        other_course=before.course.suite_sha256 != after.course.suite_sha256,
    )


def _subject(report: Report) -> tuple[str, str, str]:
    return report.course.name, report.submission.id, report.seed.id


def _functions(before: ExerciseReport, after: ExerciseReport) -> Iterator[FunctionChange]:
    earlier = {function.name: function for function in before.functions}
    for function in after.functions:
        if function.name in earlier:
            change = _function(after.name, earlier[function.name], function)
            if change.points or change.gained or change.lost:
                yield change


def _function(exercise: str, before: FunctionReport, after: FunctionReport) -> FunctionChange:
    passed, passes = _passed(before), _passed(after)
    known = {check.id for check in before.checks}
    still = {check.id for check in after.checks}
    full = after.score == after.max_score
    return FunctionChange(
        exercise=exercise,
        function=after.name,
        points=round(after.score - before.score, 2),
        gained=tuple(c.name for c in after.checks if c.id in (passes - passed) & known),
        lost=tuple(c.name for c in before.checks if c.id in (passed - passes) & still),
        complete=full and before.score != before.max_score,
    )


def _passed(function: FunctionReport) -> set[str]:
    return {check.id for check in function.checks if check.outcome == "passed"}


def words_of_changes(changes: Changes | None, since: str = "last time") -> list[str]:
    """Return what changed ``since`` an earlier report as lines, the sum first; none if nothing did.

    Lines after the first begin with ``+`` for what was gained and ``-`` for what was lost.
    """
    if changes is None:
        return []
    gained = [f"+ {line}" for line in _gains(changes)]
    lost = [f"- {line}" for line in _losses(changes)]
    if not gained and not lost:
        return []
    course = "; the course has changed as well" if changes.other_course else ""
    return [f"{_total(changes.points, since)}{course}.", *_bounded(gained), *_bounded(lost)]


def _total(points: float, since: str) -> str:
    if not points:
        return f"No change in points since {since}"
    amount = number(abs(points))
    unit = "point" if amount == "1" else "points"
    return f"{'+' if points > 0 else '-'}{amount} {unit} since {since}"


def _gains(changes: Changes) -> Iterator[str]:
    complete = [change.function for change in changes.functions if change.complete]
    if complete:
        yield f"{_listed(complete)} now {_agree('pass', complete)}"
    for change in changes.functions:
        if change.gained and not change.complete:
            yield f"{change.function}: {_listed(change.gained)} now {_agree('pass', change.gained)}"


def _losses(changes: Changes) -> Iterator[str]:
    for exercise in changes.unloadable:
        lost = sum(c.points for c in changes.functions if c.exercise == exercise)
        yield f"{exercise} cannot be graded as it is now{_cost(lost)}"
    for change in changes.functions:
        if change.exercise in changes.unloadable:
            continue
        if change.lost:
            verb = f"passed before and {_agree('fail', change.lost)}"
            yield f"{change.function}: {_listed(change.lost)} {verb} now{_cost(change.points)}"
        elif change.points < 0:
            yield f"{change.function} earns less than before{_cost(change.points)}"


def _listed(names: Sequence[str]) -> str:
    return name_some(names, _SHOWN)


def _agree(verb: str, subjects: Sequence[str]) -> str:
    if len(subjects) > 1:
        return verb
    return f"{verb}es" if verb.endswith("s") else f"{verb}s"


def _cost(points: float) -> str:
    return f" (-{number(-points)})" if points < 0 else ""


def _bounded(lines: Sequence[str]) -> list[str]:
    if len(lines) <= _SHOWN:
        return list(lines)
    return [*lines[:_SHOWN], f"{lines[0][0]} and {len(lines) - _SHOWN} more"]
