"""Series as pictures: SVG that takes the page's colours, in the light and in the dark.

matplotlib draws with colours that stand for the page's; they become CSS variables. Every
line also differs in form, so that no colour is needed to distinguish them.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from typing import Any

import matplotlib as mpl
import msgspec
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from grader.records import Series, Trace
from grader.sanitize import clean_line

_NAN = float("nan")
_LARGEST = 1e9
_COLOURS = {
    "yours": "#d00001",
    "right": "#00d002",
    "ink": "#000003",
    "soft": "#808004",
    "error": "#d00001",
    "example": "#00d002",
}
_VARIABLES = {
    "#d00001": "var(--yours)",
    "#00d002": "var(--right)",
    "#000003": "currentColor",
    "#808004": "var(--soft)",
}
_LABELS = {"yours": "yours", "right": "right", "example": "example"}
_STYLE: dict[Any, Any] = {
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
    "svg.fonttype": "none",
    "svg.hashsalt": "picture",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "legend.frameon": False,
    "hatch.linewidth": 0.8,
    **dict.fromkeys(
        ["text.color", "axes.labelcolor", "xtick.color", "ytick.color", "axes.edgecolor"],
        _COLOURS["ink"],
    ),
    "hatch.color": _COLOURS["right"],
}
_MAX_CELLS_WITH_NUMBERS = 48
_ENOUGH_FOR_A_LINE = 32


def draw_picture(series: Series) -> str:
    """Return a series as an SVG element, or an empty text where nothing can be drawn.

    It is safe HTML even of a report that was written by hand, with ``{id}`` wherever an id
    begins, to be filled in, since a page holds many pictures.
    """
    return _draw(msgspec.json.encode(series))


@cache
def _draw(packed: bytes) -> str:
    series = msgspec.json.decode(packed, type=Series)
    traces = [trace for trace in series.traces if _fits(trace)]
    if not any(_shows(series.kind, trace) for trace in traces):
        return ""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(4.6, 2.9), layout="constrained")
        _DRAWERS[series.kind](figure, series, traces)
        svg = io.StringIO()
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
    return _embed(svg.getvalue(), clean_line(series.title, 80), _describe(series, traces))


def _fits(trace: Trace) -> bool:
    if trace.z:
        width = len(trace.z[0])
        even = width > 0 and all(len(row) == width for row in trace.z)
        return even and (not trace.x or (len(trace.x), len(trace.y)) == (width, len(trace.z)))
    return 0 < len(trace.x) == len(trace.y)


def _shows(kind: str, trace: Trace) -> bool:
    """Return whether a trace has something of the student's that its kind of picture shows."""
    if kind == "errors":
        return trace.role == "error" and bool(trace.z)
    if trace.role != "yours":
        return False
    return _is_area(trace) if kind == "region" else _is_row(trace)


def _is_area(trace: Trace) -> bool:
    """Return whether a trace has heights that lines can be drawn through."""
    return min(len(trace.x), len(trace.z)) > 1 and bool(_known(trace.z))


def _is_row(trace: Trace) -> bool:
    points = zip(_plain(trace.x), _plain(trace.y), strict=False)
    return not trace.z and any(not math.isnan(x + y) for x, y in points)


def _plain(values: Iterable[float | None]) -> list[float]:
    return [v if v is not None and abs(v) <= _LARGEST else _NAN for v in values]


def _known(rows: Iterable[Iterable[float | None]]) -> list[float]:
    return [v for row in rows for v in _plain(row) if not math.isnan(v)]


def _line(axes: Axes, trace: Trace, *, in_order: bool) -> None:
    x, y, role = _plain(trace.x), _plain(trace.y), trace.role
    form: dict[str, Any] = {"linestyle": "--", "linewidth": 2.2}
    if role == "yours":
        # Between a few answers nothing is known.
        joined = "-" if in_order or len(x) >= _ENOUGH_FOR_A_LINE else ""
        form = {"linestyle": joined, "linewidth": 1, "marker": "o", "markersize": 4}
    elif role == "example":
        form = {"linestyle": ":", "linewidth": 2.2, "marker": "", "markersize": 4}
    axes.plot(x, y, color=_COLOURS[role], label=_LABELS[role], zorder=3, **form)


def _lines(axes: Axes, traces: list[Trace], *, in_order: bool = False) -> None:
    for trace in traces:
        if trace.role in _LABELS and _is_row(trace):
            _line(axes, trace, in_order=in_order)


def _draw_curve(figure: Figure, series: Series, traces: list[Trace]) -> None:
    axes = figure.add_subplot()
    _lines(axes, traces)
    _keep_in_sight(axes, traces)
    _name(axes, series)


def _keep_in_sight(axes: Axes, traces: list[Trace]) -> None:
    """Keep an answer that is far off from pressing the right one flat."""
    known = _known(t.y for t in traces if t.role != "yours")
    low, high = axes.get_ylim()
    if not known:
        return
    size = max(max(known) - min(known), 1e-6)
    if high - low > 6 * size:
        axes.set_ylim(min(known) - 1.5 * size, max(known) + 1.5 * size)
        axes.set_title("Some of yours lie beyond the edge", loc="left")


def _draw_bars(figure: Figure, series: Series, traces: list[Trace]) -> None:
    axes = figure.add_subplot()
    rows = [trace for trace in traces if trace.role in _LABELS and _is_row(trace)]
    for trace in rows:
        mine = trace.role == "yours"
        axes.bar(
            [x + (-0.2 if mine else 0.2) for x in _plain(trace.x)],
            _plain(trace.y),
            0.36,
            facecolor=_COLOURS["yours"] if mine else "none",
            edgecolor=_COLOURS[trace.role],
            hatch="" if mine else "////",
            label=_LABELS[trace.role],
        )
    axes.set_xticks(_known([rows[0].x]))
    _name(axes, series)


def _draw_errors(figure: Figure, _: Series, traces: list[Trace]) -> None:
    grids = [trace for trace in traces if trace.role == "error" and trace.z][:8]
    tallest = max(len(grid.z) for grid in grids)
    widths = [len(grid.z[0]) + 0.6 for grid in grids]
    figure.set_size_inches(min(max(0.62 * sum(widths), 3.2), 7.2), 0.42 * tallest + 0.7)
    many = sum(len(grid.z) * len(grid.z[0]) for grid in grids) > _MAX_CELLS_WITH_NUMBERS
    (places,) = figure.subplots(1, len(grids), squeeze=False, width_ratios=widths)
    for axes, grid in zip(places, grids, strict=True):
        _cells(axes, [_plain(row) for row in grid.z], tallest, numbers=not many)
        axes.set_title(clean_line(grid.name))


def _cells(axes: Axes, rows: list[list[float]], tallest: int, *, numbers: bool) -> None:
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            known = not math.isnan(value)
            shade = (*to_rgb(_COLOURS["error"]), min(value, 1) * 0.5 if known else 0)
            axes.add_patch(
                Rectangle((across, down), 1, 1, fc=shade, ec=_COLOURS["soft"], linewidth=0.6)
            )
            if numbers or not known:
                text = _percent(value) if known else "?"
                axes.text(across + 0.5, down + 0.5, text, ha="center", va="center", fontsize=7)
    axes.set_xlim(0, len(rows[0]))
    axes.set_ylim(tallest, 0)
    axes.set_axis_off()


def _percent(part: float) -> str:
    return "0" if part <= 1e-6 else "<1 %" if part < 0.01 else f"{100 * min(part, 9.99):.0f} %"


def _draw_path(figure: Figure, series: Series, traces: list[Trace]) -> None:
    axes = figure.add_subplot()
    for ground in filter(_is_area, traces):
        heights = [_plain(row) for row in ground.z]
        where = _plain(ground.x), _plain(ground.y)
        axes.contour(*where, heights, 9, colors=_COLOURS["soft"], linewidths=0.7)
    _lines(axes, traces, in_order=True)
    _name(axes, series)


def _draw_region(figure: Figure, series: Series, traces: list[Trace]) -> None:
    grids = list(filter(_is_area, traces))
    figure.set_size_inches(2.6 * len(grids) + 0.2, 2.9)
    rgb = to_rgb(_COLOURS["right"])
    for place, grid in enumerate(grids, 1):
        axes = figure.add_subplot(1, len(grids), place)
        heights = [_plain(row) for row in grid.z]
        where = _plain(grid.x), _plain(grid.y)
        levels = [0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0]
        shades = [(*rgb, 0.1 * step) for step in range(6)]
        axes.contourf(*where, heights, levels, colors=shades)
        if _crosses(heights):
            axes.contour(*where, heights, [0.5], colors=_COLOURS["ink"], linewidths=1.6)
        for trace, marker in zip([t for t in traces if t.role == "data"], "os", strict=False):
            face = "none" if marker == "o" else _COLOURS["ink"]
            axes.plot(_plain(trace.x), _plain(trace.y), marker, mfc=face, mec=_COLOURS["ink"])
        axes.set(aspect="equal", title=_LABELS.get(grid.role, ""))
        axes.set_xlabel(clean_line(series.x_name))
        axes.set_ylabel(clean_line(series.y_name) if place == 1 else "")


def _crosses(heights: list[list[float]]) -> bool:
    known = _known(heights)
    return bool(known) and min(known) < 0.5 < max(known)


def _name(axes: Axes, series: Series) -> None:
    axes.set_xlabel(clean_line(series.x_name))
    axes.set_ylabel(clean_line(series.y_name))
    axes.legend()


_DRAWERS: dict[str, Callable[[Figure, Series, list[Trace]], None]] = {
    "curve": _draw_curve,
    "bars": _draw_bars,
    "errors": _draw_errors,
    "path": _draw_path,
    "region": _draw_region,
}


def _describe(series: Series, traces: list[Trace]) -> str:
    """Say in words what a picture shows, for those who do not see it."""
    parts = []
    for trace in traces:
        values = _known(trace.z or [trace.y])
        if not values or trace.role in ("ground", "data"):
            continue
        name = clean_line(trace.name, 40) or _LABELS.get(trace.role, "")
        if trace.role == "error":
            wrong = sum(v > 1e-6 for v in values)
            parts.append(f"{name}: {wrong} of {len(values)} entries are off")
        else:
            parts.append(
                f"{name}: {len(values)} values from {min(values):.3g} to {max(values):.3g}"
            )
    axes = f"{clean_line(series.y_name, 40)} over {clean_line(series.x_name, 40)}. "
    return ("" if series.kind == "errors" else axes) + "; ".join(parts) + "."


def _embed(svg: str, title: str, description: str) -> str:
    svg = svg[svg.index("<svg ") :].replace("{", "(").replace("}", ")")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(' id="', ' id="{id}')
    svg = re.sub(r'(xlink:href="|url\()#', r"\1#{id}", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    named = (
        f'<title id="{{id}}t">{escape(title)}</title>'
        f'<desc id="{{id}}d">{escape(description)}</desc>'
    )
    head, _, rest = svg.partition(">")
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-labelledby="{{id}}t {{id}}d">{named}{rest.strip()}'
