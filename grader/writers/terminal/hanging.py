"""Long lines on a terminal: wrapped between words, the rest indented."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

_HANGING = 4
_NARROWEST = 20


def wrap_hanging(line: str, width: int) -> Iterator[str]:
    """Yield a line in pieces that fit, letters that take two columns counted as two.

    Parameters
    ----------
    width : int
        Columns of the terminal.
    """
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    hanging = indent + " " * _HANGING
    width = max(width, _NARROWEST)
    console = Console(width=width)
    first = Text(body).wrap(console, width - len(indent))
    yield indent + first[0].plain.rstrip()
    rest = body[len(first[0].plain.rstrip()) :].lstrip()
    if rest:
        for piece in Text(rest).wrap(console, width - len(hanging)):
            yield hanging + piece.plain.rstrip()
