"""matplotlib in the grader's processes: its own defaults, no window, and figures as plain data."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from grader.sandbox.protocol.arrays import Array
from grader.sandbox.protocol.figures import (
    MAX_AXES_OF_FIGURE,
    MAX_DRAWN,
    MAX_FIGURES,
    MAX_POINTS,
    MAX_TEXTS,
)
from grader.sandbox.protocol.reductions import Irreducible

# The classes that are reduced; other classes of axes are derived from the second.
MATPLOTLIB_TYPES = ("matplotlib.figure.FigureBase", "matplotlib.axes._base._AxesBase")
_MAX_COLORS = 1_000  # of the points or bars of one kind
_HIDDEN = "_"  # how labels begin that are not in the legend


def settle_matplotlib() -> None:
    """Make matplotlib the same on every machine, if this process has imported it.

    The settings of the person who grades do not count. Fonts of the system cannot be read in a
    worker, and differ. A backend that opens windows is not loaded, whatever is asked for.
    """
    matplotlib: Any = sys.modules.get("matplotlib")
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if matplotlib is None or pyplot is None:
        return
    import logging

    # It would report, in what the student printed, which fonts there are not.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if pyplot.switch_backend is not _draw_nowhere:
        pyplot.switch_backend("agg")
        matplotlib.use = pyplot.switch_backend = _draw_nowhere
    matplotlib.rcdefaults()
    manager = matplotlib.font_manager.fontManager
    own = matplotlib.get_data_path()
    for name in ("ttflist", "afmlist"):
        setattr(manager, name, [f for f in getattr(manager, name) if f.fname.startswith(own)])


def _draw_nowhere(*_backend: Any, **_options: Any) -> None:
    """Do nothing, where a backend is chosen."""


def close_figures() -> None:
    """Close every figure that is open in this process."""
    pyplot = _find_pyplot()
    if pyplot is not None:
        pyplot.close("all")


def _find_pyplot() -> Any:
    """Return pyplot where it is settled; a course without it may have a placeholder."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    settled = getattr(pyplot, "switch_backend", None) is _draw_nowhere
    return pyplot if settled else None


def reduce_figure(value: Any) -> list[Any]:
    """Return what `read_figure` reads, for a figure or axes of matplotlib.

    Raises
    ------
    Irreducible
        If it has too many parts or points.
    """
    if isinstance(value, sys.modules["matplotlib.figure"].FigureBase):
        axes = _few(value.axes, MAX_AXES_OF_FIGURE)
        size = value.figure.get_size_inches()
        title = value.get_suptitle()
        return ["figure", [list(map(_reduce_axes, axes)), title, list(map(float, size))]]
    return ["axes", _reduce_axes(value)]


def _reduce_axes(axes: Any) -> list[Any]:
    legend = axes.get_legend()
    grouped = {id(bar) for bars in axes.containers for bar in _rectangles(bars)}
    bars = [_reduce_bars(axes, bars) for bars in axes.containers if _rectangles(bars)]
    alone = [patch for patch in axes.patches if _is_rectangle(patch) and id(patch) not in grouped]
    bars += [_reduce_group(axes, [patch], _label(patch), "vertical") for patch in alone]
    return [
        [
            *(_title(axes), axes.get_xlabel(), axes.get_ylabel()),
            *(axes.get_xscale(), axes.get_yscale()),
        ],
        [list(map(float, axes.get_xlim())), list(map(float, axes.get_ylim()))],
        None if legend is None else _texts(legend.get_texts()),
        [
            list(map(_reduce_line, _few(axes.lines))),
            [_reduce_points(one) for one in _few(axes.collections) if _is_scatter(one)],
            _few(bars),
            [image for one in _few([*axes.images, *axes.collections]) for image in _images(one)],
        ],
        [_texts(axes.texts), _ticks(axes.xaxis), _ticks(axes.yaxis)],
        _has_grid(axes),
    ]


def _title(axes: Any) -> str:
    titles = (axes.get_title(place) for place in ("center", "left", "right"))
    return next(filter(None, titles), "")


def _few(parts: Any, most: int = MAX_DRAWN) -> list[Any]:
    if len(parts) > most:
        raise Irreducible(f"with {len(parts)} parts")
    return list(parts)


def _texts(texts: Iterable[Any]) -> list[str]:
    return [text.get_text() for text in texts][:MAX_TEXTS]


def _ticks(axis: Any) -> list[str]:
    # A formatter gives the texts that would be drawn, without drawing.
    places = axis.get_majorticklocs()[:MAX_TEXTS]
    return [str(text) for text in axis.get_major_formatter().format_ticks(places)]


def _has_grid(axes: Any) -> bool:
    shown = (axis.get_tick_params(which="major").get("gridOn") for axis in (axes.xaxis, axes.yaxis))
    return any(map(bool, shown))


def _label(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith(_HIDDEN) else label


def _reduce_line(line: Any) -> list[Any]:
    x, y = (_numbers(values) for values in line.get_data(orig=False))
    return [
        *(x, y, _label(line), str(line.get_marker()), str(line.get_linestyle())),
        *(_color(line.get_color()), float(line.get_linewidth())),
    ]


def _is_scatter(collection: Any) -> bool:
    return type(collection).__name__ == "PathCollection"


def _reduce_points(collection: Any) -> list[Any]:
    offsets: Array = np.ma.filled(np.ma.asarray(collection.get_offsets(), float), np.nan)
    colors = collection.get_facecolors()[:_MAX_COLORS]
    return [
        *(_numbers(offsets[:, 0]), _numbers(offsets[:, 1]), _label(collection)),
        *(_numbers(collection.get_sizes()), list(map(_color, colors))),
    ]


def _rectangles(container: Any) -> list[Any]:
    """Return the bars of a group; nothing of groups of other things."""
    is_bars = type(container).__name__ == "BarContainer"
    return [patch for patch in container if _is_rectangle(patch)] if is_bars else []


def _is_rectangle(patch: Any) -> bool:
    return type(patch).__name__ == "Rectangle"


def _reduce_bars(axes: Any, container: Any) -> list[Any]:
    bars = _few(_rectangles(container), MAX_POINTS)
    return _reduce_group(axes, bars, _label(container), container.orientation)


def _reduce_group(axes: Any, bars: list[Any], label: str, orientation: str | None) -> list[Any]:
    is_horizontal = orientation == "horizontal"
    boxes = np.array(
        [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in bars], dtype=np.float64
    ).reshape(-1, 4)
    x, y, width, height = boxes.T
    positions, heights, widths, bases = (
        (y + height / 2, width, height, x) if is_horizontal else (x + width / 2, height, width, y)
    )
    names = _names(axes.yaxis if is_horizontal else axes.xaxis, positions)
    colors = [_color(bar.get_facecolor()) for bar in bars[:_MAX_COLORS]]
    arrays = [_numbers(values) for values in (positions, heights, widths, bases)]
    return [*arrays, names, label, is_horizontal, colors]


def _names(axis: Any, positions: Any) -> list[str]:
    """Return the texts on an axis at some places, where the axis has texts of its own."""
    formatter = type(axis.get_major_formatter()).__name__
    if formatter not in ("StrCategoryFormatter", "FixedFormatter", "FuncFormatter"):
        return []
    known = dict(zip(map(float, axis.get_majorticklocs()), _ticks(axis), strict=False))
    found = [known.get(float(place), "") for place in positions[:MAX_TEXTS]]
    return found if any(found) else []


def _images(artist: Any) -> Iterator[list[Any]]:
    if type(artist).__name__ not in ("AxesImage", "QuadMesh", "NonUniformImage", "PcolorImage"):
        return
    data = artist.get_array()
    if data is None:
        return
    array: Array = np.ma.filled(np.ma.asarray(data, float), np.nan)
    if array.size > 4 * MAX_POINTS:
        raise Irreducible(f"with an image of {array.size} values")
    limits = [float("-inf") if end is None else float(end) for end in artist.get_clim()]
    yield [np.atleast_2d(array), str(artist.get_cmap().name), limits]


def _numbers(values: Any) -> Array:
    array: Array = np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    if array.size > MAX_POINTS:
        raise Irreducible(f"with {array.size} points")
    return np.ascontiguousarray(array, dtype=np.float64)


def _color(color: Any) -> str:
    colors: Any = sys.modules["matplotlib.colors"]
    try:
        return str(colors.to_hex(color)).lower()
    except (ValueError, TypeError):
        return ""


def take_figures() -> list[Any]:
    """Return the figures that are open in this process, and close them."""
    pyplot = _find_pyplot()
    if pyplot is None:
        return []
    numbers = pyplot.get_fignums()
    figures = [pyplot.figure(number) for number in numbers[:MAX_FIGURES]]
    close_figures()
    return figures
