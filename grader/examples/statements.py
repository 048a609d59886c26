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
    """Yield the statements of a file; of one that does not end, its first line."""
    place, line = 0, 1
    while place < len(text):
        end, problem = _find_end(text, place)
        if problem:
            end = text.find("\n", place) + 1 or len(text)
        statement = text[place:end]
        if statement.strip():
            blank = len(statement) - len(statement.lstrip())
            first = line + statement[:blank].count("\n")
            yield Statement(first, statement.strip(), problem)
        line += statement.count("\n")
        place = end


def _find_end(text: str, start: int) -> tuple[int, str]:
    depth = 0
    for found in _TOKEN.finditer(text, start):
        if found.end() - start > MOST_CHARACTERS:
            return 0, f"it has more than {MOST_CHARACTERS} characters; write a smaller example"
        sign = found.group()
        if sign in ("(", "[", "{"):
            depth += 1
            if depth > DEEPEST:
                return 0, f"brackets are nested more than {DEEPEST} deep; write a smaller example"
        elif sign in (")", "]", "}"):
            depth -= 1
        elif sign == "\n" and depth <= 0:
            return found.end(), ""
    if depth > 0:
        return 0, "a bracket is not closed"
    if len(text) - start > MOST_CHARACTERS:
        return 0, f"it has more than {MOST_CHARACTERS} characters; write a smaller example"
    return len(text), ""
