"""Grids: how far off each entry is, and what a network answers over a square."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.records import Series, Trace
from grader.sanitize import clean_line
from grader.writers.pages.pictures.contours import cells_of, contour, higher
from grader.writers.pages.pictures.plane import Plane
from grader.writers.pages.pictures.scales import Scale
from grader.writers.pages.pictures.svg import Drawing, Point, path, shorten, tag, text
from grader.writers.pages.pictures.traces import LABELS, areas_of, known, name_of

RIGHT = 1e-6  # an entry that is off by less is right
_MOST_GRIDS = 8
_WIDTH = 360.0
_CELL, _HEIGHT = 46.0, 24.0
_FEWEST_FOR_NUMBERS = 38.0  # pixels of a cell's width
_SHADES = 6  # of how far off an entry is
_LEVELS = (0.2, 0.4, 0.5, 0.6, 0.8)
_PANEL, _LEFT = 136.0, 38.0


def draw_errors(_: Series, traces: list[Trace]) -> Drawing:
    """Draw a grid for each array, in which an entry is the darker the further off it is."""
    grids = [trace for trace in traces if trace.role == "error" and trace.z][:_MOST_GRIDS]
    drawn, right, top, bottom = "", 0.0, 0.0, 0.0
    widest = 0.0
    for grid in grids:
        columns = len(grid.z[0])
        cell = min(_CELL, _WIDTH / columns)
        if right and right + columns * cell > _WIDTH:
            right, top = 0.0, bottom + 10
        height = min(_HEIGHT, max(cell, 8.0))
        drawn += text(shorten(name_of(grid), max(columns * cell, 30.0)), right, top + 13)
        drawn += _cells(grid, right + 0.5, top + 19, cell, height)
        widest = max(widest, right + columns * cell)
        bottom = max(bottom, top + 20 + len(grid.z) * height)
        right += max(columns * cell, 30.0) + 18
    return Drawing(max(widest, 120.0) + 1, bottom + 1, drawn)


def _cells(grid: Trace, left: float, top: float, width: float, height: float) -> str:
    shades: dict[int, list[list[Point]]] = {}
    words = ""
    for down, row in enumerate(grid.z):
        y = top + down * height
        for across, value in enumerate(row):
            x = left + across * width
            if value is not None and value > RIGHT:
                shade = 1 + round((_SHADES - 1) * min(1.0, value))
                corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
                shades.setdefault(shade, []).append(corners)
            if width >= _FEWEST_FOR_NUMBERS or value is None:
                at = x + width / 2, y + height / 2 + 4
                words += text(_percent(value), *at, class_="small mid")
    shaded = "".join(
        path(shades[shade], closed=True, class_=f"off{shade}") for shade in sorted(shades)
    )
    rows, columns = len(grid.z), len(grid.z[0])
    right, bottom = left + columns * width, top + rows * height
    lines = [[(left, top + n * height), (right, top + n * height)] for n in range(rows + 1)]
    lines += [[(left + n * width, top), (left + n * width, bottom)] for n in range(columns + 1)]
    return shaded + path(lines, class_="cell") + words


def _percent(part: float | None) -> str:
    if part is None:
        return "?"
    if part <= RIGHT:
        return "0"
    return "<1 %" if part < 0.01 else ">999 %" if part > 9.99 else f"{100 * part:.0f} %"


def draw_region(series: Series, traces: list[Trace]) -> Drawing:
    """Draw what is answered over a square, and the line at one half."""
    grids = areas_of(traces, "yours", "example")
    points = [trace for trace in traces if trace.role == "data" and not trace.z]
    drawn = ""
    for place, grid in enumerate(grids):
        left = _LEFT + place * (_PANEL + _LEFT)
        xs, ys = known(grid.x), known(grid.y)
        plane = Plane(
            Scale(min(xs), max(xs), left, left + _PANEL),
            Scale(min(ys), max(ys), 22 + _PANEL, 22.0),
        )
        names = clean_line(series.x_name), "" if place else clean_line(series.y_name)
        drawn += _panel(plane, grid, points, names)
    return Drawing(_LEFT + len(grids) * (_PANEL + _LEFT) - 14, 22 + _PANEL + 36, drawn)


def _panel(plane: Plane, grid: Trace, points: Sequence[Trace], names: tuple[str, str]) -> str:
    cells = cells_of(grid)
    shades = "".join(
        path(_at(plane, higher(cells, level)), closed=True, class_="shade") for level in _LEVELS
    )
    middle = path(_at(plane, contour(cells, 0.5)), class_="half")
    marks = "".join(map(_mark, [plane] * 2, points, ("mark-round", "mark-square")))
    at = (plane.x.start + plane.x.end) / 2
    name = text(LABELS[grid.role], at, 14, class_="mid")
    axes = plane.axes(*names, left_of_all=plane.x.start - _LEFT + 6, lines=False)
    return plane.clip(shades + middle) + axes + marks + name


def _at(plane: Plane, lines: Iterable[Sequence[Point]]) -> Iterator[list[Point]]:
    return ([plane.place(*point) for point in line] for line in lines)


def _mark(plane: Plane, trace: Trace, form: str) -> str:
    drawn = ""
    for x, y in zip(trace.x, trace.y, strict=True):
        if x is not None and y is not None and plane.holds(x, y):
            across, down = plane.place(x, y)
            drawn += (
                tag("circle", cx=across, cy=down, r=4.5, class_=form)
                if form == "mark-round"
                else tag("rect", x=across - 4, y=down - 4, width=8, height=8, class_=form)
            )
    return drawn
