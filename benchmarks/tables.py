"""Rows in the terminal and as tables of a page: medians, and ratios with least and most."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from common import Row


def median(row: Row, column: str) -> float:
    """Return the median of a column's samples."""
    return statistics.median(row.figures[column])


def ratios(row: Row) -> list[float]:
    """Return the ratio of each pair, sorted; nothing where there are no pairs."""
    if not row.ratio:
        return []
    ours, other = (row.figures[name] for name in row.ratio)
    return sorted(a / b for a, b in zip(ours, other, strict=True))


def show_ratio(row: Row) -> str:
    """Return the median ratio with the least and the most."""
    found = ratios(row)
    if not found:
        return ""
    return f"{statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f})"


def show_number(value: float) -> str:
    """Return a whole number as it is, and another one with some three digits."""
    if value == int(value):
        return f"{value:.0f}"
    digits = 0 if value == 0 or abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}"


def format_row(row: Row) -> str:
    """Return a row as one line of the terminal."""
    shown = [f"{name}: {show_number(median(row, name))}" for name in row.figures]
    ratio = [f"ratio {show_ratio(row)}"] if row.ratio else []
    return f"{row.title:45} {'   '.join(shown + ratio)}"


def format_table(rows: Sequence[Row], first: str = "") -> str:
    """Return rows as a table in Markdown; a column is a figure, and the last one the ratio."""
    columns = list(dict.fromkeys(name for row in rows for name in row.figures))
    head = [first, *columns, *(["ratio (least to most)"] if any(row.ratio for row in rows) else [])]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for row in rows:
        cells = [show_number(median(row, c)) if c in row.figures else "" for c in columns]
        lines.append([row.title, *cells, show_ratio(row)][: len(head)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
