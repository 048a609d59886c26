"""Scoring: collected checks and outcomes in, a score out. Pure, and it fails closed.

A check that the course withholds counts, earns nothing here, and was not run. The points of one
function follow from these rules:

- A check of values earns its points where it passed. Where it failed, each of its results that
  is right earns its share, and one that is right except for a slip a part of its share.
- Visible checks earn only where a hidden check of values earns something. Where there is none,
  the function must have given different answers to different calls.
- A property check that passed earns as large a part of its points as the checks of values.
- Where an essential check failed, the function earns at most half of its points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from grader.records import (
    Check,
    CheckScore,
    Course,
    ExerciseScore,
    Feedback,
    FunctionScore,
    ModuleState,
    Outcome,
    ScoreReport,
)

WITHHELD = "Your instructor's run decides this check; its code is not here."
_NOT_EARNED = "Passed; it earns its points once a hidden check of this function's values passes."
_NOT_VARIED = "Passed; it earns its points once checks of different values of the function pass."
_SHARED = "Passed; it earns the same part of its points as the checks of this function's values."
_CAPPED = "Passed; the function earns at most half of its points while this check fails: {}."
_NO_RECORD = Feedback(wrong="There is no single outcome for this check.")


def score(
    course: Course,
    checks: Iterable[Check],
    outcomes: Iterable[Outcome],
    modules: Iterable[ModuleState],
) -> tuple[ExerciseScore, ...]:
    """Join checks with outcomes and return what each earned, by exercise that has checks.

    Parameters
    ----------
    course : Course
        Gives titles and the order of exercises.
    checks : iterable of Check
        The collected checks; the denominator.
    outcomes : iterable of Outcome
        What was seen. A check without exactly one outcome earns nothing, and an outcome
        without a check is ignored.
    """
    seen: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        seen.setdefault(outcome.check_id, []).append(outcome)
    collected = list(checks)
    graded = {(check.exercise, check.function) for check in collected}
    withheld = [c for c in course.withheld if (c.exercise, c.function) in graded]
    for check in withheld:
        seen[check.id] = [Outcome(check.id, "not_run", feedback=Feedback(wrong=WITHHELD))]
    by_exercise: dict[str, dict[str, list[Check]]] = {}
    for check in [*collected, *withheld]:
        functions = by_exercise.setdefault(check.exercise, {})
        functions.setdefault(check.function, []).append(check)
    states = {state.exercise: state for state in modules}
    return tuple(
        ExerciseScore(
            exercise.name,
            exercise.title,
            states.get(exercise.name, ModuleState(exercise.name, "missing")),
            tuple(
                _score_function(name, group, seen, course)
                for name, group in by_exercise[exercise.name].items()
            ),
            exercise.files,
        )
        for exercise in course.exercises
        if exercise.name in by_exercise
    )


def leave_out_withheld(report: ScoreReport) -> ScoreReport:
    """Return the part of a report about the checks that could be run.

    Its score and percentage are of what is left; where nothing is withheld it is the same report.
    """
    withheld = {check.id for check in report.course.withheld}
    if not withheld:
        return report
    exercises = []
    for exercise in report.exercises:
        functions = (
            replace(f, checks=tuple(c for c in f.checks if c.check.id not in withheld))
            for f in exercise.functions
        )
        exercises.append(replace(exercise, functions=tuple(f for f in functions if f.checks)))
    return replace(report, exercises=tuple(exercises))


def _score_function(
    name: str, checks: list[Check], seen: dict[str, list[Outcome]], course: Course
) -> FunctionScore:
    withheld = {check.id for check in course.withheld}
    slip = Fraction(str(course.slip_credit))
    outcomes = {check.id: _only(check, seen.get(check.id, [])) for check in checks}
    parts = {check.id: _part_right(outcomes[check.id], slip) for check in checks}
    values = [check for check in checks if check.kind == "value"]
    decided = [check for check in values if check.id not in withheld]
    note = _why_nothing(decided, parts, outcomes, is_kit=len(decided) < len(values))
    for check in decided:
        if note and check.visibility == "visible":
            parts[check.id] = Fraction(0)
    earned = sum(check.points_c * parts[check.id] for check in decided)
    possible = sum(check.points_c for check in decided)
    share = Fraction(earned) / possible if possible else Fraction(not note)
    parts |= {c.id: share for c in checks if c.kind == "property" and parts[c.id]}
    points = {check.id: int(check.points_c * parts[check.id]) for check in checks}
    lost = [c for c in checks if c.essential and c.id not in withheld and not parts[c.id]]
    note = note or _SHARED
    if lost and sum(points.values()) > (most := sum(check.points_c for check in checks) // 2):
        note = _CAPPED.format(lost[0].title)
        whole = sum(points.values())
        points = {check_id: value * most // whole for check_id, value in points.items()}
    return FunctionScore(
        name,
        tuple(_score_check(check, outcomes[check.id], points[check.id], note) for check in checks),
    )


def _only(check: Check, found: list[Outcome]) -> Outcome:
    if len(found) == 1:
        return found[0]
    return Outcome(check.id, "not_run", feedback=_NO_RECORD)


def _part_right(outcome: Outcome, slip: Fraction) -> Fraction:
    """Return which part of an answer is right: all of it, or some of several results."""
    if outcome.outcome == "passed":
        return Fraction(1)
    if outcome.outcome != "failed" or not outcome.results:
        return Fraction(0)
    worth = {"right": Fraction(1), "slip": slip, "wrong": Fraction(0)}
    earned = sum((worth[result.verdict] for result in outcome.results), Fraction(0))
    return earned / len(outcome.results)


def _why_nothing(
    values: Sequence[Check],
    parts: dict[str, Fraction],
    outcomes: dict[str, Outcome],
    *,
    is_kit: bool,
) -> str:
    """Return why visible checks and properties of a function earn nothing, or an empty text."""
    hidden = [check for check in values if check.visibility == "hidden"]
    if hidden:
        return "" if any(parts[check.id] for check in hidden) else _NOT_EARNED
    if is_kit:
        return ""  # the instructor's run decides
    varied = any(parts[check.id] and outcomes[check.id].varied for check in values)
    return "" if varied else _NOT_VARIED


def _score_check(check: Check, outcome: Outcome, points_c: int, note: str) -> CheckScore:
    if outcome.outcome == "passed" and points_c < check.points_c:
        outcome = replace(outcome, feedback=replace(outcome.feedback, wrong=note))
    return CheckScore(check, outcome, points_c)
