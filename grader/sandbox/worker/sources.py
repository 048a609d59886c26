"""From what was handed in to the parts that are executed: bytes and cells to syntax trees."""

from __future__ import annotations

import ast
import io
import json
import linecache
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.sandbox.worker.execution import Part, name_place
from grader.sandbox.worker.exports import flatten
from grader.sandbox.worker.magics import Translated, translate_cell, translate_file

_EXPORTED = ("get_ipython()", "marimo")
_DEFINED = re.compile(r"^[ \t]*(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)
_CELL_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@dataclass
class Sources:
    """The parts of one file, and what is not among them.

    Parameters
    ----------
    parts : list of Part
        The file, or its cells.
    notes : list of str
        Code that was left out before anything was executed.
    missing : dict of str to str
        Names that would have been bound there, and why they are not.
    written : dict of str to str
        Python files that cells would have written, by module name.
    """

    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def take_dropped(self, place: str, translated: Translated) -> None:
        """Note the cell magics whose body was left out."""
        for first_line in translated.dropped:
            self.notes.append(f"{place} is not executed: {first_line[:80]}")
        for name, text, adds in translated.written:
            if name.endswith(".py"):
                module = name.removesuffix(".py").replace("/", ".")
                before = f"{self.written.get(module, '')}\n" if adds else ""
                self.written[module] = before + text


def read_file(name: str, content: bytes, file: str = "") -> Sources:
    """Return a Python file as one part.

    Parameters
    ----------
    name : str
        For tracebacks.
    content : bytes
        As it was handed in.
    file : str
        Its name in messages, where it is not the file that is graded.

    Raises
    ------
    SyntaxError, ValueError
        If it is not Python, with IPython's additions or without.
    """
    text = _decode(content)
    _remember_lines(name, text)
    sources = Sources()
    try:
        body = ast.parse(content, name).body
    except SyntaxError:
        translated = translate_file(text)
        if translated.text == text:
            raise
        body = ast.parse(translated.text, name).body
        sources.take_dropped(file or "a cell", translated)
    flat = flatten(body) if any(mark in text for mark in _EXPORTED) else body
    sources.parts.append(Part(name, flat, file, whole=flat == body))
    return sources


def read_cells(name: str, cells: Sequence[str], file: str = "") -> Sources:
    """Return a notebook's cells as parts.

    Parameters
    ----------
    name : str
        The notebook's file name.
    cells : list of str
        Its code cells.
    file : str
        As for `read_file`.
    """
    sources = Sources()
    for number, text in enumerate(cells, 1):
        _read_cell(sources, f"{name} cell {number}", text, file, number)
    return sources


def find_cells(content: bytes) -> list[str] | None:
    """Return the code cells of a notebook that was given a Python file's name, or None."""
    if not content.lstrip().startswith(b"{") or b'"cells"' not in content:
        return None
    try:
        found = json.loads(content)["cells"]
        cells = [cell["source"] for cell in found if cell["cell_type"] == "code"]
        return ["".join(source) for source in cells]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _read_cell(sources: Sources, name: str, text: str, file: str, number: int) -> None:
    place = name_place(file, number)
    _remember_lines(name, text)
    translated = Translated(text)
    try:
        try:
            body = _parse_cell(text, name)
        except SyntaxError:
            translated = translate_cell(text.replace("\r\n", "\n"))
            body = _parse_cell(translated.text, name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        what = what or type(error).__name__
        note = f"{place} is not valid Python and was left out: {what}"
        sources.notes.append(note)
        for match in _DEFINED.finditer(text):
            sources.missing[match[1] or match[2]] = note
        return
    sources.take_dropped(place, translated)
    if body:
        sources.parts.append(Part(name, flatten(body), file, number))


def _parse_cell(text: str, name: str) -> list[ast.stmt]:
    tree = compile(text, name, "exec", _CELL_FLAGS, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree.body


def _decode(content: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8"
    text = content.decode(encoding, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _remember_lines(name: str, text: str) -> None:
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
