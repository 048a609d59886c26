"""The source of a student's function, cut out of what was handed in without running it."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.records import Place, SourceFile
from grader.sanitize import clean

MAX_LINES = 150
_MAX_LINE = 300
_MANY_LINES = 30


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of a file.

    Parameters
    ----------
    name : str
        The file's name, and the cell's number in a notebook.
    cell, first : int
        The code cell, or 0, and the number of the first line.
    docstring : range
        The numbers of the lines of its docstring after the first one, which need not be shown.
    """

    name: str
    cell: int
    first: int
    lines: tuple[str, ...]
    docstring: range = range(0)

    def holds(self, place: Place) -> bool:
        """Return whether a place is in it."""
        inside = self.first <= place.line < self.first + len(self.lines)
        return inside and place.cell == self.cell


def cut_function(
    source: SourceFile, function: str, places: Sequence[Place] = ()
) -> tuple[Excerpt, ...]:
    """Return a function's lines, and those of others where something arose.

    Parameters
    ----------
    function : str
        A function or class on the outermost level; of several the last counts.
    places : sequence of Place
        Lines that should be seen, wherever they are.
    """
    blocks = [block for cell, text in _texts(source) for block in _blocks(source.name, cell, text)]
    own = [excerpt for name, excerpt in blocks if name == function][-1:]
    others = [
        excerpt
        for _, excerpt in blocks
        if excerpt not in own and any(excerpt.holds(place) for place in places)
    ]
    return (*own, *others)


def shorten(excerpt: Excerpt, places: Collection[Place]) -> Excerpt:
    """Return the lines about a place that a long excerpt has, or else its first ones."""
    if len(excerpt.lines) - len(excerpt.docstring) <= _MANY_LINES:
        return excerpt
    here = next((place.line for place in places if excerpt.holds(place)), excerpt.first)
    start = max(0, here - excerpt.first - _MANY_LINES // 2)
    kept = excerpt.lines[start : start + _MANY_LINES + len(excerpt.docstring)]
    return replace(excerpt, first=excerpt.first + start, lines=kept)


def _texts(source: SourceFile) -> Iterator[tuple[int, str]]:
    if source.cells is not None:
        yield from enumerate(source.cells, 1)
    elif not source.error:
        yield 0, source.content.decode("utf-8", "replace")


def _blocks(name: str, cell: int, text: str) -> Iterator[tuple[str, Excerpt]]:
    """Yield each definition of the outermost level.

    Tokens are enough for this, and no student's text makes their reader run out of stack.
    """
    lines = text.splitlines()
    where = f"{name}, cell {cell}" if cell else name
    for function, first, last, docstring in _spans(text):
        kept = lines[first - 1 : last][: MAX_LINES + len(docstring)]
        shown = tuple(clean(line, _MAX_LINE) for line in kept)
        yield function, Excerpt(where, cell, first, shown, docstring)


def _spans(text: str) -> Iterator[tuple[str, int, int, range]]:  # noqa: C901 - one pass
    """Yield name, first and last line of each definition, and the lines of its docstring."""
    depth, name, first, last, named = 0, "", 0, 0, False
    docstring, begins = range(0), False
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.INDENT:
                depth += 1
                begins = depth == 1
            elif token.type == tokenize.DEDENT:
                depth -= 1
                if not depth and name:
                    yield name, first, last, docstring
                    name, docstring = "", range(0)
            elif named:
                name, named = token.string, False
            elif not depth and not name and token.string in ("def", "class"):
                first, named = token.start[0], True
            elif begins and token.type not in (tokenize.NL, tokenize.COMMENT):
                if token.type == tokenize.STRING:
                    docstring = range(token.start[0] + 1, token.end[0] + 1)
                begins = False
            if token.type == tokenize.NEWLINE:
                last = token.end[0]
    except (tokenize.TokenError, SyntaxError):
        return  # what cannot be read any further was not graded either
