"""Assignments that otter or ok have built: a notebook, with tests in files or in its metadata."""

from __future__ import annotations

import ast
import doctest
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.importing.cells import Document
from grader.importing.parts import (
    Assignment,
    Code,
    GradedCell,
    all_lines,
    find_title,
    hundredths,
    with_points,
)
from grader.sanitize import clean_line

_CHECK = re.compile(r"\b(?:check|grade)\(\s*[\"']([^\"']+)[\"']")
_OWN = re.compile(r"^\s*(?:import otter|from client\.api|from gofer|(?:grader|ok|_)\s*[.=])")
_MAX_FILE = 2**20
_LOCKED = re.compile(r"^\s*(?:# locked|[0-9a-f]{32})\s*$", re.MULTILINE)


def find_test_files(notebook: Path) -> list[Path]:
    """Return the files of tests beside a notebook."""
    return sorted(one for one in (notebook.parent / "tests").glob("*.py") if one.is_file())


def has_tests(document: Document, files: Sequence[Path]) -> bool:
    """Return whether a notebook asks for tests, and whether they are there."""
    return bool(_asked_for(document)) and bool(files or document.otter.get("tests"))


def read_built(document: Document, files: Sequence[Path]) -> Assignment:
    """Take a notebook and its built tests apart."""
    asked_for = _asked_for(document)
    tests: list[GradedCell] = []
    left_out: list[str] = []
    # The same tests may be in both.
    sources = {**dict(_sources_of_metadata(document.otter)), **dict(_sources_of_files(files))}
    for name, source in sources.items():
        if name not in asked_for:
            continue
        place = asked_for[name]
        try:
            tests += _read_tests(name, source, place)
        except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError) as error:
            reason = clean_line(str(error), 80)
            left_out.append(f"{name}: its tests cannot be read ({reason})")
    missing = [name for name in asked_for if name not in sources]
    left_out += [f"{clean_line(name, 60)}: there are no tests of it" for name in missing]
    title = find_title((c.text for c in document.cells if c.kind == "markdown"), document.name)
    codes = tuple(_codes(document, tests))
    return Assignment(document.name, "otter", title, codes, tuple(tests), tuple(left_out))


def _asked_for(document: Document) -> dict[str, int]:
    """Return the tests that a notebook runs, by name, with the places of their cells."""
    return {
        name: place
        for place, cell in enumerate(document.cells)
        if cell.kind == "code"
        for name in _CHECK.findall(cell.text)
    }


def _codes(document: Document, tests: Iterable[GradedCell]) -> Iterator[Code]:
    """Yield the notebook's code; a cell is asked for if it defines what a test names."""
    words = {word for test in tests for word in re.findall(r"\w+", test.text)}
    prose = ""
    for place, cell in enumerate(document.cells):
        if cell.kind == "markdown":
            prose = cell.text
        elif cell.kind == "code" and not _OWN.match(cell.text) and not _CHECK.search(cell.text):
            asked = bool(_defined(cell.python) & words)
            yield Code(cell.python, asked, prose, "", place)


def _defined(text: str) -> set[str]:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:def|class)\s+(\w+)", text, re.MULTILINE))
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            found |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return found


def _sources_of_files(files: Iterable[Path]) -> Iterator[tuple[str, str | Mapping[str, Any]]]:
    for path in files:
        try:
            with path.open("rb") as file:
                content = file.read(_MAX_FILE + 1)
        except OSError as error:
            raise CourseError(f"{path} cannot be read: {error.strerror}") from error
        if len(content) <= _MAX_FILE:
            yield path.stem, content.decode("utf-8", "replace")


def _sources_of_metadata(otter: Mapping[str, Any]) -> Iterator[tuple[str, str | Mapping[str, Any]]]:
    found = otter.get("tests")
    for name, source in found.items() if isinstance(found, Mapping) else ():
        if isinstance(source, str | Mapping):
            yield str(name), source


def _read_tests(name: str, source: str | Mapping[str, Any], place: int) -> list[GradedCell]:
    if isinstance(source, Mapping):
        return _read_ok(name, source, place)
    if source.lstrip().startswith("{"):
        return _read_ok(name, json.loads(source), place)
    body = ast.parse(source).body
    for node in body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "test":
            found = ast.literal_eval(node.value)
            if isinstance(found, Mapping):
                return _read_ok(name, found, place)
    return _read_functions(name, body, place)


def _read_ok(name: str, test: Mapping[str, Any], place: int) -> list[GradedCell]:
    """Return the cases of a test in OK's format, whose code is sessions of Python."""
    found: list[GradedCell] = []
    own: list[int | None] = []
    for suite in _mappings(test.get("suites")):
        setup = str(suite.get("setup") or "")
        for case in _mappings(suite.get("cases")):
            code = str(case.get("code") or "")
            text, wants = _read_session(f"{setup}\n{code}" if ">>>" in setup else code)
            if case.get("locked") is True and _LOCKED.search(code):
                text, wants = "".join(f"# {line}\n" for line in code.splitlines()), {}
            hidden = all_lines(text) if case.get("hidden") is True else frozenset[int]()
            found.append(GradedCell(name, text, hidden, None, place, wants))
            own.append(hundredths(case.get("points")))
    points = test.get("points")
    if isinstance(points, list) and len(points) == len(own):
        own = [hundredths(each) for each in points]
    return with_points(found, own, hundredths(points))


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))


def _read_session(session: str) -> tuple[str, dict[int, str]]:
    """Return the code of a session of Python, and what its expressions show, by line."""
    text, wants = "", {}
    for example in doctest.DocTestParser().get_examples(session):
        if example.want:
            wants[text.count("\n") + 1] = example.want
        text += example.source
    return text, wants


def _read_functions(name: str, body: Sequence[ast.stmt], place: int) -> list[GradedCell]:
    """Return the cases of a file of test functions, each with its decorator's settings."""
    total = None
    found: list[GradedCell] = []
    own: list[int | None] = []
    for node in body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "points":
            total = hundredths(getattr(node.value, "value", None))
        if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
            continue
        settings = {
            keyword.arg: getattr(keyword.value, "value", None)
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call)
            for keyword in decorator.keywords
        }
        node.decorator_list = []
        text = ast.unparse(node)
        hidden = all_lines(text) if settings.get("hidden") is True else frozenset[int]()
        found.append(GradedCell(name, text, hidden, None, place))
        own.append(hundredths(settings.get("points")))
    return with_points(found, own, total)
