"""Figures as plain data: what matplotlib has drawn, as a suite reads it.

What a worker sends is read here, part by part, without matplotlib.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import numpy as np

from grader.sandbox.protocol.arrays import Array, frozen
from grader.sanitize import clean

MAX_FIGURES, MAX_AXES_OF_FIGURE, MAX_DRAWN, MAX_TEXTS = 50, 100, 500, 500
MAX_POINTS = 200_000  # of one line, scatter or image
_MAX_TEXT = 1_000
_COLOR = re.compile(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?|", re.ASCII)
T = TypeVar("T")


def _no_numbers() -> Array:
    return np.zeros(0)


class Line(msgspec.Struct, frozen=True, eq=False):
    """A line, as ``plot`` draws it.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (N,)
        Its points. Texts and dates on an axis are the numbers that matplotlib gives them.
    label : str
        The name in the legend; empty if it has no label.
    marker, linestyle : str
        As matplotlib writes them: ``"o"``, ``"--"``; ``"None"`` for none.
    color : str
        As ``"#1f77b4"``; empty where it has none.
    width : float
        In points.
    """

    x: Array
    y: Array
    label: str = ""
    marker: str = "None"
    linestyle: str = "-"
    color: str = ""
    width: float = 1.5


class Points(msgspec.Struct, frozen=True, eq=False):
    """Points, as ``scatter`` draws them.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (N,)
        Where they are.
    label : str
        The name in the legend.
    sizes : numpy.ndarray
        In points squared: one for all, or one for each.
    colors : tuple of str
        One for all, or one for each.
    """

    x: Array
    y: Array
    label: str = ""
    sizes: Array = msgspec.field(default_factory=_no_numbers)
    colors: tuple[str, ...] = ()


class Bars(msgspec.Struct, frozen=True, eq=False):
    """One group of bars, as ``bar``, ``barh`` and ``hist`` draw it.

    Parameters
    ----------
    positions : numpy.ndarray, shape (N,)
        The middle of each bar, along the axis from which the bars begin.
    heights : numpy.ndarray, shape (N,)
        How long each bar is, from its base.
    widths, bases : numpy.ndarray, shape (N,)
        How wide it is, and where it begins.
    names : tuple of str
        The texts on the axis below the bars, where these are texts.
    label : str
        The name in the legend.
    horizontal : bool
        Whether they are horizontal, as those of ``barh``.
    colors : tuple of str
        One for each.
    """

    positions: Array
    heights: Array
    widths: Array
    bases: Array
    names: tuple[str, ...] = ()
    label: str = ""
    horizontal: bool = False
    colors: tuple[str, ...] = ()

    @property
    def edges(self) -> Array:
        """Return the edges between the bars of a histogram, one more than bars."""
        ends = self.positions + self.widths / 2
        return np.append(self.positions[:1] - self.widths[:1] / 2, ends)


class Image(msgspec.Struct, frozen=True, eq=False):
    """An image, as ``imshow`` and ``pcolormesh`` draw it.

    Parameters
    ----------
    data : numpy.ndarray
        Its values; masked ones are NaN.
    colormap : str
        Its name; of no meaning for an image in colors.
    limits : tuple of float
        The values at both ends of the colors.
    """

    data: Array
    colormap: str = ""
    limits: tuple[float, float] = (0.0, 1.0)


class Axes(msgspec.Struct, frozen=True, eq=False):
    """One diagram of a figure.

    Parameters
    ----------
    title, xlabel, ylabel : str
        Its texts.
    xscale, yscale : str
        ``"linear"``, ``"log"``.
    xlim, ylim : tuple of float
        The ends of the axes.
    legend : tuple of str or None
        The texts of the legend; None where there is none.
    lines, points, bars, images : tuple
        The parts of the diagram, each kind in the order of drawing.
    texts : tuple of str
        Texts within the diagram, as ``text`` and ``annotate`` write them.
    xticks, yticks : tuple of str
        The texts at the axes.
    grid : bool
        Whether there is a grid.
    """

    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    xscale: str = "linear"
    yscale: str = "linear"
    xlim: tuple[float, float] = (0.0, 1.0)
    ylim: tuple[float, float] = (0.0, 1.0)
    legend: tuple[str, ...] | None = None
    lines: tuple[Line, ...] = ()
    points: tuple[Points, ...] = ()
    bars: tuple[Bars, ...] = ()
    images: tuple[Image, ...] = ()
    texts: tuple[str, ...] = ()
    xticks: tuple[str, ...] = ()
    yticks: tuple[str, ...] = ()
    grid: bool = False


class Figure(msgspec.Struct, frozen=True, eq=False):
    """A figure.

    Parameters
    ----------
    axes : tuple of Axes
        Its diagrams, in the order in which they were made.
    title : str
        The title of the whole, as ``suptitle`` writes it.
    size : tuple of float
        Width and height in inches.
    """

    axes: tuple[Axes, ...] = ()
    title: str = ""
    size: tuple[float, float] = (6.4, 4.8)


# Reading what a worker sends


def read_figure(reduced: Any) -> Figure | Axes:
    """Return what was reduced to a list of the kind and the fields, checked.

    Raises
    ------
    ValueError, TypeError
        If it is anything else.
    """
    kind, parts = reduced
    if kind == "figure":
        return _read_whole(parts)
    if kind == "axes":
        return _read_axes(parts)
    raise ValueError("not a figure")


def _read_whole(parts: Any) -> Figure:
    axes, title, size = parts
    return Figure(_all(axes, _read_axes, MAX_AXES_OF_FIGURE), _text(title), _pair(size))


def _read_axes(parts: Any) -> Axes:
    texts, limits, legend, drawn, marks, grid = parts
    title, xlabel, ylabel, xscale, yscale = map(_text, texts)
    xlim, ylim = map(_pair, limits)
    lines, points, bars, images = drawn
    inside, xticks, yticks = (_all(group, _text, MAX_TEXTS) for group in marks)
    if type(grid) is not bool:
        raise TypeError("a grid that is not True or False")
    return Axes(
        *(title, xlabel, ylabel, xscale, yscale, xlim, ylim),
        legend=None if legend is None else _all(legend, _text, MAX_TEXTS),
        lines=_all(lines, _read_line),
        points=_all(points, _read_points),
        bars=_all(bars, _read_bars),
        images=_all(images, _read_image),
        texts=inside,
        xticks=xticks,
        yticks=yticks,
        grid=grid,
    )


def _read_line(parts: Any) -> Line:
    x, y, label, marker, linestyle, color, width = parts
    x, y = _numbers(x), _numbers(y)
    _refuse_unequal(x, y)
    return Line(x, y, _text(label), _text(marker), _text(linestyle), _color(color), _number(width))


def _read_points(parts: Any) -> Points:
    x, y, label, sizes, colors = parts
    x, y = _numbers(x), _numbers(y)
    _refuse_unequal(x, y)
    return Points(x, y, _text(label), _numbers(sizes), _all(colors, _color, MAX_POINTS))


def _read_bars(parts: Any) -> Bars:
    positions, heights, widths, bases, names, label, horizontal, colors = parts
    positions, heights, widths, bases = map(_numbers, (positions, heights, widths, bases))
    _refuse_unequal(positions, heights, widths, bases)
    if type(horizontal) is not bool:
        raise TypeError("a direction of bars that is not True or False")
    shown = _all(names, _text, MAX_TEXTS)
    return Bars(
        *(positions, heights, widths, bases, shown, _text(label), horizontal),
        colors=_all(colors, _color, MAX_POINTS),
    )


def _read_image(parts: Any) -> Image:
    data, colormap, limits = parts
    if not isinstance(data, np.ndarray) or data.ndim not in (2, 3) or data.dtype.kind not in "biuf":
        raise TypeError("an image without values")
    return Image(frozen(data), _text(colormap), _pair(limits))


def _numbers(array: Any) -> Array:
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype != np.float64:
        raise TypeError("points that are not numbers")
    if len(array) > MAX_POINTS:
        raise ValueError("too many points")
    return frozen(array)


def _refuse_unequal(*arrays: Array) -> None:
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("points of unequal length")


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("a text of another type")
    return clean(value, _MAX_TEXT)


def _color(value: Any) -> str:
    if type(value) is not str or not _COLOR.fullmatch(value):
        raise ValueError("a color in another form")
    return value


def _number(value: Any) -> float:
    if type(value) is not float or math.isnan(value):
        raise TypeError("a number of another type, or NaN")
    return value


def _pair(value: Any) -> tuple[float, float]:
    first, second = value
    return _number(first), _number(second)


def _all(parts: Any, read: Callable[[Any], T], most: int = MAX_DRAWN) -> tuple[T, ...]:
    if type(parts) is not list or len(parts) > most:
        raise TypeError("too many parts of a figure, or not a list of them")
    return tuple(map(read, parts))
