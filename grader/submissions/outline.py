"""The code of a file without comments, layout and docstrings.

Names count, and so does everything else that may change a result. The file is split into
tokens and not parsed, since code can be written that crashes Python's parser.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

# A module's bytes, or a notebook's cells.
Code = bytes | tuple[str, ...]
Token = tuple[int, str]

_MAX_CODE = 256 * 1024  # more is compared as it is
_PASSED_OVER = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)
_LAYOUT = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
# Python's own parser takes the first for the end of a line, `tokenize` does not.
_ODD = re.compile(rb"\r(?!\n)|[\f\0]")
# By these code can read its own text, so that all of it counts.
_READING = frozenset(
    ("__doc__", "__code__", "_getframe", "doctest", "inspect", "linecache", "pydoc", "traceback")
)


@dataclass(frozen=True, slots=True)
class Outline:
    """The code of a file, and its lines.

    Parameters
    ----------
    tokens : tuple of (int, str)
        Kind and text of each token that counts.
    places : tuple of (int, str)
        The number and the text of the line of each of them; with a cell's number before.
    """

    tokens: tuple[Token, ...]
    places: tuple[tuple[int, int, str], ...]


def is_same_code(before: Code, after: Code, *, in_place: bool) -> bool:
    """Return whether two versions of a file differ in comments, layout and docstrings alone.

    Parameters
    ----------
    in_place : bool
        Whether each line with code must be the same and have the same number, too.
    """
    if before == after:
        return True
    if isinstance(before, bytes) is not isinstance(after, bytes):
        return False
    old, new = _outline(before), _outline(after)
    return old.tokens == new.tokens and (not in_place or old.places == new.places)


@lru_cache(maxsize=64)
def _outline(code: Code) -> Outline:
    cells = [code] if isinstance(code, bytes) else [cell.encode() for cell in code]
    tokens: list[Token] = []
    places: list[tuple[int, int, str]] = []
    for number, cell in enumerate(cells):
        found = _split(cell)
        tokens += [(token.type, _text(token)) for token in found]
        with_code = (token for token in found if token.type not in _LAYOUT)
        places += [(number, token.start[0], token.line) for token in with_code]
    return Outline(tuple(tokens), tuple(places))


def _split(cell: bytes) -> list[tokenize.TokenInfo]:
    """Return the tokens that count; a text that cannot be split is a single one."""
    whole = tokenize.TokenInfo(tokenize.ERRORTOKEN, cell.decode("latin-1"), (1, 0), (1, 0), "")
    if len(cell) > _MAX_CODE or _ODD.search(cell) or _has_magic(cell):
        return [whole]
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(cell).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return [whole]
    if any(t.type == tokenize.ERRORTOKEN or t.string in _READING for t in tokens):
        return [whole]
    return list(_without_docstrings(t for t in tokens if t.type not in _PASSED_OVER))


def _has_magic(cell: bytes) -> bool:
    # There, white space and what looks like a comment may count.
    lines = (line.strip() for line in cell.splitlines())
    return any(line.startswith((b"%", b"!", b"?")) or line.endswith(b"?") for line in lines)


def _without_docstrings(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Leave out a text that is the first statement of a file or of a block."""
    line: list[tokenize.TokenInfo] = []
    first = True
    for token in tokens:
        if token.type in (tokenize.ENCODING, tokenize.INDENT, tokenize.DEDENT):
            yield token
            first = token.type != tokenize.DEDENT
            continue
        line.append(token)
        if token.type == tokenize.NEWLINE:
            if not first or not all(map(_is_text, line[:-1])):
                yield from line
            first, line = False, []
    yield from line


def _is_text(token: tokenize.TokenInfo) -> bool:
    """Return whether a token is a text that has neither an effect nor an error in it."""
    # Until Python 3.11 an f-string is one token; an escape may be wrong.
    return token.type == tokenize.STRING and token.string[0] in "\"'" and "\\" not in token.string


def _text(token: tokenize.TokenInfo) -> str:
    return "" if token.type in _LAYOUT else token.string
