"""The three-way merge of texts, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher


def merge_lines(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> list[str] | None:
    """Return lines with the changes of both sides, or None if they changed the same place.

    Parameters
    ----------
    base, mine, theirs : sequence of str
        The lines before, and those of the two sides.
    """
    merged: list[str] = []
    done = (0, 0, 0)
    for start, first, second, size in (*_shared(base, mine, theirs), _ends(base, mine, theirs)):
        old, own, new = (
            list(lines[begin:end])
            for lines, begin, end in zip(
                (base, mine, theirs), done, (start, first, second), strict=True
            )
        )
        if own in (old, new):
            merged += new
        elif new == old:
            merged += own
        else:
            return None
        merged += base[start : start + size]
        done = (start + size, first + size, second + size)
    return merged


def _ends(*sides: Sequence[str]) -> tuple[int, int, int, int]:
    base, mine, theirs = map(len, sides)
    return base, mine, theirs, 0


def _shared(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of lines that all three have: where in each, and how many."""
    first, second = (_places(base, other) for other in (mine, theirs))
    start = 0
    while start < len(base):
        size = 0
        while (
            start + size < len(base)
            and first.get(start + size, -1) == first.get(start, -2) + size
            and second.get(start + size, -1) == second.get(start, -2) + size
        ):
            size += 1
        if size:
            yield start, first[start], second[start], size
        start += size or 1


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Return where the lines of the base are in another text."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + step: b + step for a, b, size in blocks for step in range(size)}
