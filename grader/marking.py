"""Marking: collected checks and outcomes in, a score out. Pure, and it fails closed."""

from __future__ import annotations

from collections.abc import Iterable

from grader.records import (
    Check,
    CheckScore,
    Course,
    ExerciseScore,
    FunctionScore,
    ModuleState,
    Outcome,
)


def mark(
    course: Course,
    checks: Iterable[Check],
    outcomes: Iterable[Outcome],
    modules: Iterable[ModuleState],
) -> tuple[ExerciseScore, ...]:
    """Join checks with outcomes and say what each earned.

    Parameters
    ----------
    course : Course
        Gives titles and the order of exercises.
    checks : iterable of Check
        What was collected; the denominator.
    outcomes : iterable of Outcome
        What was seen. A check without exactly one outcome earns nothing, and an outcome
        without a check is ignored.
    modules : iterable of ModuleState
        How each exercise's module could be loaded.

    Returns
    -------
    tuple of ExerciseScore
        One for each exercise that has checks.
    """
    seen: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        seen.setdefault(outcome.check_id, []).append(outcome)
    by_exercise: dict[str, dict[str, list[Check]]] = {}
    for check in checks:
        functions = by_exercise.setdefault(check.exercise, {})
        functions.setdefault(check.function, []).append(check)
    states = {state.exercise: state for state in modules}
    return tuple(
        _mark_exercise(
            exercise.name,
            exercise.title,
            states.get(exercise.name, ModuleState(exercise.name, "missing")),
            by_exercise[exercise.name],
            seen,
        )
        for exercise in course.exercises
        if exercise.name in by_exercise
    )


def _mark_exercise(
    name: str,
    title: str,
    state: ModuleState,
    functions: dict[str, list[Check]],
    seen: dict[str, list[Outcome]],
) -> ExerciseScore:
    scored = tuple(_mark_function(f, checks, seen) for f, checks in functions.items())
    return ExerciseScore(name, title, state.status, state.message, scored)


def _mark_function(name: str, checks: list[Check], seen: dict[str, list[Outcome]]) -> FunctionScore:
    joined = [(check, _only(check, seen.get(check.id, []))) for check in checks]
    # What a wrong answer can pass by accident counts only beside something it cannot.
    grounded = any(
        check.kind == "value" and outcome.outcome == "passed" for check, outcome in joined
    )
    return FunctionScore(
        name,
        tuple(
            CheckScore(check, outcome, _earned(check, outcome, grounded))
            for check, outcome in joined
        ),
    )


def _only(check: Check, found: list[Outcome]) -> Outcome:
    if len(found) == 1:
        return found[0]
    return Outcome(check.id, "not_run", "There is no single outcome for this check.")


def _earned(check: Check, outcome: Outcome, grounded: bool) -> int:
    counts = outcome.outcome == "passed" and (check.kind == "value" or grounded)
    return check.points_c if counts else 0
