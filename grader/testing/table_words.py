"""Describes the mistake in a table in words, without values."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import Any

from grader.sandbox.protocol.tables import Cells, Table
from grader.sandbox.protocol.values import Opaque
from grader.testing.describing import describe
from grader.testing.drawing_tables import show_value
from grader.testing.kinds import kind_of
from grader.testing.table_cells import own_kind
from grader.wording import counted, with_article


def word_other(got: Any) -> str:
    """Return what is neither a table nor a column, without what is in it."""
    if isinstance(got, Opaque) and got.type_name.endswith("GroupBy"):
        return f"{with_article(got.type_name)}: rows are grouped, and nothing is computed from them"
    return kind_of(got) if isinstance(got, dict) else describe(got)


def word_missing(
    missing: Sequence[Any], extra: Sequence[Any], got: Table, want: Table, what: str
) -> str:
    """Return which columns are missing, and which one of the others may be meant."""
    name = missing[0]
    if name in got.index.names and name is not None:
        return f"{quote(name)} is the index of {what}, expected a column: the index is not reset"
    if len(missing) > 1 and len(missing) == len(want.columns):
        return f"{what} has none of the columns {', '.join(map(quote, missing[:6]))}"
    words = f"the column {quote(name)} is missing in {what}"
    if near := _find_near(name, extra):
        words += f" (there is {quote(near)})"
    if len(missing) > 1:
        words += f", and {len(missing) - 1} more"
    return words


def _find_near(name: Any, others: Sequence[Any]) -> str | None:
    texts = {str(other).strip().casefold(): str(other) for other in others}
    found = difflib.get_close_matches(str(name).strip().casefold(), texts, 1)
    return texts[found[0]] if found else None


def kinds_of(cells: Cells) -> str:
    """Return what the values of a column are, or nothing where they are of several kinds."""
    if kind := own_kind(cells):
        return f"{kind}s"
    found = {_kind_of(value) for value in cells.listed()[:1000] if value is not None}
    return found.pop() if len(found) == 1 else ""


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, int | float | complex):
        return "numbers"
    return "texts" if isinstance(value, str) else f"values of type {type(value).__name__}"


def is_cut(got: Sequence[Any], want: Sequence[Any]) -> bool:
    """Return whether numbers are the right ones without their fractions, in some places."""
    pairs = [
        pair for pair in zip(got, want, strict=True) if pair[0] is not None or pair[1] is not None
    ]
    if not all(type(value) in (int, float) for pair in pairs for value in pair):
        return False
    wrong = [(a, b) for a, b in pairs if a != b]
    return any(a for a, _ in pairs) and bool(wrong) and all(_cuts(a, b) for a, b in wrong)


def _cuts(got: float, want: float) -> bool:
    return math.isfinite(want) and got == math.trunc(want)


def name_column(name: Any, what: str) -> str:
    """Return the name of a column, for the beginning of a sentence."""
    return what if name is None else f"the column {quote(name)} of {what}"


def quote(name: Any) -> str:
    """Return a label in quotes."""
    return repr(name)[:60]


def list_values(values: Sequence[Any]) -> str:
    """Return labels as a list."""
    return f"[{', '.join(map(show_value, values))}]"


def word_part(count: int, rows: int) -> str:
    """Return in how many of the rows something is wrong."""
    return f"all {rows} rows" if count == rows > 1 else f"{count} of {counted(rows, 'row')}"
