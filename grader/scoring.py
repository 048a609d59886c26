"""Scoring: collected checks and outcomes in, a score out. Pure, and it fails closed.

A check that the course withholds counts, earns nothing here, and was not run.
"""

from __future__ import annotations

from collections.abc import Iterable

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

_WITHHELD = Feedback(wrong="Your instructor's run decides this check; its code is not here.")
_NOT_EARNED = Feedback(
    wrong="Passed; it earns its points once a check of this function's values passes."
)
_NO_RECORD = Feedback(wrong="There is no single outcome for this check.")


def score(
    course: Course,
    checks: Iterable[Check],
    outcomes: Iterable[Outcome],
    modules: Iterable[ModuleState],
) -> tuple[ExerciseScore, ...]:
    """Join checks with outcomes and say what each earned, by exercise that has checks.

    Parameters
    ----------
    course : Course
        Gives titles and the order of exercises.
    checks : iterable of Check
        What was collected; the denominator.
    outcomes : iterable of Outcome
        What was seen. A check without exactly one outcome earns nothing, and an outcome
        without a check is ignored.
    """
    seen: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        seen.setdefault(outcome.check_id, []).append(outcome)
    collected = list(checks)
    graded = {check.exercise for check in collected}
    withheld = [check for check in course.withheld if check.exercise in graded]
    for check in withheld:
        seen[check.id] = [Outcome(check.id, "not_run", feedback=_WITHHELD)]
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
                _score_function(name, group, seen, frozenset(check.id for check in withheld))
                for name, group in by_exercise[exercise.name].items()
            ),
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
    name: str, checks: list[Check], seen: dict[str, list[Outcome]], withheld: frozenset[str]
) -> FunctionScore:
    joined = [(check, _only(check, seen.get(check.id, []))) for check in checks]
    # What a wrong answer can pass by accident counts only beside something it cannot.
    values = [(check, outcome) for check, outcome in joined if check.kind == "value"]
    grounded = any(outcome.outcome == "passed" for _, outcome in values)
    if values and all(check.id in withheld for check, _ in values):
        grounded = True  # the instructor's run decides
    return FunctionScore(
        name, tuple(_score_check(check, outcome, grounded) for check, outcome in joined)
    )


def _only(check: Check, found: list[Outcome]) -> Outcome:
    if len(found) == 1:
        return found[0]
    return Outcome(check.id, "not_run", feedback=_NO_RECORD)


def _score_check(check: Check, outcome: Outcome, grounded: bool) -> CheckScore:
    if outcome.outcome != "passed":
        return CheckScore(check, outcome, 0)
    if check.kind == "property" and not grounded:
        return CheckScore(check, replace(outcome, feedback=_NOT_EARNED), 0)
    return CheckScore(check, outcome, check.points_c)
