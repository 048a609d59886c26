"""Splitting a file into statements, so that one with a mistake does not hide the others.

Python's parser takes a file whole or not at all, and it recurses: here lines are joined while a
bracket is open, and what is too long or nested too deeply never reaches the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 10_000  # of one example
DEEPEST = 20  # brackets in brackets
# Reads of that many characters which found no end; beyond it, what was read is left out whole.
_MUCH, _MOST_IN_VAIN = 1_000, 20

_TRIPLE = r'"""(?:\\.|[^\\])*?"""|' + r"'''(?:\\.|[^\\])*?'''"
_STRING = r'"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])*'"
_TOKEN = re.compile(rf"{_TRIPLE}|{_STRING}|#[^\n]*|\\\n|[()\[\]{{}}\n]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file.

    Parameters
    ----------
    line : int
        Where it begins.
    problem : str
        Why it cannot be parsed, or an empty string.
    """

    line: int
    text: str
    problem: str = ""


def split_statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a file; of one that does not end, its first line.

    The time is proportional to the length of the text.
    """
    place, line, in_vain = 0, 1, 0
    while place < len(text):
        end, problem = _find_end(text, place)
        if problem:
            much = end - place > _MUCH
            in_vain += much
            after = end - 1 if much and in_vain > _MOST_IN_VAIN else place
            end = text.find("\n", after) + 1 or len(text)
        statement = text[place:end]
        if statement.strip():
            blank = len(statement) - len(statement.lstrip())
            first = line + statement[:blank].count("\n")
            yield Statement(first, statement.strip(), problem)
        line += statement.count("\n")
        place = end


def _find_end(text: str, start: int) -> tuple[int, str]:
    """Return where a statement ends, or how far it was read and why no further."""
    depth = 0
    # A pattern that begins at each of very many quotes would read all of the rest again.
    limit = min(start + MOST_CHARACTERS + 1, len(text))
    too_long = f"it has more than {MOST_CHARACTERS} characters; write a smaller example"
    for found in _TOKEN.finditer(text, start, limit):
        sign = found.group()
        if sign in ("(", "[", "{"):
            depth += 1
            if depth > DEEPEST:
                deep = f"brackets are nested more than {DEEPEST} deep; write a smaller example"
                return found.end(), deep
        elif sign in (")", "]", "}"):
            depth -= 1
        elif sign == "\n" and depth <= 0:
            return found.end(), ""
    if limit < len(text):
        return limit, too_long
    if depth > 0:
        return limit, "a bracket is not closed"
    return limit, too_long if limit - start > MOST_CHARACTERS else ""
