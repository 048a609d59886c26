"""Assignments of otter as their authors write them: cells that begin and end questions.

Both forms are read: boundaries in raw cells (``# BEGIN QUESTION``), and the older one, in which
a question begins in a block of Markdown and comments (``## Test ##``) begin the test cells.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from grader.importing.answers import called_name
from grader.importing.cells import Cell, Document
from grader.importing.parts import (
    Assignment,
    Code,
    GradedCell,
    all_lines,
    describe_manual,
    find_title,
    hundredths,
    with_points,
)
from grader.sanitize import clean_line

_PARTS = r"(?:(BEGIN|END)\s+(QUESTION|SOLUTION|PROMPT|TESTS|ASSIGNMENT)|ASSIGNMENT\s+CONFIG)"
_RAW = re.compile(rf"\s*#\s*{_PARTS}[^\n]*\n?(.*)", re.DOTALL)
_MARKDOWN = re.compile(rf"```[^\n`]*\n\s*#?\s*{_PARTS}[^\n]*\n(.*?)```", re.DOTALL)
_OLD_TEST = re.compile(r"\s*#+\s*(hidden\s+)?test\b[^\n]*", re.IGNORECASE)
_HIDDEN = re.compile(r"\s*#+\s*hidden\b[^\n]*", re.IGNORECASE)
_CONFIG = re.compile(
    r'\s*"""\s*#\s*BEGIN TEST CONFIG[^\n]*\n(.*?)"""\s*;?\s*#\s*END TEST CONFIG[^\n]*', re.DOTALL
)
_PROMPT = re.compile(
    r'^[^\S\n]*"""\s*#\s*BEGIN PROMPT.*?"""\s*;?\s*#\s*END PROMPT[^\n]*\n?',
    re.DOTALL | re.MULTILINE,
)
_IGNORED = re.compile(
    r"^[^\S\n]*#\s*BEGIN IGNORE.*?#\s*END IGNORE[^\n]*\n?|^[^\n]*#\s*IGNORE\s*$\n?",
    re.DOTALL | re.MULTILINE,
)
_MARK_LINE = re.compile(r"^[^\S\n]*#+\s*(?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
_MARK = re.compile(r"[^\S\n]*#\s*(?:SOLUTION|SEED)(?: NO PROMPT)?\s*$", re.MULTILINE)
_CHECK = re.compile(r"\bcheck\(")
_MAX_CONFIG = 10_000
_COMPARING = frozenset("all any allclose array_equal isclose isinstance callable".split())


@dataclass(slots=True)
class _Question:
    """A question while its cells are read."""

    name: str
    points: Any = None
    manual: bool = False
    old: bool = False
    answered: bool = False
    first: int = 0
    own: list[int | None] = field(default_factory=list)
    tests: list[GradedCell] = field(default_factory=list)


def is_otter(document: Document) -> bool:
    """Return whether a notebook has boundaries of questions."""
    return any((found := _boundary(cell)) and found[1] == "QUESTION" for cell in document.cells)


def read_otter(document: Document) -> Assignment:
    """Take a notebook of otter apart."""
    reader = _Reader()
    for place, cell in enumerate(document.cells):
        reader.add(place, cell)
    reader.end()
    title = find_title((c.text for c in document.cells if c.kind == "markdown"), document.name)
    tests, left_out = tuple(reader.tests), tuple(reader.left_out)
    return Assignment(document.name, "otter", title, tuple(reader.codes), tests, left_out)


class _Reader:
    """Reads cell after cell."""

    def __init__(self) -> None:
        self.codes: list[Code] = []
        self.tests: list[GradedCell] = []
        self.left_out: list[str] = []
        self._question: _Question | None = None
        self._within = ""
        self._prose = ""

    def add(self, place: int, cell: Cell) -> None:
        """Add a cell of the notebook."""
        if boundary := _boundary(cell):
            self._pass(*boundary, old=cell.kind == "markdown")
            if cell.kind == "markdown":
                self._prose = _MARKDOWN.sub("", cell.text).strip() or self._prose
        elif cell.kind == "markdown":
            if self._within != "SOLUTION":
                self._prose = cell.text
        elif cell.kind == "code" and self._within != "PROMPT":
            self._add_code(place, cell)

    def _pass(self, edge: str, part: str, config: str, *, old: bool) -> None:
        if part != "QUESTION":
            self._within = part if edge == "BEGIN" else ""
            return
        self.end()
        if edge == "BEGIN":
            self._question = _read_question(config, old=old)
            self._question.first = len(self.codes)

    def end(self) -> None:
        """End the question that is being read."""
        question, self._question, self._within = self._question, None, ""
        if question is None:
            return
        if not question.answered:
            # Without a solution students complete the cells that are there.
            self.codes[question.first :] = [
                replace(code, asked=code.question == question.name and not _CHECK.search(code.text))
                for code in self.codes[question.first :]
            ]
        if question.manual:
            self.left_out.append(describe_manual(question.name, "graded", question.points))
        self.tests += with_points(question.tests, question.own, hundredths(question.points))

    def _add_code(self, place: int, cell: Cell) -> None:
        question = self._question
        if question is None:
            self.codes.append(Code(clean_solution(cell.python), False, self._prose, "", place))
        elif self._within == "TESTS" or (question.old and _OLD_TEST.match(cell.text)):
            test, points = read_test(cell, question.name, place)
            each = question.points
            if points is None and isinstance(each, list) and len(question.tests) < len(each):
                points = hundredths(each[len(question.tests)])
            if points is None and isinstance(each, Mapping):
                points = hundredths(each.get("each"))
            question.tests.append(test)
            question.own.append(points)
        else:
            asked = self._within == "SOLUTION" or (question.old and not question.answered)
            question.answered = question.answered or asked
            code = clean_solution(cell.python)
            self.codes.append(Code(code, asked, self._prose, question.name, place))


def _boundary(cell: Cell) -> tuple[str, str, str] | None:
    """Return whether a cell begins or ends a part, which one, and how it is configured."""
    pattern = {"raw": _RAW.match, "markdown": _MARKDOWN.search}.get(cell.kind)
    found = pattern(cell.text) if pattern else None
    return (found[1] or "BEGIN", found[2] or "ASSIGNMENT", found[3]) if found else None


def _read_question(config: str, *, old: bool) -> _Question:
    found = _read_config(config)
    name = clean_line(str(found.get("name") or "a question"), 60)
    points = found.get("points")
    return _Question(name, points, found.get("manual") is True, old)


def _read_config(text: str) -> Mapping[str, Any]:
    """Return settings in YAML; what cannot be read sets nothing."""
    try:
        # References could be nested so that few lines make billions of items.
        found = yaml.safe_load(text[:_MAX_CONFIG]) if "&" not in text else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def clean_solution(text: str) -> str:
    """Return a solution without the comments by which otter finds it."""
    for pattern in (_PROMPT, _IGNORED, _MARK_LINE, _MARK):
        text = pattern.sub("", text)
    return text


def read_test(cell: Cell, question: str, place: int) -> tuple[GradedCell, int | None]:
    """Return the test of a cell, and its own points if it has some."""
    text, hidden = cell.python, False
    config: Mapping[str, Any] = {}
    if found := _CONFIG.match(text):
        config, text = _read_config(found[1]), text[found.end() :]
        hidden = config.get("hidden") is True
    if found := _OLD_TEST.match(text) or _HIDDEN.match(text):
        hidden = hidden or "hidden" in found[0].lower()
        text = text[found.end() :]
    text = _IGNORED.sub("", text)
    lines = all_lines(text) if hidden else frozenset[int]()
    wants = find_wants(text, cell.output)
    return GradedCell(question, text, lines, None, place, wants), hundredths(config.get("points"))


def find_wants(text: str, output: str) -> dict[int, str]:
    """Return what the last expression of a cell shows, by its line."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    if not body or not isinstance(body[-1], ast.Expr):
        return {}
    last = body[-1].value
    is_condition = isinstance(last, ast.Compare | ast.BoolOp) or (
        isinstance(last, ast.UnaryOp) and isinstance(last.op, ast.Not)
    )
    return {body[-1].lineno: output or ("True" if is_condition or _answers_yes(last) else "")}


def _answers_yes(node: ast.expr) -> bool:
    """Return whether it is the call of a function that compares: `np.allclose`, `isinstance`."""
    return called_name(node) in _COMPARING
