"""The numbers of a series that can be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from grader.records import Series, Trace
from grader.sanitize import clean_line
from grader.writers.pages.pictures.svg import Point

LARGEST = 1e9  # reports hold no larger number of a series
_TINY = 1e-15
LABELS = {"yours": "yours", "right": "right", "example": "example"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of points, with gaps where a coordinate is not a number.

    Parameters
    ----------
    role : str
        As in `grader.records.Trace`.
    points : tuple of (float, float) or None
        In the order of the trace.
    """

    role: str
    points: tuple[Point | None, ...]

    @property
    def label(self) -> str:
        """Return what a picture calls it."""
        return LABELS[self.role]

    @property
    def known(self) -> list[Point]:
        """Return the points without the gaps."""
        return [point for point in self.points if point is not None]

    def runs(self) -> list[list[Point]]:
        """Return the points between gaps."""
        runs: list[list[Point]] = [[]]
        for point in self.points:
            if point is None:
                runs.append([])
            else:
                runs[-1].append(point)
        return [run for run in runs if run]


def fitting(series: Series) -> list[Trace]:
    """Return the traces whose parts have sizes that fit together."""
    return [_without_tiny(trace) for trace in series.traces if _fits(trace)]


def _without_tiny(trace: Trace) -> Trace:
    """Return a trace with 0 for numbers so near to it that quotients with them overflow."""
    return replace(
        trace,
        x=_without_tiny_in(trace.x),
        y=_without_tiny_in(trace.y),
        z=tuple(map(_without_tiny_in, trace.z)),
    )


def _without_tiny_in(row: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(0.0 if value is not None and abs(value) < _TINY else value for value in row)


def rows_of(traces: Iterable[Trace]) -> list[Row]:
    """Return the rows among some traces that have a point and a label, yours first."""
    rows = [
        Row(trace.role, tuple(map(_point, trace.x, trace.y)))
        for trace in traces
        if trace.role in LABELS and not trace.z
    ]
    return sorted((row for row in rows if row.known), key=lambda row: row.role != "yours")


def areas_of(traces: Iterable[Trace], *roles: str) -> list[Trace]:
    """Return the grids of some roles that have heights, which lines can be drawn through."""
    return [
        trace
        for trace in traces
        if trace.role in roles and min(len(trace.x), len(trace.z)) > 1 and known(*trace.z)
        if _ascends(trace.x) and _ascends(trace.y)
    ]


def known(*rows: Iterable[float | None]) -> list[float]:
    """Return what is a number and can be drawn."""
    return [v for row in rows for v in row if v is not None and abs(v) <= LARGEST]


def name_of(trace: Trace) -> str:
    """Return the name of a trace, or else what its role is called."""
    return clean_line(trace.name, 40) or LABELS.get(trace.role, "")


def _fits(trace: Trace) -> bool:
    if trace.z:
        width = len(trace.z[0])
        even = width > 0 and all(len(row) == width for row in trace.z)
        return even and (not trace.x or (len(trace.x), len(trace.y)) == (width, len(trace.z)))
    return 0 < len(trace.x) == len(trace.y)


def _ascends(values: Iterable[float | None]) -> bool:
    numbers = [math.nan if v is None or abs(v) > LARGEST else v for v in values]
    return all(a < b for a, b in pairwise(numbers))


def _point(x: float | None, y: float | None) -> Point | None:
    if x is None or y is None or max(abs(x), abs(y)) > LARGEST:
        return None
    return x, y
