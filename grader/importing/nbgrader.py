"""Assignments of nbgrader: cells with metadata, and comments around solutions and hidden tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.importing.cells import Document
from grader.importing.parts import (
    Assignment,
    Code,
    GradedCell,
    describe_manual,
    find_title,
    hundredths,
)
from grader.sanitize import clean_line

_SOLUTION = re.compile(r"(BEGIN|END) SOLUTION")
_HIDDEN = re.compile(r"(BEGIN|END) HIDDEN TESTS")
_SCHEME = re.compile(r"(BEGIN|END) MARK SCHEME")


def is_nbgrader(document: Document) -> bool:
    """Return whether a notebook has cells that nbgrader grades, or solutions."""
    return any(
        cell.nbgrader.get("grade") or cell.nbgrader.get("solution") for cell in document.cells
    )


def read_nbgrader(document: Document) -> Assignment:
    """Take a notebook of nbgrader apart; a source has solutions, a release has none."""
    codes, tests, left_out = [], [], []
    prose = ""
    for place, cell in enumerate(document.cells):
        own = cell.nbgrader
        name = clean_line(str(own.get("grade_id") or f"cell {place + 1}"), 60)
        graded, solved = bool(own.get("grade")), bool(own.get("solution"))
        if own.get("task") or (graded and solved):
            kind = "text graded" if cell.kind == "markdown" else "code graded"
            left_out.append(describe_manual(name, kind, own.get("points")))
        if cell.kind == "markdown":
            prose = cell.text if solved is False else prose
        elif cell.kind == "code" and graded and not solved:
            hidden = frozenset(_lines_within(cell.text, _HIDDEN))
            points = hundredths(own.get("points"))
            tests.append(GradedCell(name, cell.python, hidden, points, place))
        elif cell.kind == "code":
            codes.append(Code(_without_marks(cell.python), solved, prose, name, place))
            prose = "" if solved else prose
    title = find_title((c.text for c in document.cells if c.kind == "markdown"), document.name)
    return Assignment(document.name, "nbgrader", title, tuple(codes), tuple(tests), tuple(left_out))


def _without_marks(text: str) -> str:
    """Return code without the comments around solutions, and without schemes for markers."""
    scheme = set(_lines_within(text, _SCHEME))
    lines = enumerate(text.split("\n"), start=1)
    return "\n".join(line for number, line in lines if number not in scheme and not _is_mark(line))


def _is_mark(line: str) -> bool:
    return line.lstrip().startswith("#") and any(
        mark.search(line) for mark in (_SOLUTION, _HIDDEN, _SCHEME)
    )


def _lines_within(text: str, mark: re.Pattern[str]) -> Iterator[int]:
    """Yield the numbers of the lines of all regions between two marks, and of the marks."""
    within = False
    for number, line in enumerate(text.split("\n"), start=1):
        found = mark.search(line) if line.lstrip().startswith("#") else None
        if found:
            within = found[1] == "BEGIN"
        if within or found:
            yield number
