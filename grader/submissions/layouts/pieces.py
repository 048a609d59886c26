"""The facts in a platform's name of one file or folder of a download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.records import Person
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import Path


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or folder of a download, and whose it is.

    Parameters
    ----------
    key : str
        The platform's key of the student or team: the same for all that they handed in.
    item : Item
        The file or folder.
    path : tuple of str
        The path that the student gave it; empty for a folder without files.
    students : tuple of Person
        The students who handed it in.
    order : str
        Sorts attempts; pieces of one attempt have the same.
    attempt : int
        Which attempt it belongs to, if the platform has it; else 0.
    handed_in_at : str
        When, in ISO 8601, or empty.
    late : bool or None
        A note of the platform.
    left_out : str
        Why it is not code that was handed in for this attempt, or empty.
    original : str
        The name in the download by which the platform takes feedback back, or empty.
    """

    key: str
    item: Item
    path: Path
    students: tuple[Person, ...]
    order: str = ""
    attempt: int = 0
    handed_in_at: str = ""
    late: bool | None = None
    left_out: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A level that is a platform's: its pieces, and names that are not the platform's."""

    pieces: tuple[Piece, ...]
    strays: tuple[str, ...] = ()


Find = Callable[[Level], Found | None]


@dataclass(frozen=True, slots=True)
class Form:
    """A platform.

    Parameters
    ----------
    name : str
        As it is given to ``--layout``.
    title : str
        As people call it.
    example : str
        A name as the platform writes it.
    find : callable
        Returns what a level holds, or None if it is not this platform's.
    certain : bool
        Nothing else has such names.
    """

    name: str
    title: str
    example: str
    find: Find
    certain: bool = False


def gather(level: Level, of_top: Callable[[Item], Sequence[Piece] | None]) -> Found | None:
    """Return the pieces of a level, or None if less than half of it is the platform's.

    Parameters
    ----------
    of_top : callable
        Returns the pieces of a file or folder directly in the level, or None if its name
        is not the platform's.
    """
    pieces: list[Piece] = []
    strays, known = [], 0
    for item in level.tops():
        found = of_top(item)
        if found is not None:
            pieces += found
            known += 1
        elif item.counts:
            strays.append(item.top)
    return Found(tuple(pieces), tuple(strays)) if known and known >= len(strays) else None


def spread(level: Level, top: Item) -> Iterator[Item]:
    """Yield what is below a folder; an empty folder and a link yield themselves, without a path."""
    yield from level.below(top.top).items or (replace(top, path=()),)
