"""Python that builds a small DataFrame or Series again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from grader.sandbox.protocol.tables import TIMES, Cells, Column, Index, Table
from grader.testing.drawn import write_plain

_MAX_CELLS = 200
_OWN = ("int64", "float64", "bool", "object", "str")  # what pandas gives to such values by itself


def write_table(value: Table | Column) -> str | None:
    """Return an expression with ``pd`` and ``np``, or None where it would be long or is not plain.

    Parameters
    ----------
    value : Table or Column
        What was passed.
    """
    if isinstance(value, Column):
        if len(value) > _MAX_CELLS:
            return None
        name = "" if value.name is None else f", name={value.name!r}"
        return f"pd.Series({_write_cells(value.cells)}{_write_index(value.index)}{name})"
    several = len({*value.columns}) < len(value.columns) or len(value.names) > 1
    if several or len(value) * len(value.columns) > _MAX_CELLS:
        return None
    pairs = zip(value.columns, value.cells, strict=True)
    inner = ", ".join(f"{name!r}: {_write_cells(cells)}" for name, cells in pairs)
    index = _write_index(value.index)
    if not value.columns and value.index.is_default:
        index = f", index=range({len(value)})"
    return f"pd.DataFrame({{{inner}}}{index})"


def _write_index(index: Index) -> str:
    if index.is_default:
        return ""
    if len(index.levels) > 1:
        names = list(index.names)
        return f", index=pd.MultiIndex.from_tuples({_list(index.labels())}, names={names!r})"
    name = "" if index.names[0] is None else f", name={index.names[0]!r}"
    return f", index=pd.Index({_write_cells(index.levels[0])}{name})"


def _write_cells(cells: Cells) -> str:
    values = cells.listed()
    found = TIMES.fullmatch(cells.dtype)
    if found is not None:
        make = "pd.to_datetime" if found[1] == "datetime64" else "pd.to_timedelta"
        text = f"{make}({_list(None if v is None else str(v) for v in values)})"
        return f"{text}.tz_localize('UTC').tz_convert({found[3]!r})" if found[3] else text
    if cells.dtype == "category":
        ordered = ", ordered=True" if cells.ordered else ""
        return f"pd.Categorical({_list(values)}, {_list(cells.categories)}{ordered})"
    if cells.dtype in _OWN:
        text = _list(values, "np.nan" if cells.dtype == "float64" else "None")
        # A list of None alone, or an empty one, shows no type.
        typed = cells.dtype != "object" and all(value is None for value in values)
        return f"pd.Series({text}, dtype={cells.dtype!r})" if typed else text
    if isinstance(cells.values, np.ndarray) and cells.dtype == cells.values.dtype.name:
        return f"np.array({_list(values, 'np.nan')}, dtype={cells.dtype!r})"
    return f"pd.array({_list(values)}, dtype={cells.dtype!r})"


def _list(values: Iterable[Any], missing: str = "None") -> str:
    return f"[{', '.join(missing if v is None else write_plain(v) for v in values)}]"
