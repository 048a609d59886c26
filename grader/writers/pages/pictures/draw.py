"""Series as pictures: SVG that takes the page's colours, in the light and in the dark.

Colours are those of the page's style sheet, by class. Every line also differs in form and has
its name beside it, so that no colour is needed to distinguish them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape

from grader.records import Series, Trace
from grader.sanitize import clean_line
from grader.writers.pages.pictures.curves import draw_bars, draw_curve, draw_path
from grader.writers.pages.pictures.grids import RIGHT, draw_errors, draw_region
from grader.writers.pages.pictures.scales import write
from grader.writers.pages.pictures.svg import Drawing, number, tag
from grader.writers.pages.pictures.traces import areas_of, fitting, known, name_of, rows_of

_DRAWERS: dict[str, Callable[[Series, list[Trace]], Drawing]] = {
    "curve": draw_curve,
    "bars": draw_bars,
    "errors": draw_errors,
    "path": draw_path,
    "region": draw_region,
}


def draw_picture(series: Series, name: str) -> str:
    """Return a series as an SVG element, or an empty text where nothing can be drawn.

    It is safe HTML even of a report that was written by hand.

    Parameters
    ----------
    name : str
        How its ids begin: a word that no other picture of the page has.
    """
    drawn = _draw(series)
    if drawn is None:
        return ""
    drawing, words = drawn
    title = clean_line(series.title, 80)
    named = tag("title", escape(title), id=f"{name}-t") + tag("desc", escape(words), id=f"{name}-d")
    return tag(
        "svg", named + drawing.content, class_=f"drawn {series.kind}", role="img",
        aria_labelledby=f"{name}-t", aria_describedby=f"{name}-d",
        width=drawing.width, height=drawing.height,
        viewBox=f"0 0 {number(drawing.width)} {number(drawing.height)}",
    )  # fmt: skip


# All who are right about the same inputs have the same picture.
@lru_cache(maxsize=512)
def _draw(series: Series) -> tuple[Drawing, str] | None:
    """Return a picture and its description, or None where nothing can be drawn."""
    traces = fitting(series)
    if not _shows(series.kind, traces):
        return None
    drawing = _DRAWERS[series.kind](series, traces)
    return drawing, _describe(series, traces, drawing)


def _shows(kind: str, traces: list[Trace]) -> bool:
    """Return whether there is something of the student's that this kind of picture shows."""
    if kind == "errors":
        return any(trace.role == "error" and trace.z for trace in traces)
    if kind == "region":
        return bool(areas_of(traces, "yours"))
    return any(row.role == "yours" for row in rows_of(traces))


def _describe(series: Series, traces: list[Trace], drawing: Drawing) -> str:
    """Return in words what a picture shows, for those who do not see it."""
    parts = []
    for trace in traces:
        values = known(*(trace.z or [trace.y]))
        if not values or trace.role in ("ground", "data"):
            continue
        if trace.role == "error":
            wrong = sum(value > RIGHT for value in values)
            parts.append(f"{name_of(trace)}: {wrong} of {len(values)} entries are off")
        else:
            span = f"{write(min(values))} to {write(max(values))}"
            parts.append(f"{name_of(trace)}: {len(values)} values from {span}")
    parts += drawing.notes
    axes = f"{clean_line(series.y_name, 40)} over {clean_line(series.x_name, 40)}. "
    return ("" if series.kind == "errors" else axes) + "; ".join(parts) + "."
