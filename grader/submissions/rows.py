"""Rows of a CSV file in which a person or a platform lists students."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata

from grader.tables import choose_delimiter

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Row = dict[str, str]


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, or with a byte order mark in UTF-16.

    Its characters are composed, as those of all names are.

    Raises
    ------
    UnicodeDecodeError
        If it is in neither.
    """
    text = content.decode("utf-16" if content.startswith(_WIDE) else "utf-8-sig")
    return unicodedata.normalize("NFC", text)


def read_rows(text: str) -> tuple[list[str], list[Row]]:
    """Return the header in lower case, and the rows below it by its columns.

    Raises
    ------
    csv.Error
        If it is not a CSV file.
    """
    text = text.removeprefix("\ufeff")
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=choose_delimiter(text))
    rows = [row for row in cells if any(map(str.strip, row))]
    header = [column.strip().casefold() for column in rows[0]] if rows else []
    return header, [_row(header, row) for row in rows[1:]]


def _row(header: list[str], row: list[str]) -> Row:
    padded = row + [""] * (len(header) - len(row))
    return {column: cell.strip() for column, cell in zip(header, padded, strict=False)}
