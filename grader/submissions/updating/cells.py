"""The cells of a notebook, as an update compares them, and its file."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from grader.errors import SubmissionError
from grader.submissions.notebook import NotebookError, read_code_cells
from grader.submissions.source_text import Definition, SourceText, read_cell

# A line that IPython reads and Python does not.
_MAGIC = re.compile(r"^([ \t]*)[%!]", re.MULTILINE)
_INDENT = re.compile(r"\{\r?\n([ \t]+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook."""

    place: int
    id: str
    kind: str
    source: str
    raw: dict[str, Any]

    @property
    def tags(self) -> list[str]:
        """Its tags, which distinguish the course's cells."""
        found = _metadata(self.raw).get("tags")
        return found if isinstance(found, list) else []

    @property
    def plain(self) -> str:
        """Its source without white space at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.source.splitlines()).rstrip()


def load_notebook(content: bytes) -> dict[str, Any]:
    """Return a notebook of format 4 as JSON has it, or raise a `SubmissionError`."""
    try:
        read_code_cells(content)
        loaded = json.loads(content.decode("utf-8-sig"))
    except (NotebookError, ValueError, RecursionError) as error:
        raise SubmissionError(str(error)) from error
    if loaded["nbformat"] != 4 or not isinstance(loaded.get("cells"), list):
        raise SubmissionError("its format is older than 4; open it in Jupyter, and save it again")
    return dict(loaded)


def dump_notebook(content: dict[str, Any], like: bytes) -> bytes:
    """Return a notebook in the layout of another."""
    text = like.decode("utf-8-sig")
    indent = _INDENT.match(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    end = "\n" if text.endswith("\n") else ""
    options: dict[str, Any] = {"indent": indent[1] if indent else None}
    bom = b"\xef\xbb\xbf" if like.startswith(b"\xef\xbb\xbf") else b""
    try:
        made = json.dumps(content, ensure_ascii=False, **options).replace("\n", newline).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can spell
        made = json.dumps(content, **options).replace("\n", newline).encode()
    return bom + made + end.replace("\n", newline).encode()


def read_cells(content: dict[str, Any]) -> list[Cell]:
    """Return the cells of a notebook."""
    return [
        Cell(place, _id_of(raw), raw["cell_type"], _join(raw.get("source")), raw)
        for place, raw in enumerate(content["cells"])
    ]


def _id_of(raw: dict[str, Any]) -> str:
    # Colab keeps it in the metadata.
    return str(raw.get("id") or _metadata(raw).get("id") or "")


def _metadata(raw: dict[str, Any]) -> dict[str, Any]:
    found = raw.get("metadata")
    return found if isinstance(found, dict) else {}


def _join(source: object) -> str:
    # NaN has been taken for nothing, as everywhere in a notebook.
    return (
        source if isinstance(source, str) else "".join(source if isinstance(source, list) else ())
    )


def parse_cell(cell: Cell) -> SourceText:
    """Parse a cell, with its magics as comments if need be, or raise a `SubmissionError`."""
    try:
        return read_cell(cell.source, cell.source)
    except SubmissionError:
        return read_cell(cell.source, _MAGIC.sub(r"\1#", cell.source))


def parse_or_none(cell: Cell) -> SourceText | None:
    """Parse a cell; None if it is not Python."""
    try:
        return parse_cell(cell)
    except SubmissionError:
        return None


def is_code_to_merge(cell: Cell) -> bool:
    """Return whether a cell of the course has code that is merged statement by statement."""
    hidden = _metadata(cell.raw).get("jupyter")
    if cell.kind != "code" or hidden or cell.tags:
        return False
    source = parse_or_none(cell)
    plain = (Definition, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    body = source.body if source is not None else []
    return bool(body) and all(isinstance(node, plain) for node in body)


def has_only_comments(cell: Cell) -> bool:
    """Return whether it is a cell of code without a statement."""
    if cell.kind != "code":
        return False
    source = parse_or_none(cell)
    return source is not None and not source.body


def describe_cell(cell: Cell) -> str:
    """Return in one word or two what a cell of the course is."""
    if "grade" in cell.tags:
        return "grading cell"
    if "figure" in cell.tags:
        return "figure"
    if cell.kind != "code":
        return "text"
    return "examples" if cell.source.startswith("with attempt():") else "code"
