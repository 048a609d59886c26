"""Figures in words, and what of them makes a difference."""

from __future__ import annotations

from typing import Any

from grader.sandbox.protocol.figures import Axes, Figure
from grader.wording import counted

# Not colors, markers and limits: they differ where the same is shown.
_MAIN = ("title", "xlabel", "ylabel", "xscale", "yscale", "legend", "texts")
_KINDS = (("lines", "line"), ("points", "group of points"), ("bars", "group of bars"))


def describe_figure(value: Figure | Axes) -> str:
    """Return what a figure or its axes show: ``a figure with 2 lines, 1 image``."""
    if isinstance(value, Axes):
        return f"axes with {_list_drawn(value)}"
    if len(value.axes) == 1:
        return f"a figure with {_list_drawn(value.axes[0])}"
    return f"a figure of {len(value.axes)} axes" if value.axes else "an empty figure"


def _list_drawn(axes: Axes) -> str:
    counts = [(len(getattr(axes, kind)), noun) for kind, noun in (*_KINDS, ("images", "image"))]
    parts = [counted(count, noun) for count, noun in counts if count]
    return ", ".join(parts) or "nothing that is drawn"


def main_fields(value: Figure | Axes) -> Any:
    """Return what makes a difference between figures, as lists and dicts."""
    if isinstance(value, Figure):
        return {"title": value.title, "axes": list(map(main_fields, value.axes))}
    fields: dict[str, Any] = {name: getattr(value, name) for name in _MAIN}
    fields["lines"] = [[line.label, line.x, line.y] for line in value.lines]
    fields["points"] = [[one.label, one.x, one.y] for one in value.points]
    fields["bars"] = [
        [bars.label, bars.horizontal, bars.positions, bars.heights, bars.bases, bars.names]
        for bars in value.bars
    ]
    fields["images"] = [image.data for image in value.images]
    return fields
