"""From a notebook's file to the sources of its code cells; nothing in it is executed."""

from __future__ import annotations

import warnings

from grader.plaintext import clean_line


class NotebookError(ValueError):
    """A file that is no notebook."""


def read_code_cells(content: bytes) -> tuple[str, ...]:
    """Return the sources of a notebook's code cells, in order.

    Parameters
    ----------
    content : bytes
        An ``.ipynb`` of any version of its format; old ones are upgraded.

    Returns
    -------
    tuple of str
        One source a code cell, magics and all.

    Raises
    ------
    NotebookError
        If it cannot be read as a notebook.
    """
    # nbformat takes longer to import than most submissions take to grade.
    from nbformat import convert, reader

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = convert(reader.reads(content.decode("utf-8-sig")), 4)
        return tuple(
            _text(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"
        )
    except Exception as error:
        raise NotebookError(clean_line(f"{type(error).__name__}: {error}", 120)) from error


def _text(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    # JSON can spell half a surrogate pair, which is no text anywhere else.
    return text.encode("utf-8", "replace").decode()
