"""Lines of the same height on a grid, and the areas that are higher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import TypeGuard

from grader.records import Trace
from grader.writers.pages.pictures.svg import Point

_Corner = tuple[float, float, float]  # x, y and the height


@dataclass(frozen=True, slots=True)
class Cell:
    """Four neighbours of a grid, which all have a height.

    Parameters
    ----------
    corners : tuple of (float, float, float)
        Around it, from the one with the least coordinates: to the next column, up and back.
    low, high : float
        The least and the largest of their heights.
    """

    corners: tuple[_Corner, ...]
    low: float
    high: float


def cells_of(grid: Trace) -> list[Cell]:
    """Return the cells of a grid, row by row.

    Parameters
    ----------
    grid : Trace
        Heights ``z`` at the columns ``x`` and the rows ``y``. Where a corner is not a number,
        there is no cell.
    """
    cells = []
    rows = [
        [corner if _is_known(corner) else None for corner in zip(grid.x, repeat(y), row)]
        for y, row in zip(grid.y, grid.z, strict=True)
    ]
    for lower, upper in pairwise(rows):
        for (a, b), (d, c) in zip(pairwise(lower), pairwise(upper), strict=True):
            if a and b and c and d:
                heights = (a[2], b[2], c[2], d[2])
                cells.append(Cell((a, b, c, d), min(heights), max(heights)))
    return cells


def contour(cells: Iterable[Cell], level: float) -> Iterator[list[Point]]:
    """Yield the pieces of the line at a height, straight within each cell."""
    for cell in cells:
        if cell.low < level <= cell.high:
            crossings = [point for _, point in _walk(cell.corners, level) if point is not None]
            for start in range(0, len(crossings) - 1, 2):
                yield crossings[start : start + 2]


def higher(cells: Iterable[Cell], level: float) -> Iterator[list[Point]]:
    """Yield polygons that cover what is at least as high, whole cells of a row together."""
    whole: tuple[_Corner, ...] = ()
    for cell in cells:
        corners = cell.corners
        if cell.low >= level:
            if whole and (whole[1][:2], whole[2][:2]) == (corners[0][:2], corners[3][:2]):
                whole = (whole[0], corners[1], corners[2], whole[3])
                continue
            if whole:
                yield [corner[:2] for corner in whole]
            whole = corners
        elif cell.high > level:
            yield [
                point
                for corner, crossing in _walk(corners, level)
                for point in (corner[:2] if corner[2] >= level else None, crossing)
                if point is not None
            ]
    if whole:
        yield [corner[:2] for corner in whole]


def _is_known(corner: tuple[float | None, float | None, float | None]) -> TypeGuard[_Corner]:
    return None not in corner


def _walk(corners: Sequence[_Corner], level: float) -> Iterator[tuple[_Corner, Point | None]]:
    """Yield each corner, with the point between it and the next at which the height is crossed."""
    for corner, after in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (corner[2] >= level) == (after[2] >= level):
            yield corner, None
            continue
        part = (level - corner[2]) / (after[2] - corner[2])
        x, y = corner[0], corner[1]
        yield corner, (x + part * (after[0] - x), y + part * (after[1] - y))
