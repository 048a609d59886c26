"""From a notebook's file to the sources of its code cells; nothing in it is executed.

Only what is needed is read: outputs, pictures and metadata are passed over and never
become objects, of which a file could hold very many.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from grader.sanitize import clean_line

MAX_CELLS = 10_000


class NotebookError(ValueError):
    """A file is not a notebook."""


_Text = str | list[str] | None


class _Cell(msgspec.Struct):
    cell_type: str
    source: _Text = None
    # The keys of a code cell's source in formats 2 and 3, and in format 1.
    input: _Text = None
    code: _Text = None


class _Sheet(msgspec.Struct):
    cells: list[_Cell]


class _Notebook(msgspec.Struct):
    nbformat: int
    cells: list[_Cell] | None = None
    worksheets: list[_Sheet] = []


_decoder = msgspec.json.Decoder(_Notebook)

# Python writes NaN into a notebook's outputs, which JSON does not have. Texts are passed over
# whole, and each match goes on where the last one ended.
_TO_NAN = re.compile(
    rb'((?>[^"NI-]++|"(?>[^"\\]++|\\.)*+"|-(?!I))*+)(?:(NaN|-?Infinity)|(.?))', re.DOTALL
)
# Half a surrogate pair, which JSON can spell and no text can hold; other escapes are kept.
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\(?!u[dD][89a-fA-F]).)|\\u....", re.DOTALL
)


def read_code_cells(content: bytes) -> tuple[str, ...]:
    """Return the sources of a notebook's code cells, in order.

    Parameters
    ----------
    content : bytes
        An ``.ipynb`` of any version of its format.

    Returns
    -------
    tuple of str
        One source a code cell, magics and all.

    Raises
    ------
    NotebookError
        If it cannot be read as a notebook.
    """
    try:
        return tuple(_sources(_decode(content.decode("utf-8-sig").encode())))
    except (ValueError, RecursionError) as error:
        raise NotebookError(_describe(error)) from error


def _describe(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return f"it is not a notebook: {clean_line(str(error), 120)}"
    if isinstance(error, UnicodeDecodeError | msgspec.DecodeError | RecursionError):
        return "it is not valid JSON; save the notebook again, and hand in that file"
    return clean_line(str(error), 120)


def _decode(content: bytes) -> _Notebook:
    try:
        return _decoder.decode(content)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return _decoder.decode(_repair(content))


def _repair(content: bytes) -> bytes:
    """Return what Python writes as JSON in the way that everyone reads."""
    if b"NaN" in content or b"Infinity" in content:
        content = _TO_NAN.sub(lambda m: m[1] + (b"null" if m[2] else m[3]), content)
    return _ESCAPE.sub(lambda m: m[1] or b"?", content) if rb"\ud" in content.lower() else content


def _sources(notebook: _Notebook) -> list[str]:
    if not 1 <= notebook.nbformat <= 4:
        raise ValueError(f"its format is {notebook.nbformat}; 1 to 4 are known")
    cells = notebook.cells
    if notebook.nbformat in (2, 3):
        cells = [cell for sheet in notebook.worksheets for cell in sheet.cells]
    if cells is None:
        raise ValueError("it has no cells")
    if len(cells) > MAX_CELLS:
        raise ValueError(f"it has {len(cells)} cells; {MAX_CELLS} are allowed")
    field = {1: "code", 2: "input", 3: "input", 4: "source"}[notebook.nbformat]
    found = [getattr(cell, field) for cell in cells if cell.cell_type == "code"]
    return [_join(text, notebook.nbformat) for text in found]


def _join(text: Any, version: int) -> str:
    if text is None:
        raise ValueError("a code cell has no source")
    if isinstance(text, list):
        # Before format 4, lines were kept with their ends or without.
        whole = version == 4 or any(line.endswith(("\n", "\r")) for line in text[:1])
        text = ("" if whole else "\n").join(text)
    # JSON can spell half a surrogate pair, which UTF-8 cannot hold.
    return str(text).encode("utf-8", "replace").decode()
