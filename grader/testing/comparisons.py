"""The comparisons of a check: every result, right or wrong, and the repairs that make it right.

A check ends at the first wrong array. To see whether a slip is the same everywhere, and which
of several results are right, the examiner runs a failed check again while it collects: then a
wrong array is noted and the check goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from grader.repairs import Repair


@dataclass(frozen=True, slots=True)
class Comparison:
    """One array that a check compared.

    Parameters
    ----------
    result : str
        Which of the function's results it belongs to; empty where the function has one.
    right : bool
        Whether it is right as it came.
    repairs : frozenset of str
        The repairs that make it right.
    """

    result: str
    right: bool
    repairs: frozenset[Repair] = frozenset()


@dataclass(slots=True)
class Collected:
    """The comparisons of one run of a check.

    Parameters
    ----------
    reorder : tuple of str
        The results that are taken in the opposite order, by their names.
    groups : list of tuple of str
        The results that were taken apart, by their names, and could be in another order.
    complete : bool
        Whether the check went on to its end.
    """

    reorder: tuple[str, ...] = ()
    comparisons: list[Comparison] = field(default_factory=list)
    groups: list[tuple[str, ...]] = field(default_factory=list)
    complete: bool = False


class Missing:
    """A result that the function did not return; every comparison with it fails.

    Parameters
    ----------
    text : str
        A description of the missing result.
    """

    def __init__(self, text: str) -> None:
        self.text = text


_COLLECTED: ContextVar[Collected | None] = ContextVar("collected", default=None)


def collected() -> Collected | None:
    """Return where comparisons are collected, or None where the first wrong one ends the check."""
    return _COLLECTED.get()


@contextlib.contextmanager
def collecting(reorder: tuple[str, ...] = ()) -> Iterator[Collected]:
    """Collect the comparisons that are made meanwhile."""
    token = _COLLECTED.set(Collected(reorder))
    try:
        found = _COLLECTED.get()
        assert found is not None
        yield found
    finally:
        _COLLECTED.reset(token)
