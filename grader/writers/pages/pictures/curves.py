"""Curves, paths and bars: the student's beside the right ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from grader.records import Series, Trace
from grader.sanitize import clean_line
from grader.writers.pages.pictures.contours import cells_of, contour
from grader.writers.pages.pictures.plane import HEIGHT, WIDTH, Plane, make_plane, write_notes
from grader.writers.pages.pictures.scales import EDGE, needs_log, write
from grader.writers.pages.pictures.svg import Drawing, Point, path, tag, text, width_of
from grader.writers.pages.pictures.traces import LARGEST, Row, areas_of, known, rows_of

_ENOUGH_FOR_A_LINE = 32  # between a few answers nothing is known
_LEVELS = 9
_FAR = 6  # times the height of the right curve: a view that holds all would show it flat
_ROOM = 1.5  # of that height, above and below it
_TRIANGLE = 5.0
_TINY = 10.0  # the size of numbers on bars
_ROOM_FOR_NUMBERS = 1.12  # times the height of the tallest bar


def draw_curve(series: Series, traces: list[Trace]) -> Drawing:
    """Draw rows of points; of points that are far off, the direction and the size."""
    rows = rows_of(traces)
    seen, log = _view(rows)
    inside = [y for row in rows for _, y in row.known if seen[0] <= y <= seen[1]]
    notes = _notes(rows, seen)
    xs = [x for row in rows for x, _ in row.known]
    plane = make_plane(xs, inside, log=log, notes=len(notes))
    lines = "".join(_line(plane, row, joined=_is_long(row)) for row in reversed(rows))
    beyond = "".join(_beyond(plane, row) for row in rows)
    return _compose(
        series, plane, plane.clip(lines) + beyond, rows, notes, joined=_is_long(rows[0])
    )


def draw_path(series: Series, traces: list[Trace]) -> Drawing:
    """Draw ways over a valley, of which lines of the same height are shown."""
    rows = rows_of(traces)
    grounds = areas_of(traces, "ground")
    notes = _notes(rows, (-math.inf, math.inf))
    xs = [x for row in rows for x, _ in row.known] + [v for g in grounds for v in known(g.x)]
    ys = [y for row in rows for _, y in row.known] + [v for g in grounds for v in known(g.y)]
    plane = make_plane(xs, ys, notes=len(notes), edge=0.0 if grounds else EDGE)
    drawn = "".join(_valley(plane, ground) for ground in grounds)
    drawn += "".join(_line(plane, row, joined=True) for row in reversed(rows))
    x, y = plane.place(*rows[0].known[0])
    drawn += tag("circle", cx=x, cy=y, r=7, class_="ring")
    drawn += text("start", x + 10, y + (14 if y < HEIGHT / 2 else -8), class_="small halo")
    return _compose(series, plane, plane.clip(drawn), rows, notes, joined=True)


def draw_bars(series: Series, traces: list[Trace]) -> Drawing:
    """Draw a bar for each number, the student's beside the right ones."""
    rows = rows_of(traces)
    notes = _notes(rows, (-math.inf, math.inf))
    xs = sorted({x for row in rows for x, _ in row.known})
    ys = [y for row in rows for _, y in row.known]
    log = min(ys) > 0 and max(ys) > 100 * min(ys)
    step = min((b - a for a, b in pairwise(xs)), default=1.0)
    shown = ys if log else [*(_ROOM_FOR_NUMBERS * y for y in ys), 0.0]
    plane = make_plane(xs, shown, log=log, notes=len(notes), padding=0.5 * step)
    width = 0.8 * (plane.x(xs[0] + step) - plane.x(xs[0])) / len(rows)
    numbers = max(width_of(write(y), _TINY) for y in ys) <= width
    drawn = ""
    for place, row in enumerate(rows):
        for x, y in row.known:
            left = plane.x(x) + (place - len(rows) / 2) * width
            drawn += _bar(plane, row.role, (left, width), y, numbers=numbers)
    names = plane.labels([(plane.y.end + 10, row.label, _swatch(row.role)) for row in rows])
    ticks = [(x, write(x)) for x in xs]
    axes = plane.axes(clean_line(series.x_name), clean_line(series.y_name), ticks)
    return Drawing(WIDTH, HEIGHT, axes + drawn + names + write_notes(notes), tuple(notes))


def _bar(plane: Plane, role: str, place: Point, value: float, *, numbers: bool) -> str:
    foot = plane.y.start if plane.y.log else plane.y(0.0)
    head, (left, width) = plane.y(value), place
    top, bottom = min(head, foot), max(head, foot)
    drawn = tag(
        "rect", x=left + 0.5, y=top, width=max(width - 1, 0.5), height=bottom - top,
        class_=f"bar-{role}",
    )  # fmt: skip
    if not numbers:
        return drawn
    beside = top - 3 if value >= 0 else bottom + _TINY
    return drawn + text(write(value), left + width / 2, beside, class_="tiny mid")


def _swatch(role: str) -> str:
    return tag("rect", x=3, y=-5, width=12, height=10, class_=f"bar-{role}")


def _view(rows: Sequence[Row]) -> tuple[tuple[float, float], bool]:
    """Return the least and the largest height that are shown, and whether they need a logarithm.

    An answer that is far off must not press the right one flat.
    """
    every = [y for row in rows for _, y in row.known]
    right = [y for row in rows if row.role != "yours" for _, y in row.known]
    log = needs_log(right or every)
    if not right:
        return (min(every), max(every)), log
    heights = list(map(math.log10, right)) if log else right
    positive = [y for y in every if y > 0]
    reach = list(map(math.log10, positive)) if log else every
    low, high = min(heights), max(heights)
    size = max(high - low, 1e-3 * max(abs(high), 1e-3))
    if max(reach) - min(reach) <= _FAR * size:
        return (min(positive if log else every), max(every)), log
    low, high = low - _ROOM * size, high + _ROOM * size
    return ((10**low, 10**high) if log else (low, high)), log


def _notes(rows: Sequence[Row], seen: tuple[float, float]) -> list[str]:
    """Return a line about each kind of points of the student's that are not at their place."""
    notes = []
    for row in rows:
        if row.role != "yours":
            continue
        above = [y for _, y in row.known if y > seen[1]]
        below = [y for _, y in row.known if y < seen[0]]
        gaps, count = row.points.count(None), len(row.points)
        if above:
            notes.append(f"▲ {len(above)} of {count} of yours higher, up to {write(max(above))}")
        if below:
            notes.append(f"▼ {len(below)} of {count} of yours lower, down to {write(min(below))}")
        if gaps:
            notes.append(f"{gaps} of {count} of yours: NaN, infinite or beyond {write(LARGEST)}")
    return notes


def _beyond(plane: Plane, row: Row) -> str:
    """Return triangles at the edge, where points of the student's are beyond it."""
    drawn = []
    for x, y in row.known:
        if row.role != "yours" or plane.holds(x, y):
            continue
        at = plane.x(x)
        up = y > plane.y.high
        tip = plane.y.end if up else plane.y.start
        base = tip + (_TRIANGLE * 1.6 if up else -_TRIANGLE * 1.6)
        drawn.append([(at - _TRIANGLE, base), (at, tip), (at + _TRIANGLE, base)])
    return path(drawn, class_="far")


def _line(plane: Plane, row: Row, *, joined: bool) -> str:
    runs = [[plane.place(*point) for point in run] for run in row.runs()]
    if row.role != "yours":
        # A point between gaps is a line of no length.
        return path([run * 2 if len(run) == 1 else run for run in runs], class_=f"line-{row.role}")
    dots = "".join(tag("circle", cx=x, cy=y, r=3, class_="dot") for run in runs for x, y in run)
    return (path(runs, class_="line-yours") if joined else "") + dots


def _is_long(row: Row) -> bool:
    return len(row.points) >= _ENOUGH_FOR_A_LINE


def _valley(plane: Plane, ground: Trace) -> str:
    cells = cells_of(ground)
    low, high = (end(known(*ground.z)) for end in (min, max))
    # A valley is steeper further out.
    levels = [low + (high - low) * ((n + 0.5) / _LEVELS) ** 2 for n in range(_LEVELS)]
    lines = [
        [plane.place(*point) for point in line]
        for level in levels
        for line in contour(cells, level)
    ]
    return path(lines, class_="height")


def _compose(
    series: Series,
    plane: Plane,
    drawn: str,
    rows: Sequence[Row],
    notes: Sequence[str],
    *,
    joined: bool,
) -> Drawing:
    axes = plane.axes(clean_line(series.x_name), clean_line(series.y_name))
    ends = [(_end(plane, row), row.label, _sample(row.role, joined=joined)) for row in rows]
    content = axes + drawn + plane.labels(ends) + write_notes(notes)
    return Drawing(WIDTH, HEIGHT, content, tuple(notes))


def _end(plane: Plane, row: Row) -> float:
    return plane.y(row.known[-1][1])


def _sample(role: str, *, joined: bool) -> str:
    line: list[list[Point]] = [[(0.0, 0.0), (18.0, 0.0)]]
    if role != "yours":
        return path(line, class_=f"line-{role}")
    dot = tag("circle", cx=9, cy=0, r=3, class_="dot")
    return (path(line, class_="line-yours") if joined else "") + dot
