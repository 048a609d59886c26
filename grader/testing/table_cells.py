"""Whether tables are the same, cell by cell: numbers within a tolerance, missing values alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.sandbox.protocol.tables import Cells, Column, Index, Table, is_missing


@dataclass(frozen=True, slots=True)
class TableRules:
    """The rules by which tables are compared; see `equal_tables`."""

    rtol: float
    atol: float
    index: bool = True
    column_order: bool = True
    row_order: bool = True
    dtypes: bool = False
    names: bool = False


def same_tables(got: Any, want: Any, rules: TableRules) -> bool:
    """Return whether two tables or columns are the same, in order and with their labels."""
    mine: tuple[Cells, ...]
    right: tuple[Cells, ...]
    if isinstance(got, Column) and isinstance(want, Column):
        mine, right = (got.cells,), (want.cells,)
    elif isinstance(got, Table) and isinstance(want, Table) and got.columns == want.columns:
        mine, right = got.cells, want.cells
    else:
        return False
    return same_index(got.index, want.index, rules) and all(
        bool(np.all(same_cells(a, b, rules))) for a, b in zip(mine, right, strict=True)
    )


def rows_of(value: Table | Column) -> list[list[Any]]:
    """Return the values of each row."""
    cells = value.cells if isinstance(value, Table) else (value.cells,)
    if not cells:
        return [[] for _ in range(len(value))]
    return list(map(list, zip(*(one.listed() for one in cells), strict=True)))


def fields_of_table(value: Table | Column) -> dict[str, Any]:
    """Return what makes a difference between tables, as `same_tables` decides, as plain data."""
    cells = value.cells if isinstance(value, Table) else (value.cells,)
    return {
        "columns": list(map(repr, value.columns)) if isinstance(value, Table) else [],
        "index": _open_index(value.index),
        "cells": [_numbers_or_list(one) for one in cells],
        "kinds": [own_kind(one) for one in (*cells, *value.index.levels)],
    }


def _open_index(index: Index) -> list[str]:
    labels = index.labels()
    # Labels that only count are not part of an answer, and a million texts take long.
    whole = all(type(label) is int for label in labels)
    is_counted = index.is_default or (whole and labels == list(range(index.rows)))
    return [""] if is_counted else list(map(repr, labels))


def _numbers_or_list(cells: Cells) -> Any:
    values = cells.values
    is_number = isinstance(values, np.ndarray) and values.dtype.kind in "biuf"
    return values if is_number else list(map(repr, cells.listed()))


def own_kind(cells: Cells) -> str:
    """Return ``period`` or ``interval`` where values are those: as data they are texts."""
    return next((kind for kind in ("period", "interval") if cells.dtype.startswith(kind)), "")


def same_cells(got: Cells, want: Cells, rules: TableRules) -> np.ndarray[Any, Any]:
    """Return in which rows values are the same."""
    mine, right = got.values, want.values
    if own_kind(got) != own_kind(want):
        return np.zeros(len(mine), dtype=bool)
    if isinstance(mine, np.ndarray) and isinstance(right, np.ndarray):
        kinds = {mine.dtype.kind, right.dtype.kind}
        if kinds <= {*"iufc"}:
            near: np.ndarray[Any, Any] = np.isclose(
                mine, right, rtol=rules.rtol, atol=rules.atol, equal_nan=True
            )
            return near
        absent: np.ndarray[Any, Any] = _absent(mine) & _absent(right)
        # Of values of two kinds, only those that are missing are the same.
        return absent if len(kinds) > 1 else (mine == right) | absent
    pairs = zip(got.listed(), want.listed(), strict=True)
    return np.array([_same(a, b, rules) for a, b in pairs], dtype=bool)


def _absent(values: np.ndarray[Any, Any]) -> Any:
    """Return which values of an array are missing."""
    if values.dtype.kind in "mM":
        return np.isnat(values)
    return np.isnan(values) if values.dtype.kind in "fc" else np.zeros(len(values), dtype=bool)


def _same(got: Any, want: Any, rules: TableRules) -> bool:
    if is_missing(got) or is_missing(want):
        return is_missing(got) and is_missing(want)
    if isinstance(got, bool) != isinstance(want, bool):
        return False
    if isinstance(got, list | tuple) and isinstance(want, list | tuple):
        return len(got) == len(want) and all(map(_same, got, want, [rules] * len(got)))
    if isinstance(got, np.ndarray) and isinstance(want, np.ndarray) and got.shape != want.shape:
        return False
    try:
        if isinstance(got, int | float) and isinstance(want, int | float):
            return got == want or abs(got - want) <= rules.atol + rules.rtol * abs(want)
        return type(got) is type(want) and bool(np.all(got == want))
    except (ArithmeticError, TypeError, ValueError):
        # An integer too large for a float, a Decimal that is not a number, an array in a dict.
        return False


def same_index(got: Index, want: Index, rules: TableRules) -> bool:
    """Return whether rows have the same labels."""
    if got.rows != want.rows or len(got.names) != len(want.names):
        return False
    if list(map(own_kind, got.levels)) != list(map(own_kind, want.levels)):
        return False
    if got.is_default and want.is_default:
        return True
    pairs = zip(got.labels(), want.labels(), strict=True)
    return all(_same(mine, right, rules) for mine, right in pairs)
