"""Tables in CSV: read as gradebooks and spreadsheets write them, written so that any reads them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.errors import TableError

Cell = str | int | float

MAX_TABLE = 32 * 2**20  # bytes
_DELIMITERS = ",;\t"
# This line, which is not a part of the table, gives Excel the delimiter.
_SEPARATOR_LINE = re.compile(r"\A\"?sep=.\"?\r?\n", re.IGNORECASE)
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.

    Parameters
    ----------
    rows : tuple of tuple of str
        Those after the header, as wide as it is, without those that are empty.
    delimiter : str
        What stood between the cells.
    lines : tuple of int
        The line of the file on which each row ends.
    encoding : str
        What the file was encoded in.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    lines: tuple[int, ...] = ()
    encoding: str = "utf-8"


def read_table(content: bytes, name: str, advice: str) -> Table:
    """Read a CSV file in UTF-8 or UTF-16, whatever its delimiter.

    Parameters
    ----------
    name : str
        The file, for messages: "the roster".
    advice : str
        How to get a file that can be read.

    Raises
    ------
    TableError
        If it is not such a table.
    """
    if len(content) > MAX_TABLE:
        raise TableError(f"{name} is larger than {MAX_TABLE // 2**20} MiB; {advice}")
    # In UTF-16 without a mark half of the bytes are NUL.
    unmarked = "utf-16-le" if content[1:2] == b"\0" else "utf-8"
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), unmarked)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError(f"{name} is neither in UTF-8 nor in UTF-16; {advice}") from error
    text = _SEPARATOR_LINE.sub("\n", text)
    try:
        delimiter = choose_delimiter(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(tuple(row), reader.line_num) for row in reader if any(row)]
    except csv.Error as error:
        raise TableError(f"{name} is not a valid CSV file ({error}); {advice}") from error
    if not rows or len(rows[0][0]) < 2:
        raise TableError(f"{name} is not a table; {advice}")
    (header, _), *others = rows
    width = len(header)
    for row, line in others:
        if any(row[width:]):
            raise TableError(f"line {line} of {name} is longer than its header; {advice}")
    padded = tuple(row[:width] + ("",) * (width - len(row)) for row, _ in others)
    return Table(header, padded, delimiter, tuple(line for _, line in others), encoding)


def choose_delimiter(text: str) -> str:
    """Return the one that gives the header most columns: a comma, a semicolon or a tabulator."""
    return max(_DELIMITERS, key=lambda candidate: _width(text, candidate))


def _width(text: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return len(next(filter(None, rows), []))


def write_table(
    rows: Iterable[Sequence[Cell]], delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    """Return rows as CSV: text in quotes, numbers without.

    Quotes around every text leave no doubt about the delimiter.
    """
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return file.getvalue().encode(encoding)


def number_cell(points: float) -> Cell:
    """Return points as a cell that is a number, whole where it can be."""
    rounded = round(points, 2)
    return int(rounded) if rounded.is_integer() else rounded


def parse_number(cell: str) -> float | None:
    """Return the number in a cell, with a decimal comma or point, or None."""
    text = cell.strip().replace(",", ".")
    digits = text.replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() else None
