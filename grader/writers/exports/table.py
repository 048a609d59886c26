"""Tables in CSV: read as a gradebook wrote them, written so that any gradebook reads them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.errors import ExportError
from grader.sanitize import clean_line

Cell = str | int | float

MAX_TABLE = 32 * 2**20  # bytes
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read.

    Parameters
    ----------
    rows : tuple of tuple of str
        Those after the header, as wide as it is, without those that are empty.
    delimiter : str
        What stood between the cells.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column that grades could go into, and what else it may be called."""

    index: int
    header: str
    aliases: tuple[str, ...] = ()


def read_table(content: bytes, what: str) -> Table:
    """Read a CSV file in UTF-8, with or without a byte order mark, whatever its delimiter.

    Raises
    ------
    ExportError
        If it is not such a table; the message names ``what`` it should be.
    """
    advice = f"download the {what} as CSV again and leave it as it is"
    if len(content) > MAX_TABLE:
        raise ExportError(f"the roster is larger than {MAX_TABLE // 2**20} MiB; {advice}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportError(f"the roster is not in UTF-8; {advice}") from error
    try:
        delimiter = max(_DELIMITERS, key=lambda candidate: _width(text, candidate))
        rows = list(_read_rows(text, delimiter, strict=True))
    except csv.Error as error:
        raise ExportError(f"the roster is not a valid CSV file ({error}); {advice}") from error
    if not rows or len(rows[0]) < 2:
        raise ExportError(f"the roster is not a table; {advice}")
    width = len(rows[0])
    for row in rows:
        if any(row[width:]):
            raise ExportError(f"a row of the roster is longer than its header; {advice}")
    padded = [tuple(row[:width] + [""] * (width - len(row))) for row in rows]
    return Table(padded[0], tuple(row for row in padded[1:] if any(row)), delimiter)


def _width(text: str, delimiter: str) -> int:
    return len(next(_read_rows(text, delimiter, strict=False), []))


def _read_rows(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def write_table(rows: Iterable[Sequence[Cell]], delimiter: str = ",") -> bytes:
    """Return rows as CSV in UTF-8: text in quotes, numbers without.

    Quotes around every text leave no doubt about the delimiter.
    """
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    return file.getvalue().encode()


def number_cell(points: float) -> Cell:
    """Return points as a cell that is a number, whole where it can be."""
    rounded = round(points, 2)
    return int(rounded) if rounded.is_integer() else rounded


def parse_number(cell: str) -> float | None:
    """Return the number in a cell, with a decimal comma or point, or None."""
    text = cell.strip().replace(",", ".")
    digits = text.replace(".", "", 1)
    return float(text) if digits.isascii() and digits.isdigit() else None


def choose_column(asked: str | None, candidates: Sequence[Column], what: str) -> Column:
    """Return the one column that is meant, of those that grades could go into.

    Parameters
    ----------
    asked : str or None
        The value of ``--column``: a header, one of its other names, or a part of it that no
        other has. Without it there must be one candidate only.
    what : str
        What the columns are, for the message.

    Raises
    ------
    ExportError
        If there is none or more than one; the message lists the candidates.
    """
    if not candidates:
        raise ExportError(f"the roster has no column of {what}; download it again")
    fitting = list(candidates) if asked is None else _fitting(asked, candidates)
    if len(fitting) == 1:
        return fitting[0]
    names = "; ".join(clean_line(column.header) for column in fitting or candidates)
    if asked is None:
        trouble = f"the roster has several columns of {what}"
    elif fitting:
        trouble = f"several columns fit {clean_line(asked)!r}"
    else:
        trouble = f"no column of {what} fits {clean_line(asked)!r}"
    raise ExportError(f"{trouble}; choose one with --column: {names}")


def _fitting(asked: str, candidates: Sequence[Column]) -> list[Column]:
    wanted = asked.strip().casefold()
    by_header = [c for c in candidates if c.header.strip().casefold() == wanted]
    by_alias = [c for c in candidates if wanted in {a.casefold() for a in c.aliases}]
    by_part = [c for c in candidates if wanted and wanted in c.header.casefold()]
    return by_header or by_alias or by_part
