"""From a notebook's file to its cells: text, metadata and what was printed; nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.sanitize import clean_line

MAX_BYTES = 32 * 2**20
MAX_CELLS = 5_000

# A line that only IPython understands.
_MAGIC = re.compile(r"\s*[%!?]|.*\?\s*$|\s*get_ipython\(\)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook.

    Parameters
    ----------
    kind : str
        ``code``, ``markdown`` or ``raw``.
    metadata : mapping
        What its tools wrote into it.
    output : str
        What the notebook shows as its result and printed text, if it was saved with it.
    """

    kind: str
    text: str
    metadata: Mapping[str, Any]
    output: str = ""

    @property
    def python(self) -> str:
        """The text without lines of IPython, which keep their places as comments."""
        if self.text.lstrip().startswith("%%"):
            return "".join(f"# {line}\n" for line in self.text.splitlines())
        lines = self.text.split("\n")
        return "\n".join(f"# {line}" if _MAGIC.match(line) else line for line in lines)

    @property
    def nbgrader(self) -> Mapping[str, Any]:
        """The metadata that nbgrader wrote into it, or nothing."""
        own = self.metadata.get("nbgrader")
        return own if isinstance(own, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Document:
    """A notebook as it was read.

    Parameters
    ----------
    name : str
        Its file's name without the ending.
    otter : mapping
        What otter wrote into its metadata.
    """

    name: str
    cells: tuple[Cell, ...]
    otter: Mapping[str, Any]


def read_notebook(path: Path) -> Document:
    """Read a notebook of any version of the format.

    Raises
    ------
    CourseError
        If it cannot be read, is not a notebook, is too large, or is not in Python.
    """
    shown = clean_line(str(path), 200)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CourseError(
                f"{shown} is larger than {MAX_BYTES // 2**20} MiB; clear its outputs and save it"
            )
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CourseError(f"{shown} is not text in UTF-8; save the notebook again") from error
    except OSError as error:
        raise CourseError(f"{shown} cannot be read: {error.strerror}") from error
    found = _convert(text, shown)
    language = _language(found)
    if language and not language.lower().startswith(("python", "ipython", "xpython")):
        raise CourseError(f"{shown} is a notebook in {clean_line(language, 40)}, not in Python")
    if len(found["cells"]) > MAX_CELLS:
        raise CourseError(f"{shown} has {len(found['cells'])} cells; {MAX_CELLS} can be read")
    otter = _mapping(found.get("metadata")).get("otter")
    return Document(path.stem, tuple(_cells(found["cells"], shown)), _mapping(otter))


def _convert(text: str, shown: str) -> Mapping[str, Any]:
    """Return a notebook in format 4."""
    # It takes longer to import than `grade --help` to run.
    import nbformat
    from nbformat.reader import NotJSONError, reads

    try:
        found = nbformat.convert(reads(text), 4)
    except NotJSONError as error:
        raise CourseError(f"{shown} is not valid JSON; save the notebook again") from error
    except Exception as error:
        # The conversions of old formats expect every field, and each raises what it pleases.
        raise CourseError(f"{shown} is not a notebook: {clean_line(str(error), 120)}") from error
    if not isinstance(found, Mapping) or not isinstance(found.get("cells"), list):
        raise CourseError(f"{shown} is not a notebook: it has no cells")
    return found


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = _mapping(notebook.get("metadata"))
    for place, key in (("language_info", "name"), ("kernelspec", "language")):
        if isinstance(found := _mapping(metadata.get(place)).get(key), str):
            return found
    return ""


def _cells(cells: Iterable[Any], shown: str) -> Iterable[Cell]:
    for number, cell in enumerate(map(_mapping, cells), start=1):
        text, kind = cell.get("source"), cell.get("cell_type")
        if isinstance(text, list) and all(isinstance(line, str) for line in text):
            text = "".join(text)
        if not isinstance(text, str) or not isinstance(kind, str):
            raise CourseError(f"{shown} is not a notebook: its cell {number} has no text")
        # JSON can spell half a surrogate pair, which no file can contain.
        text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\0", "")
        yield Cell(kind, text, _mapping(cell.get("metadata")), _output(cell.get("outputs")))


def _output(outputs: Any) -> str:
    """Return what a cell showed, as far as it is text."""
    shown = ""
    for one in map(_mapping, outputs if isinstance(outputs, list) else ()):
        text = one.get("text") or _mapping(one.get("data")).get("text/plain")
        if isinstance(text, list):
            text = "".join(map(str, text))
        if isinstance(text, str):
            shown += text if text.endswith("\n") else f"{text}\n"
    return shown


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
