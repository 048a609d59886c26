"""DataFrames and Series of pandas, to and from plain data.

pandas is never imported to reduce a value: what is reduced is there, and so is pandas.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import numpy as np

from grader.sandbox.protocol.frames import MAX_FRAME
from grader.sandbox.protocol.inspection import MAX_ITEMS
from grader.sandbox.protocol.reductions import Irreducible
from grader.sandbox.protocol.tables import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    TIMES,
    Cells,
    Column,
    Index,
    Table,
    is_missing,
    read_table,
    written_length,
)

_PLAIN = (str, int, float, complex, bytes, date, timedelta, list, tuple, dict, set, np.ndarray)
# The types that are reduced, by their names in pandas 3 and pandas 2. Others become plain data.
PANDAS_TABLES = (
    *("pandas.DataFrame", "pandas.core.frame.DataFrame"),
    *("pandas.Series", "pandas.core.series.Series"),
)
PANDAS_OTHERS = (
    *("pandas.Index", "pandas.core.indexes.base.Index"),
    *("pandas.api.extensions.ExtensionArray", "pandas.core.arrays.base.ExtensionArray"),
    *("pandas.api.typing.NAType", "pandas._libs.missing.NAType"),
    *("pandas.api.typing.NaTType", "pandas._libs.tslibs.nattype.NaTType"),
)


def reduce_table(value: Any) -> list[Any]:
    """Return what `read_table` reads, for a table, a column or a value of pandas.

    Raises
    ------
    Irreducible
        If it is too large.
    """
    return value.reduce() if isinstance(value, Table | Column) else _reduce_pandas(value)


def _reduce_pandas(value: Any) -> list[Any]:
    pandas: Any = sys.modules["pandas"]
    if isinstance(value, pandas.DataFrame):
        return _reduce_frame(value)
    if isinstance(value, pandas.Series):
        _bound(len(value), 1)
        return ["series", _label(value.name), _reduce_cells(value), _reduce_index(value.index)]
    if isinstance(value, pandas.Index | pandas.api.extensions.ExtensionArray):
        _bound(len(value), 1, MAX_ITEMS)  # as of any list
        if isinstance(value, pandas.MultiIndex):
            return ["labels", ["list", "object", list(map(_label, value))]]
        return ["labels", _reduce_cells(pandas.Series(value))]
    return ["missing"]


def _bound(rows: int, columns: int, most: int = MAX_ROWS) -> None:
    if rows > most or columns > MAX_COLUMNS:
        raise Irreducible(f"of {rows} rows and {columns} columns")


def _reduce_frame(frame: Any) -> list[Any]:
    _bound(*frame.shape)
    cells = [_reduce_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    columns, names = list(map(_label, frame.columns)), list(map(_label, frame.columns.names))
    return ["frame", columns, names, cells, _reduce_index(frame.index)]


def _reduce_index(index: Any) -> list[Any]:
    pandas: Any = sys.modules["pandas"]
    names = list(map(_label, index.names))
    if isinstance(index, pandas.RangeIndex) and index.start == 0 and index.step == 1:
        return [len(index), names, []]
    levels = [index.get_level_values(level) for level in range(index.nlevels)]
    return [len(index), names, [_reduce_cells(level.to_series()) for level in levels]]


def _reduce_cells(series: Any) -> list[Any]:
    dtype = str(series.dtype)
    if dtype == "category":
        if len(series) > MAX_CELLS:
            raise Irreducible(f"of {len(series)} rows with categories")
        categories = [_label(category) for category in series.cat.categories]
        codes = series.cat.codes.to_numpy().astype(np.int32)
        if written_length(codes, categories) > MAX_FRAME:
            raise Irreducible("of categories with long texts")
        return ["category", dtype, codes, categories, bool(series.cat.ordered)]
    found = TIMES.fullmatch(dtype)
    if found is not None:
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None) if found[3] else series
        return ["time", dtype, plain.to_numpy().view(np.int64)]
    if dtype != "object":
        array = series.to_numpy() if not series.isna().any() or _is_numpy(series) else None
        if array is not None and array.dtype.kind in "biufc":
            return ["array", dtype, array]
    if len(series) > MAX_CELLS:
        raise Irreducible(f"of {len(series)} rows that are not numbers")
    return ["list", dtype, [_plain(value) for value in series.tolist()]]


def _is_numpy(series: Any) -> bool:
    return isinstance(series.dtype, np.dtype)


def _plain(value: Any) -> Any:
    if is_missing(value):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, _PLAIN) or type(value).__module__ != "pandas" else str(value)


def _label(value: Any) -> Any:
    """Return a label as plain data."""
    if isinstance(value, tuple):
        return tuple(map(_label, value))
    if is_missing(value):
        return None
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, date) and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if isinstance(value, timedelta) and hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    return value if isinstance(value, str | int | float | date | timedelta) else str(value)


def as_data(value: Any) -> Any:
    """Return a DataFrame or a Series as a `Table` or a `Column`, and anything else as it is."""
    if isinstance(value, Table | Column) or type(value).__module__.partition(".")[0] != "pandas":
        return value
    pandas: Any = sys.modules["pandas"]
    if not isinstance(value, pandas.DataFrame | pandas.Series):
        return value
    return read_table(_reduce_pandas(value))


# Building


def build_frame(table: Table) -> Any:
    """Return the DataFrame of a table."""
    import pandas as pd

    columns: Any = list(table.columns)
    index = _build_index(table.index)
    series = {place: _build_series(cells) for place, cells in enumerate(table.cells)}
    frame = pd.DataFrame(series, index=pd.RangeIndex(table.index.rows))
    frame.index = index
    if columns and len(table.names) > 1 and all(isinstance(label, tuple) for label in columns):
        frame.columns = pd.MultiIndex.from_tuples(columns, names=table.names)
    else:
        frame.columns = pd.Index(columns, name=table.names[0] if table.names else None)
    return frame


def build_series(column: Column) -> Any:
    """Return the Series of a column."""
    series = _build_series(column.cells)
    series.index = _build_index(column.index)
    return series.rename(column.name)


def _build_index(index: Index) -> Any:
    import pandas as pd

    if index.is_default:
        return pd.RangeIndex(index.rows, name=index.names[0])
    levels = [pd.Index(_build_series(level)) for level in index.levels]
    if len(levels) > 1:
        return pd.MultiIndex.from_arrays(levels, names=index.names)
    return levels[0].rename(index.names[0])


def _build_series(cells: Cells) -> Any:
    import pandas as pd

    if cells.dtype == "category":
        values = pd.Categorical(list(cells.values), list(cells.categories), ordered=cells.ordered)
        return pd.Series(values)
    found = TIMES.fullmatch(cells.dtype)
    if found is not None and isinstance(cells.values, np.ndarray):
        series = pd.Series(cells.values.copy())
        return series.dt.tz_localize("UTC").dt.tz_convert(found[3]) if found[3] else series
    values = cells.values.copy() if isinstance(cells.values, np.ndarray) else list(cells.values)
    try:
        return pd.Series(values, dtype=cells.dtype)
    except (TypeError, ValueError):
        return pd.Series(values, dtype=object)
