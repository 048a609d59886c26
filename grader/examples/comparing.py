"""Comparing two examples with each other: those of a student with those of a docstring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from grader.examples.values import (
    LEAST_DIGITS,
    Entries,
    Example,
    Items,
    Number,
    Truth,
    Value,
    shape_of,
)
from grader.examples.verdicts import Judged, Verdict

_EXACT = 1e-9


def judge_by_docstrings(examples: Sequence[Example], known: Sequence[Example]) -> Iterator[Judged]:
    """Judge examples by those of the docstrings, where these make the same call.

    Yields
    ------
    Judged
        "right" or "wrong" where a docstring has the same call, "fits" elsewhere.
    """
    for example in examples:
        equal = [one for one in known if _same_call(one, example)]
        wrong = any(not _agree(one.expected, example.expected, _off) for one in equal)
        verdict: Verdict = "wrong" if wrong else "right" if equal else "fits"
        yield Judged(example.line, example.function, verdict)


def _same_call(a: Example, b: Example) -> bool:
    return (
        a.function == b.function
        and len(a.args) == len(b.args)
        and a.kwargs.keys() == b.kwargs.keys()
        and all(_agree(x, y, _differ) for x, y in zip(a.args, b.args, strict=True))
        and all(_agree(a.kwargs[key], b.kwargs[key], _differ) for key in a.kwargs)
    )


def _differ(a: Number, b: Number) -> bool:
    return a.value != b.value


def _off(a: Number, b: Number) -> bool:
    """Return whether two numbers differ by more than they were rounded."""
    if a.value == b.value:
        return False
    rounded = sum(one.unit / 2 for one in (a, b) if one.digits >= LEAST_DIGITS)
    return not abs(a.value - b.value) <= rounded + _EXACT * max(1.0, abs(a.value))


def _agree(a: Value, b: Value, differ: Callable[[Number, Number], bool]) -> bool:
    if isinstance(a, Number | Truth) and isinstance(b, Number | Truth):
        x, y = (Number(int(one.value)) if isinstance(one, Truth) else one for one in (a, b))
        return not differ(x, y)
    if isinstance(a, Items) and isinstance(b, Items):
        if shape_of(a) != shape_of(b) or len(a.items) != len(b.items):
            return False
        return all(_agree(x, y, differ) for x, y in zip(a.items, b.items, strict=True))
    if isinstance(a, Entries) and isinstance(b, Entries):
        if a.entries.keys() != b.entries.keys():
            return False
        return all(_agree(a.entries[key], b.entries[key], differ) for key in a.entries)
    return a == b
