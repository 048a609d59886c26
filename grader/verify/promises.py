"""Compares what the decorators of a suite declare with what the solution does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from grader.records import Check


def judge_inputs(
    checks: Iterable[Check], inputs: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield findings about inputs that are the same for every seed, each with its exercise.

    Parameters
    ----------
    inputs : sequence of mapping of str to str
        Digests of the inputs by check, for each seed.
    """
    for (exercise, function), group in groupby(checks, lambda c: (c.exercise, c.function)):
        values = [check for check in group if check.kind == "value" and check.points_c]
        equal = {check.id for check in values if _are_equal(check.id, inputs)}
        for check in values:
            if check.id in equal and not check.fixed:
                yield (
                    exercise,
                    f"the inputs of {check.id} are the same for every seed, so answers can be "
                    "memorised: draw them from rng, or mark the check kind='property', or "
                    "fixed=True where it has to be so",
                )
            if check.fixed and check.id not in equal:
                yield exercise, f"the inputs of {check.id} vary: remove its fixed=True"
        open_book = values and all(c.fixed and c.visibility == "visible" for c in values)
        if open_book and all(check.id in equal for check in values):
            yield (
                exercise,
                f"all value checks of {exercise}/{function} are visible and fixed, so their "
                "answers can be copied into the code: add a hidden value check, or draw inputs "
                "from rng",
            )


def _are_equal(check_id: str, inputs: Sequence[Mapping[str, str]]) -> bool:
    digests = [one.get(check_id, "") for one in inputs]
    return len(digests) > 1 and all(digests) and len(set(digests)) == 1


def find_callers(checks: Iterable[Check]) -> dict[tuple[str, str], set[str]]:
    """Return the functions that declare to call a function, by exercise and function."""
    callers: dict[tuple[str, str], set[str]] = {}
    for check in checks:
        for name in check.calls:
            callers.setdefault((check.exercise, name), set()).add(check.function)
    return callers


def judge_calls(
    callers: Mapping[tuple[str, str], Iterable[str]],
    reached: Mapping[tuple[str, str], Iterable[str]],
) -> Iterator[tuple[str, str]]:
    """Yield findings about declared calls that are not made, each with its exercise.

    Parameters
    ----------
    callers : mapping of (str, str) to iterable of str
        As `find_callers` returns them.
    reached : mapping of (str, str) to iterable of str
        Which functions lose points without a function, by exercise and function.
    """
    for (exercise, name), functions in callers.items():
        for function in sorted(functions):
            if (exercise, name) not in reached:
                yield exercise, f"{function} has calls={name!r}, which no check asks for"
            elif function not in reached[exercise, name]:
                yield (
                    exercise,
                    f"{function} has calls={name!r} and loses no points without it: remove it",
                )
