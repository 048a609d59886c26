"""The source of a student's function, cut out of what was handed in without running it."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.records import Place, SourceFile
from grader.sanitize import clean

MAX_LINES = 150
_MAX_LINE = 300
_MANY_LINES = 30  # of a definition are shown, the others folded
_FEW_LINES = 4  # are not worth a fold


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown: with its number, and whether something arose in it."""

    number: int
    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines that follow one another.

    Parameters
    ----------
    fold : str
        What they are called while they are folded; empty where they are shown.
    """

    fold: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of a definition.

    Parameters
    ----------
    name : str
        The file's name, and the cell's number in a notebook.
    first : int
        The number of the first line.
    left_out : int
        How many lines follow that are too many to show.
    """

    name: str
    first: int
    parts: tuple[Part, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class on the outermost level of a file.

    Parameters
    ----------
    name, function : str
        The file's name, with the cell's number in a notebook, and its own.
    cell, first : int
        The code cell, or 0, and the number of the first line.
    text : tuple of str
        All its lines, as they were handed in.
    docstring : range
        The numbers of the lines of its docstring after the first one.
    """

    name: str
    function: str
    cell: int
    first: int
    text: tuple[str, ...]
    docstring: range

    def holds(self, place: Place) -> bool:
        """Return whether a place is in it."""
        inside = self.first <= place.line < self.first + len(self.text)
        return inside and place.cell == self.cell

    def excerpt(self, places: Collection[Place]) -> Excerpt:
        """Return its lines without control characters, some of them folded."""
        marked = {place.line for place in places if self.holds(place)}
        last = MAX_LINES + len(self.docstring)
        lines = [
            Line(number, clean(text, _MAX_LINE), number in marked)
            for number, text in enumerate(self.text[:last], self.first)
        ]
        shown = _choose([line for line in lines if line.number not in self.docstring])
        parts = []
        for fold, group in groupby(lines, key=lambda line: self._fold(line.number, shown)):
            some = tuple(group)
            parts.append(Part(f"{len(some)} {fold}" if fold else "", some))
        return Excerpt(self.name, self.first, tuple(parts), max(0, len(self.text) - last))

    def _fold(self, number: int, shown: range) -> str:
        if number in self.docstring:
            return "more lines of the docstring"
        return "" if number in shown else "more lines"


def _choose(lines: Sequence[Line]) -> range:
    """Return the numbers of the lines to show: the first, or those about one that is marked."""
    if len(lines) <= _MANY_LINES + _FEW_LINES:
        return range(lines[0].number, lines[-1].number + 1)
    here = next((place for place, line in enumerate(lines) if line.marked), 0)
    start = min(max(0, here - _MANY_LINES // 2), len(lines) - _MANY_LINES)
    return range(lines[start].number, lines[start + _MANY_LINES - 1].number + 1)


def find_definitions(source: SourceFile) -> tuple[Definition, ...]:
    """Return the functions and classes of a file, in its order, without running anything."""
    return tuple(found for cell, text in _texts(source) for found in _find(source.name, cell, text))


def cut_function(
    definitions: Sequence[Definition], function: str, places: Sequence[Place] = ()
) -> tuple[Excerpt, ...]:
    """Return a function's lines, and those of others where something arose.

    Parameters
    ----------
    function : str
        A function or class on the outermost level; of several the last counts.
    places : sequence of Place
        Lines that should be seen, wherever they are.
    """
    own = [one for one in definitions if one.function == function][-1:]
    others = [
        one for one in definitions if one not in own and any(one.holds(place) for place in places)
    ]
    return tuple(one.excerpt(places) for one in (*own, *others))


def _texts(source: SourceFile) -> Iterator[tuple[int, str]]:
    if source.cells is not None:
        yield from enumerate(source.cells, 1)
    elif not source.error:
        yield 0, source.content.decode("utf-8", "replace")


def _find(name: str, cell: int, text: str) -> Iterator[Definition]:
    """Yield each definition of the outermost level.

    Tokens are enough for this, and no student's text makes their reader run out of stack.
    """
    lines = text.splitlines()
    where = f"{name}, cell {cell}" if cell else name
    for function, first, last, docstring in _spans(text):
        yield Definition(where, function, cell, first, tuple(lines[first - 1 : last]), docstring)


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
