"""IPython's additions to Python, turned into Python line by line.

The lines keep their numbers. IPython's own translation is part of IPython, whose import takes
longer than everything else a worker does; black, ruff and jupytext only mask such lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CELL_MAGIC = re.compile(r"\s*%%(!|\w*)[ \t]*([^\n]*)")
# Cell magics whose body is something else than this file's Python.
_OTHER_LANGUAGES = frozenset(
    "! bash sh script sx system cmd html HTML javascript js latex markdown svg SVG perl ruby sql "
    "writefile file R cython pypy python python2 python3 bigquery".split()
)
_FILES = ("writefile", "file")
# Line magics that run what follows them as Python.
_RUNS_PYTHON = frozenset("time timeit prun memit mprun lprun snakeviz debug".split())
_OPTIONS = re.compile(r"(?:-\w+(?:[ \t]+\d+)?[ \t]+)*")
_RUN_FILE = re.compile(r"(?:-\w+[ \t]+)*[\"']?(?:\./)?([\w/]+)(?:\.py|\.ipynb)?[\"']?(?:[ \t].*)?$")

_ESCAPED = re.compile(r"([ \t]*)(!{1,2}|%{1,2}|\?{1,2})(\w*)(.*)", re.DOTALL)
_HELP = re.compile(r"([ \t]*)[^#'\"?]+\?{1,2}[ \t]*(?:#.*)?$")
_ASSIGNED = re.compile(r"([\w.,\[\]'\"() \t*]*[^=!<>]=)[ \t]*([!%])(\w*)(.*)", re.DOTALL)
# Lines that IPython takes for a magic without its %.
_BARE = re.compile(
    r"([ \t]*)(?:(?:pip3?|conda|mamba|uv pip)[ \t]+\w+"
    r"|(?:ls|cd|cat|mkdir|rm|cp|mv|matplotlib|load_ext|who|whos|reset)[ \t]+[-\w./~])"
)
_CELL_MARK = re.compile(r"#[ \t]*(?:%%|In ?\[|<codecell>)")
_PROMPT = re.compile(r"^(?:>>> ?|\.\.\.(?: |$)|In \[\d*\]: ?|[ \t]+\.\.\.: ?)", re.MULTILINE)

# Tokens that decide whether the next line continues a statement.
_TOKEN = re.compile(
    r"""\#.*|'{3}|"{3}|'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?|[()\[\]{}]|\\$""",
)


@dataclass(frozen=True, slots=True)
class Translated:
    """A cell or a file as Python.

    Parameters
    ----------
    text : str
        Python, with as many lines as before.
    dropped : tuple of str
        First lines of cell magics whose body is not this file's Python.
    written : tuple of (str, str, bool)
        File name and text of what ``%%writefile`` would have written, and whether it would
        have added to the file.
    """

    text: str
    dropped: tuple[str, ...] = ()
    written: tuple[tuple[str, str, bool], ...] = ()


def translate_cell(text: str) -> Translated:
    """Return a notebook's cell as Python.

    Parameters
    ----------
    text : str
        One cell, as it was handed in.
    """
    text = _outdent(text)
    magic = _CELL_MAGIC.match(text)
    if magic is None:
        return Translated(translate_lines(text))
    if magic[1] in _OTHER_LANGUAGES:
        return _drop(text, magic[1], magic[2])
    return translate_cell(text[: magic.start(1) - 2] + text[magic.end() :])


def translate_file(text: str) -> Translated:
    """Return a ``.py`` that holds lines of IPython's as Python.

    Parameters
    ----------
    text : str
        The file. A cell magic reaches to the next mark of a cell, as ``# %%``.
    """
    parts = [translate_cell(part) for part in _split_cells(text)]
    return Translated(
        "".join(part.text for part in parts),
        tuple(line for part in parts for line in part.dropped),
        tuple(file for part in parts for file in part.written),
    )


def _split_cells(text: str) -> Iterator[str]:
    part: list[str] = []
    for line in text.splitlines(keepends=True):
        marks = bool(_CELL_MARK.match(line))
        if marks or (line.startswith("%%") and any(map(str.strip, part))):
            yield "".join(part)
            part = []
        # A cell magic is the first line of its cell.
        part.append(line[len(line.rstrip("\r\n")) :] if marks else line)
    yield "".join(part)


def _drop(text: str, magic: str, rest: str) -> Translated:
    body = text[text.index("%%") :].partition("\n")[2]
    name = rest.rsplit(maxsplit=1)[-1] if magic in _FILES and rest.split() else ""
    first = f"%%{magic} {rest}".strip()
    adds = {"-a", "--append"} & {*rest.split()}
    written = ((name, body, bool(adds)),) if name else ()
    return Translated("\n" * text.count("\n"), (first,), written)


def _outdent(text: str) -> str:
    """Take prompts, and the indentation of the first line, from every line."""
    if re.match(r"\s*(?:>>> |In \[\d*\]: )", text):
        text = _PROMPT.sub("", text)
    indent = re.match(r"(?:[ \t]*\n)*([ \t]+)[^\s#]", text)
    return re.sub(rf"^{indent[1]}", "", text, flags=re.MULTILINE) if indent else text


def translate_lines(text: str) -> str:
    """Return Python for a text in which single lines may be IPython's.

    Parameters
    ----------
    text : str
        Code without cell magics. A line inside brackets or a long string, or after a
        backslash, is Python whatever it begins with.
    """
    lines = text.split("\n")
    scanner = _Scanner()
    place = 0
    while place < len(lines):
        count = 1
        if not scanner.inside:
            whole, count = _join_lines(lines, place)
            python = _translate(whole)
            if python is None:
                count = 1
            else:
                lines[place : place + count] = [python] + [""] * (count - 1)
        scanner.read(lines[place])
        place += count
    return "\n".join(lines)


def _join_lines(lines: list[str], place: int) -> tuple[str, int]:
    """Return a line with those that a backslash joins to it, and how many they are."""
    end = place
    while end + 1 < len(lines) and lines[end].endswith("\\"):
        end += 1
    joined = " ".join(line.removesuffix("\\") for line in lines[place : end + 1])
    return joined, end + 1 - place


class _Scanner:
    """Knows whether the next line is inside brackets, a long string, or joined to the last."""

    def __init__(self) -> None:
        self._quote = ""
        self._depth = 0
        self._joined = False

    @property
    def inside(self) -> bool:
        return bool(self._quote) or self._depth > 0 or self._joined

    def read(self, line: str) -> None:
        place = self._leave_string(line, 0)
        self._joined = False
        while found := _TOKEN.search(line, place):
            place = self._take(found[0], line, found.end())

    def _take(self, found: str, line: str, place: int) -> int:
        if found in ("'''", '"""'):
            self._quote = found
            return self._leave_string(line, place)
        if found in "([{":
            self._depth += 1
        elif found in ")]}":
            self._depth = max(0, self._depth - 1)
        self._joined = found == "\\"
        return place

    def _leave_string(self, line: str, place: int) -> int:
        if not self._quote:
            return place
        end = re.compile(rf"(?:\\.|[^\\])*?{self._quote}", re.DOTALL).match(line, place)
        if end is None:
            return len(line)
        self._quote = ""
        return end.end()


def _translate(line: str) -> str | None:
    """Return the Python for a line that begins a statement; None where it is Python."""
    if assigned := _ASSIGNED.match(line):
        return _translate_value(*assigned.groups())
    if escaped := _ESCAPED.match(line):
        indent, escape, name, rest = escaped.groups()
        return indent + (_run_magic(name, rest) if escape == "%" else "pass")
    if bare := _HELP.match(line) or _BARE.match(line):
        return f"{bare[1]}pass"
    return None


def _translate_value(target: str, escape: str, name: str, rest: str) -> str:
    if escape == "%" and name in _RUNS_PYTHON and (python := _python_after(rest)):
        return f"{target} {python}"
    return f"{target} get_ipython().getoutput({name + rest!r})"


def _run_magic(name: str, rest: str) -> str:
    if name in _RUNS_PYTHON:
        return _python_after(rest) or "pass"
    found = _RUN_FILE.match(rest.strip()) if name == "run" else None
    return f"from {found[1].replace('/', '.')} import *" if found else "pass"


def _python_after(rest: str) -> str:
    """Return the Python that a magic runs, or an empty string."""
    python = _OPTIONS.sub("", rest.strip(), count=1)
    try:
        ast.parse(python)
    except (SyntaxError, ValueError):
        return ""
    return python
