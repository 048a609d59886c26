"""An assignment taken apart, the same for each grader that it may come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Code:
    """Code of a notebook that is not a test.

    Parameters
    ----------
    asked : bool
        Whether students write it. The text is then the solution.
    prose : str
        The Markdown above it.
    place : int
        Where it is among all parts of the notebook.
    """

    text: str
    asked: bool
    prose: str
    question: str
    place: int


@dataclass(frozen=True, slots=True)
class GradedCell:
    """Code that tests, from one cell or one case.

    Parameters
    ----------
    hidden : frozenset of int
        The lines that students do not see, counted from 1.
    points_c : int or None
        What it earns, in hundredths of a point; None where the assignment does not give it.
    wants : mapping of int to str
        What an expression shows where it is right, by its line.
    """

    question: str
    text: str
    hidden: frozenset[int]
    points_c: int | None
    place: int
    wants: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A notebook with its solution and its tests.

    Parameters
    ----------
    kind : str
        The grader that it was written for.
    left_out : tuple of str
        Parts that no check can grade, each in words.
    """

    name: str
    kind: str
    title: str
    codes: tuple[Code, ...]
    tests: tuple[GradedCell, ...]
    left_out: tuple[str, ...] = ()


def find_title(prose: Iterable[str], name: str) -> str:
    """Return the first heading of some Markdown, or the name as a title."""
    found = [heading for text in prose for heading in _HEADING.findall(text)]
    # One of the first level, if there is one.
    first = sorted(found, key=lambda heading: len(heading[0]) > 1)[:1]
    return (plain(first[0][1])[:120] if first else "") or name


def plain(text: str) -> str:
    """Return a line of Markdown without its marks."""
    text = re.sub(r"<[^>]*>|!\[[^\]]*\]\([^)]*\)", " ", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*`#]+|(?<!\w)_|_(?!\w)", "", text).split())


def all_lines(text: str) -> frozenset[int]:
    """Return the numbers of all lines."""
    return frozenset(range(1, text.count("\n") + 2))


def share(points_c: int, among: int) -> list[int]:
    """Return hundredths of a point in parts as equal as they can be, the larger ones last."""
    each, rest = divmod(points_c, among)
    return [each + (number >= among - rest) for number in range(among)]


def hundredths(points: object) -> int | None:
    """Return points as hundredths, or None where they are not a number of points."""
    if isinstance(points, bool) or not isinstance(points, int | float):
        return None
    return round(points * 100) if 0 <= points < 1e6 else None  # NaN is refused, too


def share_points(own: Sequence[int | None], total: int | None) -> list[int]:
    """Return the points of the cases of a question.

    Cases without own points share what is left of the question's, by default one point where no
    case has any.
    """
    known = sum(points for points in own if points is not None)
    open_ = sum(points is None for points in own)
    if total is None:
        total = known if known or not open_ else 100
    left = iter(share(max(total - known, 0), open_) if open_ else ())
    return [next(left) if points is None else points for points in own]


def with_points(
    tests: Sequence[GradedCell], own: Sequence[int | None], total: int | None
) -> list[GradedCell]:
    """Return the cases of a question with their points, shared as `share_points` does."""
    shared = share_points(own, total)
    return [replace(test, points_c=each) for test, each in zip(tests, shared, strict=True)]


def word_points(points_c: int) -> str:
    """Return hundredths of a point in words."""
    return f"{points_c / 100:g} point{'' if points_c == 100 else 's'}"


def describe_manual(name: str, what: str, points: object) -> str:
    """Return what a part is that people grade."""
    points_c = hundredths(points)
    worth = f", {word_points(points_c)}" if points_c else ""
    return f"{name}: {what} by hand{worth}"
