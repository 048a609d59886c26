"""Partial credit: what of a failed check is right, and whether one slip explains the rest.

A failed check of values is run again, on the answers that were recorded, while its comparisons
are collected (`grader.testing.comparisons`). A slip is one repair that makes right all that is
wrong in the function's failed checks of values, or all that is wrong in one of its results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from grader.records import ResultCredit
from grader.repairs import REPAIRS, Repair
from grader.testing.comparisons import Collected, Comparison

# Runs a check again, with some results taken in the opposite order; by its id.
Rerun = Callable[[str, tuple[str, ...]], Collected]
Credit = dict[str, tuple[ResultCredit, ...]]


def give_credit(
    failed: Sequence[str], rerun: Rerun, *, all_answered: bool = True, slips: bool = True
) -> Credit:
    """Return what of each failed check of a function is right, by check.

    Parameters
    ----------
    failed : sequence of str
        The ids of the checks of values that an answer failed.
    rerun : callable
        Runs one of them again and returns what was compared.
    all_answered : bool
        Whether there are no other checks of values that failed, such as for want of an answer:
        a call without an answer cannot be repaired.
    slips : bool
        Whether a slip earns anything.
    """
    found = {check_id: rerun(check_id, ()) for check_id in failed}
    wrong = [c for collected in found.values() for c in collected.comparisons if not c.right]
    names = dict.fromkeys(comparison.result for comparison in wrong)
    repairs: dict[str, Repair] = {}
    if slips and all_answered:
        complete = all(collected.complete for collected in found.values())
        if complete and (repair := _common_repair(wrong)):
            repairs = dict.fromkeys(names, repair)
        elif _is_out_of_order(found, rerun):
            return dict.fromkeys(failed, (ResultCredit("", "slip", "order"),))
    if slips and not repairs:
        shared = {name: _common_repair(c for c in wrong if c.result == name) for name in names}
        repairs = {name: repair for name, repair in shared.items() if name and repair}
    return {check_id: tuple(_judge(one, repairs)) for check_id, one in found.items()}


def _is_out_of_order(found: Mapping[str, Collected], rerun: Rerun) -> bool:
    """Return whether everything is right once the same results change places in every check."""
    groups = dict.fromkeys(group for one in found.values() for group in one.groups)
    # What is right where it is would be wrong in another place.
    right = {c.result for one in found.values() for c in one.comparisons if c.right}
    return any(
        all(_is_right(rerun(check_id, group)) for check_id in found)
        for group in groups
        if right.isdisjoint(group)
    )


def _is_right(collected: Collected) -> bool:
    compared = collected.comparisons
    return collected.complete and bool(compared) and all(one.right for one in compared)


def _common_repair(wrong: Iterable[Comparison]) -> Repair | None:
    """Return the first repair that makes everything right, if there is one."""
    possible = [comparison.repairs for comparison in wrong]
    shared = frozenset.intersection(*possible) if possible else frozenset()
    return next((repair for repair in REPAIRS if repair in shared), None)


def _judge(collected: Collected, repairs: Mapping[str, Repair]) -> Iterator[ResultCredit]:
    """Yield a verdict on each result that a check compared, in order."""
    # Without its end, and where nothing was wrong this time, it is not known what is right.
    if not collected.complete or all(one.right for one in collected.comparisons):
        return
    wrong = {one.result for one in collected.comparisons if not one.right}
    for name in dict.fromkeys(one.result for one in collected.comparisons):
        if name not in wrong:
            yield ResultCredit(name, "right")
        elif name in repairs:
            yield ResultCredit(name, "slip", repairs[name])
        else:
            yield ResultCredit(name, "wrong")
