"""A plane with two axes, on which curves, ways and bars are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.writers.pages.pictures.scales import EDGE, Scale, make_scale
from grader.writers.pages.pictures.svg import (
    TEXT,
    Point,
    path,
    shorten,
    tag,
    text,
    width_of,
)

WIDTH, HEIGHT = 360.0, 226.0
_ABOVE, _BELOW = 24.0, 36.0  # for the names of the axes, and for the numbers
_SMALL = 11.0
_BESIDE = 78.0  # for the names of lines, on the right
_LABEL = 14.0  # from the middle of a name to the next


@dataclass(frozen=True, slots=True)
class Plane:
    """Two axes and the space between them.

    Parameters
    ----------
    x, y : Scale
        From numbers to pixels.
    """

    x: Scale
    y: Scale

    def place(self, x: float, y: float) -> Point:
        """Return the pixels of a point."""
        return self.x(x), self.y(y)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point can be seen."""
        return self.x.low <= x <= self.x.high and self.y.low <= y <= self.y.high

    def clip(self, content: str) -> str:
        """Return what is drawn on it, without what is beyond its edges."""
        left, top = self.x.start, self.y.end
        width, height = self.x.end - left, self.y.start - top
        box = " ".join(f"{value:.6g}" for value in (left, top, width, height))
        return tag(
            "svg", content, x=left, y=top, width=width, height=height, viewBox=box,
            overflow="hidden",
        )  # fmt: skip

    def axes(
        self,
        x_name: str,
        y_name: str,
        x_ticks: Sequence[tuple[float, str]] = (),
        *,
        left_of_all: float = 2.0,
        lines: bool = True,
    ) -> str:
        """Return both axes with round numbers and their names.

        Parameters
        ----------
        x_ticks : sequence of (float, str)
            Numbers along the first axis; without any, round ones.
        left_of_all : float
            Where the name of the second axis begins.
        lines : bool
            Whether a thin line is drawn at each number of the second axis.
        """
        left, right, top, bottom = self.x.start, self.x.end, self.y.end, self.y.start
        drawn = [path([[(left, top), (left, bottom), (right, bottom)]], class_="axis")]
        for value, words in _spread(x_ticks or self.x.ticks(), self.x):
            at = self.x(value)
            drawn.append(path([[(at, bottom), (at, bottom + 4)]], class_="axis"))
            drawn.append(text(words, at, bottom + 16, class_="small mid"))
        for value, words in self.y.ticks():
            at = self.y(value)
            if lines:
                drawn.append(path([[(left, at), (right, at)]], class_="grid"))
            drawn.append(text(words, left - 6, at + 4, class_="small end"))
        middle = (left + right) / 2
        drawn.append(text(shorten(x_name, right - left), middle, bottom + 31, class_="mid"))
        log = ", logarithmic" if self.y.log else ""
        drawn.append(text(shorten(y_name, right - left_of_all - 60) + log, left_of_all, TEXT))
        return "".join(drawn)

    def labels(self, ends: Sequence[tuple[float, str, str]]) -> str:
        """Return names of lines on the right, each beside its end or near it, none over another.

        Parameters
        ----------
        ends : sequence of (float, str, str)
            The height of a line's end in pixels, its name, and a sample of it as SVG, drawn
            from (0, 0) to (18, 0).
        """
        top, bottom = self.y.end + 4, self.y.start - 4
        lowest = top
        drawn = []
        ordered = sorted(ends)
        for place, (height, words, sample) in enumerate(ordered):
            rest = len(ordered) - 1 - place
            at = min(max(height, lowest), bottom - rest * _LABEL)
            lowest = at + _LABEL
            where = f"translate({self.x.end + 6:.6g} {at:.6g})"
            name = text(shorten(words, _BESIDE - 26), 24, 4)
            drawn.append(tag("g", sample + name, transform=where))
        return "".join(drawn)


def make_plane(
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    log: bool = False,
    notes: int = 0,
    padding: float = 0.0,
    edge: float = EDGE,
) -> Plane:
    """Return a plane on which all these numbers are seen.

    Parameters
    ----------
    log : bool
        Whether the second axis is logarithmic.
    notes : int
        How many lines of text are to fit above it.
    padding : float
        Room on the first axis before its least and after its largest number.
    edge : float
        Room beside the numbers, as a part of their range.
    """
    y = make_scale(ys, HEIGHT - _BELOW, _ABOVE + 14.0 * notes, log=log, edge=edge)
    left = 14.0 + max((width_of(words, _SMALL) for _, words in y.ticks()), default=0.0)
    right = WIDTH - _BESIDE
    x = make_scale(xs, left, right, edge=edge)
    if padding:
        x = Scale(min(xs) - padding, max(xs) + padding, left, right)
    return Plane(x, y)


def write_notes(notes: Sequence[str]) -> str:
    """Return lines of text below the name of the second axis."""
    return "".join(
        text(shorten(note, WIDTH, _SMALL), 2, TEXT + 14.0 * place, class_="small")
        for place, note in enumerate(notes, 1)
    )


def _spread(ticks: Sequence[tuple[float, str]], scale: Scale) -> Sequence[tuple[float, str]]:
    """Return every tick, or every second and so on, so that no words touch others."""
    widest = max((width_of(words, _SMALL) for _, words in ticks), default=0.0) + 4
    apart = min((scale(b) - scale(a) for (a, _), (b, _) in pairwise(ticks)), default=widest)
    return ticks[:: math.ceil(widest / max(apart, 0.1))]
