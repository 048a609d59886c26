"""Points for examples: an exercise of its own, which a course may add in ``course.toml``.

It has a function for each exercise that is graded, and in it a check for each function of that
exercise. A check passes if one example at least is right, and the right ones tell half or more of
the known wrong ways apart. The checks share the points equally.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from grader.examples.form import functions_with_examples
from grader.examples.signatures import Signature
from grader.examples.verdicts import Judgement, WrongWays
from grader.records import (
    EXAMPLES,
    Check,
    CheckScore,
    Course,
    ExerciseScore,
    Feedback,
    FunctionScore,
    ModuleState,
    Outcome,
)

TITLE = "Examples"
# Which part of the known wrong ways the right examples of a function have to tell apart.
_PART = 0.5

_Decide = Callable[[Check], Outcome]


def list_checks(
    course: Course, signatures: Iterable[Signature], exercises: Sequence[str]
) -> list[Check]:
    """Return the checks of examples of some exercises, in the course's order."""
    asked = functions_with_examples({one.name: one for one in signatures}, exercises)
    checks = []
    for exercise in course.select(tuple(exercises)):
        names = [one.name for one in asked if one.exercise == exercise]
        shares = _split(round(course.examples.points * 100), len(names))
        for name, points_c in zip(names, shares, strict=True):
            identity = f"{EXAMPLES}/{exercise}/{name}"
            title = f"Right examples of {name}, which rule out known mistakes."
            checks.append(Check(identity, EXAMPLES, exercise, title, points_c, "visible", "value"))
    return checks


def _split(points_c: int, count: int) -> Iterator[int]:
    """Yield equal shares in whole hundredths, which add up."""
    return (points_c * (n + 1) // count - points_c * n // count for n in range(count))


def score_judged(checks: Sequence[Check], judgement: Judgement) -> ExerciseScore:
    """Return what examples earn that were judged."""

    def decide(check: Check) -> Outcome:
        name = check.id.rpartition("/")[2]
        own = judgement.of(name)
        if not own:
            words = Feedback(wrong=f"no example of {name} yet")
            return Outcome(check.id, "not_implemented", feedback=words)
        right = sum(one.verdict == "right" for one in own)
        ways = judgement.wrong_ways.get(name, WrongWays(0, 0))
        if not right:
            lines = ", ".join(str(one.line) for one in own[:10])
            wrong = f"no example of {name} is right: line {lines}"
        elif ways.caught < _PART * ways.known:
            wrong = (
                f"the right examples of {name} rule out {ways.caught} of {ways.known} known "
                "mistakes, and half of them are needed"
            )
        else:
            return Outcome(check.id, "passed", varied=True)
        return Outcome(check.id, "failed", feedback=Feedback(wrong=wrong))

    return _score(checks, ModuleState(EXAMPLES, "graded"), decide)


def score_unjudged(checks: Sequence[Check], state: ModuleState) -> ExerciseScore:
    """Return the exercise without points, where there are no examples to judge, and why."""
    words = Feedback(wrong=state.message)
    return _score(checks, state, lambda check: Outcome(check.id, "not_run", feedback=words))


def _score(checks: Sequence[Check], state: ModuleState, decide: _Decide) -> ExerciseScore:
    scored: dict[str, list[CheckScore]] = {}
    for check in checks:
        outcome = decide(check)
        points_c = check.points_c if outcome.outcome == "passed" else 0
        scored.setdefault(check.function, []).append(CheckScore(check, outcome, points_c))
    functions = tuple(FunctionScore(name, tuple(group)) for name, group in scored.items())
    return ExerciseScore(EXAMPLES, TITLE, state, functions)
