"""Finds the checks of a module that a mistake can reach; the solution decides the others.

A wrong way or another right way replaces one function of the solution. The checks of a function
that does not need it see the solution alone, and grading them a thousand times again would show
nothing. Which functions need it is measured: the solution is graded without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from grader.records import ScoreReport
from grader.seeds import derive_check_seed
from grader.testing.catalogue import Entry


def remove(function: str, solution: str) -> str:
    """Return the source of a solution whose function or class is not implemented."""
    return f"{solution}\n\ndef {function}(*args, **kwargs):\n    raise NotImplementedError\n"


def find_reached(function: str, report: ScoreReport) -> tuple[str, ...]:
    """Return a function and all that lost points without it, from the report of that."""
    lost = {found.name for found in report.functions() if found.score_c != found.max_score_c}
    return tuple(sorted(lost | {function}))


def draw_sample(entries: Sequence[Entry]) -> list[Entry]:
    """Draw entries of one catalogue that are graded with all checks of their module.

    It is one of each function's edits and one of its whole implementations, as they bring
    different helpers with them. It is the same in every run.
    """

    def kind(entry: Entry) -> tuple[str, str]:
        return entry.function, "edit" if entry.edited else "whole"

    drawn = []
    for (function, form), group in groupby(sorted(entries, key=kind), kind):
        some = list(group)
        drawn.append(some[derive_check_seed("verify", f"{function} {form}") % len(some)])
    return drawn
