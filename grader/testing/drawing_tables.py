"""Tables as a few short lines of text, and in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from grader.sandbox.protocol.tables import Column, Table
from grader.sanitize import clean_line
from grader.wording import counted, plural

_ROWS, _COLUMNS, _WIDTH = 6, 6, 45  # beside a label, in a terminal of 60 columns
_CELL, _TIME = 14, 19


def describe_table(value: Table | Column) -> str:
    """Return what a table is: ``a table of 5 rows, columns name, price``."""
    if isinstance(value, Column):
        named = "" if value.name is None else f" {_label(value.name)}"
        return f"a Series{named} of {counted(len(value), 'value')}"
    rows = counted(len(value), "row")
    if not value.columns:
        return f"a table of {rows} without columns"
    shown = ", ".join(map(_label, value.columns[:_COLUMNS]))
    more = ", …" if len(value.columns) > _COLUMNS else ""
    return f"a table of {rows}, {plural('column', len(value.columns))} {shown}{more}"


def show_value(value: Any) -> str:
    """Return one value as text."""
    if value is None:
        return "NaN"
    if isinstance(value, float):
        return f"{value:.8g}"
    return clean_line(repr(value) if isinstance(value, str | bytes | tuple) else str(value), 60)


def draw_table(table: Table) -> str:
    """Return the first rows and columns of a table, aligned, in at most 45 characters a line."""
    labels = [*map(_cell, table.index.labels()[:_ROWS])]
    drawn = [["", *labels]]
    for name, cells in zip(table.columns[:_COLUMNS], table.cells, strict=False):
        drawn.append(["" if name is None else _cell(name), *map(_cell, cells.listed()[:_ROWS])])
    kept, room = [], _WIDTH
    for column in drawn:
        width = max(map(len, column))
        room -= width + 2
        if room < 0:
            break
        kept.append([text.rjust(width) for text in column])
    cut = len(kept) <= len(table.columns)
    lines = ["  ".join(row).rstrip() + ("  …" if cut else "") for row in zip(*kept, strict=True)]
    if len(table) > _ROWS:
        lines.append(f"… {len(table) - _ROWS} more rows")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "NaN"  # an empty text is empty
    if isinstance(value, datetime):
        return str(value).removesuffix(":00").removesuffix(" 00:00")[:_TIME]
    return clean_line(f"{value:.6g}" if isinstance(value, float) else str(value), _CELL)


def _label(label: Any) -> str:
    return clean_line(str(label), 30)
