"""Which parts of a module are still as the course handed them out."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from os import fsdecode
from pathlib import Path

from grader.course.stubs import NOTEBOOKS
from grader.submissions.names import CODE
from grader.submissions.notebook import NotebookError, read_code_cells

_UNWRITTEN = "NotImplementedError"
# A definition at the beginning of a line, or another way to give a name something.
_BOUND = re.compile(
    r"^(?:async[ \t]+)?(?P<kind>def|class)[ \t]+(?P<defined>\w+)"
    r"|^(?P<assigned>\w+)[ \t]*(?::[^=\n]*)?=(?!=)"
    r"|^from[ \t]+\S+[ \t]+import[ \t]+(?P<imported>[^\n]+)",
    re.MULTILINE,
)
# Facts about another file in a line that imports or runs it.
_IMPORTED = re.compile(r"^[ \t]*(?:from|import|%run)[ \t]+([^\n#]*)", re.MULTILINE)
_END = re.compile(r"\n(?=[^\s#)\]}])")
_NOT_CODE = (tokenize.COMMENT, tokenize.NL, tokenize.ENCODING)
_NO_TEXT = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.ENDMARKER)


@dataclass(frozen=True, slots=True)
class Stub:
    """A stub of the course.

    Parameters
    ----------
    text : str
        Its code; of a notebook the cells, one below the other.
    asked : frozenset of str
        The functions and classes that students write.
    """

    text: str
    asked: frozenset[str]


def read_stub(folder: bytes, name: str, ending: str) -> Stub | None:
    """Return a stub of the course, or None where it has none.

    Parameters
    ----------
    folder : bytes
        The folder of the course's stubs.
    name : str
        The name of the exercise.
    ending : str
        ``.py`` or ``.ipynb``.
    """
    return _read_stub(folder, name, ending)


def read_stubs(folder: bytes, names: Iterable[str]) -> None:
    """Read all stubs of a course, so that they need not be read again in this process."""
    for name in names:
        for ending in CODE:
            _read_stub(folder, name, ending)


@cache
def _read_stub(folder: bytes, name: str, ending: str) -> Stub | None:
    place = Path(fsdecode(folder)) / (NOTEBOOKS if ending == ".ipynb" else "")
    try:
        content = (place / f"{name}{ending}").read_bytes()
        text = content.decode() if ending == ".py" else join_cells(read_code_cells(content))
    except (OSError, UnicodeError, NotebookError):
        return None
    asked = (n for n, block in _definitions(text) if _UNWRITTEN in block)
    return Stub(text, frozenset(asked))


def join_cells(cells: Iterable[str]) -> str:
    """Return the code of a notebook as one text."""
    return "\n\n".join(cells) + "\n"


def names_bound(text: str) -> frozenset[str]:
    """Return the names that a module gives something at the beginning of a line.

    Code that does not parse has some, too: nothing is parsed.
    """
    return frozenset(_names_bound(text))


def names_defined(text: str) -> dict[str, bool]:
    """Return the names of a module's definitions, and whether something is written in each."""
    return {name: _UNWRITTEN not in block for name, block in _definitions(text)}


def lines_bound(text: str) -> dict[str, int]:
    """Return the names of `names_bound` that a module defines or assigns, with their last lines.

    Lines are counted from 1.
    """
    found = ((one["defined"] or one["assigned"], one.start()) for one in _BOUND.finditer(text))
    return {name: text.count("\n", 0, start) + 1 for name, start in found if name}


def names_imported(text: str) -> frozenset[str]:
    """Return the words in a module's imports, some of which are names of modules."""
    lines = _IMPORTED.findall(text)
    return frozenset(word for line in lines for word in re.findall(r"\w+", line))


def _names_bound(text: str) -> Iterator[str]:
    for found in _BOUND.finditer(text):
        if found["imported"]:
            yield from re.findall(r"\w+|\*", found["imported"])
        else:
            yield found["defined"] or found["assigned"]


def is_untouched(text: str, stub: Stub) -> bool:
    """Return whether nothing that a stub asks for has been written.

    Parameters
    ----------
    text : str
        A module's code.
    stub : Stub
        The course's.
    """
    if text == stub.text:
        return True
    if not stub.asked:  # a program, of which only the text is known
        return _same_code(text, stub.text)
    if text.count(_UNWRITTEN) < len(stub.asked):
        return False
    bound = [name for name in _names_bound(text) if name in stub.asked or name == "*"]
    if sorted(bound) != sorted(stub.asked):
        return False  # one is missing, or is given something a second time
    blocks, wanted = dict(_definitions(text)), dict(_definitions(stub.text))
    return all(_same_code(blocks.get(name, ""), wanted[name]) for name in stub.asked)


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each definition's name and its lines."""
    for found in _BOUND.finditer(text):
        if found["defined"]:
            end = _END.search(text, found.end())
            yield found["defined"], text[found.start() : end.start() if end else len(text)]


def _same_code(one: str, other: str) -> bool:
    return one.split() == other.split() or _tokens(one) == _tokens(other) != []


def _tokens(text: str) -> list[tuple[int, str]]:
    """Return a definition's tokens without comments, docstrings and layout."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return []
    code = [token for token in found if token.type not in _NOT_CODE]
    return [
        (token.type, "" if token.type in _NO_TEXT else token.string)
        for place, token in enumerate(code)
        if not _is_docstring(code, place)
    ]


def _is_docstring(code: list[tokenize.TokenInfo], place: int) -> bool:
    if code[place].type != tokenize.STRING or not 0 < place < len(code) - 1:
        return False
    return code[place - 1].type in _NO_TEXT and code[place + 1].type == tokenize.NEWLINE
