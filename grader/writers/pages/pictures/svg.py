"""SVG elements as text: every text and every attribute is escaped, every number is short."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

Point = tuple[float, float]

TEXT = 12.0  # the size of text, in pixels
WIDE_GLYPH = 0.6  # the width of a letter of the page's font, as a part of the size


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is inside of an SVG element of some size in pixels.

    Parameters
    ----------
    notes : tuple of str
        What of the numbers is not at its place, in words; it is also written in the picture.
    """

    width: float
    height: float
    content: str
    notes: tuple[str, ...] = ()


def tag(name: str, content: str = "", **attributes: float | str) -> str:
    """Return an element; ``content`` is SVG, and ``_`` in a name of an attribute is ``-``."""
    written = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(words: str, x: float, y: float, **attributes: float | str) -> str:
    """Return words at a place, escaped."""
    return tag("text", escape(words), x=x, y=y, **attributes)


def path(lines: Iterable[Sequence[Point]], *, closed: bool = False, class_: str) -> str:
    """Return some lines, or the areas in them, as one path; nothing where there is no line.

    Areas that are neighbours have no seam between them.
    """
    end = "z" if closed else ""
    drawn = "".join(
        f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in line)}{end}" for line in lines if line
    )
    return tag("path", d=drawn, class_=class_) if drawn else ""


def number(value: float) -> str:
    """Return a coordinate in tenths of a pixel."""
    return f"{round(value, 1) + 0.0:g}"  # -0 becomes 0


def width_of(words: str, size: float = TEXT) -> float:
    """Return how wide words are at most, but for unusual letters."""
    return WIDE_GLYPH * size * len(words)


def shorten(words: str, width: float, size: float = TEXT) -> str:
    """Return words that are no wider than this, with ``…`` where some are left out."""
    most = max(1, math.floor(width / (WIDE_GLYPH * size)))
    return words if len(words) <= most else words[: most - 1] + "…"


@cache
def _name(key: str) -> str:
    return key.strip("_").replace("_", "-")


def _value(value: float | str) -> str:
    return escape(value) if isinstance(value, str) else number(value)
