"""Tables and columns: what a DataFrame and a Series are on the trusted side, as plain data.

What a worker sends is read here, part by part: nothing of pandas is needed, and nothing is built
that takes much more memory than its bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np

from grader.sandbox.protocol.arrays import Array, frozen
from grader.sandbox.protocol.frames import MAX_FRAME
from grader.sanitize import clean_line

MAX_ROWS, MAX_COLUMNS, MAX_LEVELS = 1_000_000, 1_000, 20
MAX_CELLS = 200_000  # of categories, which take more memory than they take bytes
TIMES = re.compile(r"(datetime64|timedelta64)\[(s|ms|us|ns)(?:, ([\w/+:. -]{1,40}))?\]", re.ASCII)
_NUMBERS = "biufc"
_LABELS = (str, int, float, date, timedelta)


def is_missing(value: Any) -> bool:
    """Return whether a value stands for none: None, NaN, NaT, NA."""
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return True
    return type(value).__name__ in ("NAType", "NaTType")


class Cells(msgspec.Struct, frozen=True, eq=False):
    """The values of a column, or of a level of an index.

    Parameters
    ----------
    values : numpy.ndarray or tuple
        An array of numbers, truth values or times; or anything else as a tuple, with None where
        a value is missing. Times with a zone are those of UTC.
    dtype : str
        The name of the type in pandas: ``float64``, ``str``, ``category``.
    categories : tuple
        The categories of a categorical column, in their order, whether they occur or not.
    ordered : bool
        Whether that order means something.
    """

    values: Array | tuple[Any, ...]
    dtype: str
    categories: tuple[Any, ...] = ()
    ordered: bool = False

    def __len__(self) -> int:
        return len(self.values)

    def listed(self) -> list[Any]:
        """Return the values as Python's own, with None where one is missing."""
        values = self.values
        if isinstance(values, np.ndarray):
            if values.dtype.kind in "mM":
                # Python's times have microseconds; those of finer steps would come as integers.
                values = values.astype(f"{values.dtype.kind}8[us]")
            values = values.tolist()
        return [None if is_missing(value) else value for value in values]

    def reduce(self) -> list[Any]:
        """Return what `_read_cells` reads."""
        values = self.values
        if self.dtype == "category":
            places = {category: place for place, category in enumerate(self.categories)}
            codes = np.array([places.get(v, -1) for v in values], dtype=np.int32)
            return ["category", self.dtype, codes, list(self.categories), self.ordered]
        if isinstance(values, np.ndarray):
            if values.dtype.kind in "mM":
                return ["time", self.dtype, values.view(np.int64)]
            return ["array", self.dtype, values]
        return ["list", self.dtype, list(values)]


class Index(msgspec.Struct, frozen=True, eq=False):
    """The labels of rows.

    Parameters
    ----------
    rows : int
        How many there are.
    levels : tuple of Cells
        Empty of an index that only counts the rows from 0, as after ``reset_index``; several of a
        MultiIndex.
    names : tuple
        The names of the levels, or None.
    """

    rows: int
    levels: tuple[Cells, ...] = ()
    names: tuple[Any, ...] = (None,)

    @property
    def is_default(self) -> bool:
        """Return whether it only counts the rows from 0."""
        return not self.levels

    def labels(self) -> list[Any]:
        """Return the label of each row; of a MultiIndex a tuple."""
        if not self.levels:
            return list(range(self.rows))
        listed = [level.listed() for level in self.levels]
        return listed[0] if len(listed) == 1 else list(zip(*listed, strict=True))

    def reduce(self) -> list[Any]:
        """Return what `_read_index` reads."""
        return [self.rows, list(self.names), [level.reduce() for level in self.levels]]


class Column(msgspec.Struct, frozen=True, eq=False):
    """A Series, as plain data. ``numpy.asarray`` makes an array of it.

    Parameters
    ----------
    name : object
        Its name, or None.
    cells : Cells
        Its values and their type.
    index : Index
        The labels of its values.
    """

    name: Any
    cells: Cells
    index: Index

    @property
    def values(self) -> Array | tuple[Any, ...]:
        """Return the values: an array of numbers, truth values or times, or else a tuple."""
        return self.cells.values

    @property
    def dtype(self) -> str:
        """Return what pandas calls the type of the values."""
        return self.cells.dtype

    def __len__(self) -> int:
        return len(self.cells)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return _as_array(self.cells, dtype)

    def reduce(self) -> list[Any]:
        """Return what `read_table` reads."""
        return ["series", self.name, self.cells.reduce(), self.index.reduce()]


class Table(msgspec.Struct, frozen=True, eq=False):
    """A DataFrame, as plain data. ``table["price"]`` is the values of a column.

    Parameters
    ----------
    columns : tuple
        The names of the columns in their order; tuples where these have several levels.
    cells : tuple of Cells
        The values of each column.
    index : Index
        The labels of the rows.
    names : tuple
        The names of the columns' levels, or None.
    """

    columns: tuple[Any, ...]
    cells: tuple[Cells, ...]
    index: Index
    names: tuple[Any, ...] = (None,)

    @property
    def shape(self) -> tuple[int, int]:
        """Return the number of rows and of columns."""
        return self.index.rows, len(self.columns)

    @property
    def dtypes(self) -> tuple[str, ...]:
        """Return what pandas calls the types of the columns, in their order."""
        return tuple(cells.dtype for cells in self.cells)

    def __len__(self) -> int:
        return self.index.rows

    def __getitem__(self, column: Any) -> Array | tuple[Any, ...]:
        if column not in self.columns:
            raise KeyError(column)
        return self.cells[self.columns.index(column)].values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        arrays = [_as_array(cells, dtype) for cells in self.cells]
        return np.stack(arrays, axis=1) if arrays else np.zeros(self.shape)

    def reduce(self) -> list[Any]:
        """Return what `read_table` reads."""
        cells = [cells.reduce() for cells in self.cells]
        return ["frame", list(self.columns), list(self.names), cells, self.index.reduce()]


def _as_array(cells: Cells, dtype: Any) -> Array:
    values = cells.values
    if isinstance(values, np.ndarray):
        return values.astype(dtype) if dtype is not None else values.copy()
    if all(v is None or isinstance(v, int | float) for v in values):  # as of a nullable type
        values = tuple(math.nan if v is None else v for v in values)
        return np.array(values, dtype=dtype)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


# Reading what a worker sends


def read_table(reduced: Any) -> Table | Column | list[Any] | None:
    """Return what the ``reduce`` of a table, a column or of labels returned, checked.

    Raises
    ------
    ValueError, TypeError
        If it is anything else.
    """
    kind, *parts = reduced
    if kind == "frame":
        return _read_frame(*parts)
    if kind == "series":
        name, cells, index = parts
        rows = _read_index(index)
        return Column(_read_label(name), _read_cells(cells, rows.rows), rows)
    if kind == "labels":
        (cells,) = parts
        return _read_cells(cells, None).listed()
    if kind == "missing" and not parts:
        return None
    raise ValueError("not a table")


def _read_frame(columns: Any, names: Any, cells: Any, index: Any) -> Table:
    if not _is_list(columns, MAX_COLUMNS) or not _is_list(cells, MAX_COLUMNS):
        raise ValueError("a table of impossible columns")
    if len(columns) != len(cells):
        raise ValueError("a table with columns without values")
    rows = _read_index(index)
    read_cells = tuple(_read_cells(one, rows.rows) for one in cells)
    if sum(len(one) for one in read_cells if not isinstance(one.values, np.ndarray)) > MAX_CELLS:
        raise ValueError("a table of too many values")
    return Table(tuple(map(_read_label, columns)), read_cells, rows, _read_names(names))


def _read_index(reduced: Any) -> Index:
    rows, names, levels = reduced
    if type(rows) is not int or not 0 <= rows <= MAX_ROWS or not _is_list(levels, MAX_LEVELS):
        raise ValueError("an impossible index")
    read_levels = tuple(_read_cells(level, rows) for level in levels)
    found = _read_names(names)
    if len(found) != max(1, len(levels)):
        raise ValueError("an index with names of other levels")
    return Index(rows, read_levels, found)


def _read_names(names: Any) -> tuple[Any, ...]:
    if not _is_list(names, MAX_LEVELS):
        raise ValueError("names that are not a list")
    return tuple(map(_read_label, names))


def _read_label(label: Any) -> Any:
    if label is None or isinstance(label, _LABELS):
        return label
    if type(label) is tuple and len(label) <= MAX_LEVELS:
        return tuple(None if part is None else _read_label(part) for part in label)
    raise TypeError("a label that is not plain")


def _read_cells(reduced: Any, rows: int | None) -> Cells:
    form, dtype, values, *more = reduced
    if not isinstance(form, str) or not isinstance(dtype, str):
        raise TypeError("a column without a type")
    if not isinstance(values, list) and not (isinstance(values, np.ndarray) and values.ndim == 1):
        raise TypeError("a column without values")
    if len(values) > MAX_ROWS or rows not in (None, len(values)):
        raise ValueError("a column of another length")
    dtype = clean_line(dtype, 60)
    if form == "category":
        return _read_category(values, dtype, *more)
    if more:
        raise ValueError("a column with too many parts")
    if form == "list" and isinstance(values, list):
        return Cells(tuple(values), dtype)
    if form == "array" and isinstance(values, np.ndarray) and values.dtype.kind in _NUMBERS:
        return Cells(frozen(values), dtype)
    found = TIMES.fullmatch(dtype)
    if form == "time" and found and isinstance(values, np.ndarray) and values.dtype == np.int64:
        return Cells(frozen(values.view(f"{found[1]}[{found[2]}]")), dtype)
    raise ValueError("a column of an unknown form")


def _read_category(codes: Any, dtype: str, categories: Any, ordered: Any) -> Cells:
    if not isinstance(codes, np.ndarray) or codes.dtype.kind != "i" or len(codes) > MAX_CELLS:
        raise TypeError("a category without codes")
    if not _is_list(categories, MAX_CELLS) or type(ordered) is not bool:
        raise TypeError("a category without categories")
    if len(codes) and not -1 <= int(codes.min()) <= int(codes.max()) < len(categories):
        raise ValueError("a category that does not exist")
    if written_length(codes, categories) > MAX_FRAME:
        raise ValueError("a category with too long texts")
    listed = [*map(_read_label, categories), None]
    return Cells(tuple(listed[code] for code in codes.tolist()), dtype, tuple(listed[:-1]), ordered)


def written_length(codes: Array, categories: Sequence[Any]) -> int:
    """Return how many characters the texts of a category have where each is written in its rows.

    A long text takes its bytes once, and the rows are written out where they are compared.
    """
    lengths = np.array([*map(_length, categories), 0], dtype=np.int64)
    counts = np.bincount(codes.astype(np.int64) % len(lengths), minlength=len(lengths))
    return int(counts @ lengths)


def _length(label: Any) -> int:
    if isinstance(label, tuple):
        return sum(map(_length, label))
    return len(label) if isinstance(label, str) else 0


def _is_list(value: Any, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most
