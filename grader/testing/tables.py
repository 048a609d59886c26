"""Compares tables and columns: a DataFrame or Series of the suite with an answer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.tables import Cells, Column, Index, Table, is_missing
from grader.testing.comparisons import Missing
from grader.testing.drawing_tables import draw_table, show_value
from grader.testing.expect import ATOL, RTOL, CheckFailed, fail
from grader.testing.sameness import match
from grader.testing.table_cells import (
    TableRules,
    own_kind,
    rows_of,
    same_cells,
    same_index,
)
from grader.testing.table_words import (
    is_cut,
    kinds_of,
    list_values,
    name_column,
    quote,
    word_missing,
    word_other,
    word_part,
)
from grader.testing.tolerance import Rules
from grader.wording import counted

_COARSE = 5  # digits by which rows are matched for words, and sorted
_MOST_SORTED = 50_000  # rows of which another order is noticed


def equal_tables(  # noqa: PLR0913 - the options of one comparison
    got: Any,
    want: Any,
    what: str,
    *,
    index: bool = True,
    column_order: bool = True,
    row_order: bool = True,
    dtypes: bool = False,
    names: bool = False,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Expect a table (DataFrame) or a column (Series) that is right.

    Numbers are compared within the tolerance, whatever their types. None, NaN, NaT and NA are
    equal, and a category is equal to its texts. `equal` does the same with these defaults.

    Parameters
    ----------
    got : object
        The answer of the student's code.
    want : DataFrame, Series, Table or Column
        The right answer.
    what : str
        Its name in messages, in the singular: ``"the table"``. Sentences begin with it.
    index : bool
        Whether the labels of the rows count.
    column_order, row_order : bool
        Whether the order of the columns, or of the rows, counts.
    dtypes : bool
        Whether the types of the columns count.
    names : bool
        Whether the names of indexes, and of a Series, count.
    rtol, atol : float
        The tolerance, relative to each right number and absolute.

    Raises
    ------
    CheckFailed
        If it is not right, with the first difference in words.
    """
    rules = TableRules(rtol, atol, index, column_order, row_order, dtypes, names)
    compare_tables(got, want, what, rules)


def compare_tables(got: Any, want: Any, what: str, rules: TableRules) -> None:
    """Do what `equal_tables` does, by some rules."""
    target, came = as_data(want), as_data(got)
    if isinstance(target, Column):
        _compare_columns(came, target, what, rules)
    elif isinstance(target, Table):
        _compare_tables(came, target, what, rules)
    else:
        raise TypeError(f"equal_tables compares with a DataFrame or a Series, not {want!r:.80}")


def _refuse_other(got: Any, kind: type, what: str, wanted: str) -> None:
    if got is None:
        raise fail("none", f"{what} is None: is a return missing?")
    if isinstance(got, Missing):
        raise fail("missing_result", got.text)
    if not isinstance(got, kind):
        words = f"{what} is {word_other(got)}, expected {wanted}"
        raise fail("not_a_table", words)


def _compare_columns(got: Any, want: Column, what: str, rules: TableRules) -> None:
    if isinstance(got, Table):
        one = " of one column" if len(got.columns) == 1 else ""
        raise fail("not_a_table", f"{what} is a table (DataFrame){one}, expected a Series")
    _refuse_other(got, Column, what, "a Series")
    if rules.names and got.name != want.name:
        raise fail("wrong_name", f"the name of {what} is wrong", repr(got.name), repr(want.name))
    _compare_rows(_as_table(got), _as_table(want), what, rules)


def _as_table(column: Column) -> Table:
    return Table((None,), (column.cells,), column.index)


def _compare_tables(got: Any, want: Table, what: str, rules: TableRules) -> None:
    if isinstance(got, Column):
        raise fail("not_a_table", f"{what} is a Series, expected a table (DataFrame)")
    _refuse_other(got, Table, what, "a table (DataFrame)")
    _compare_names(got, want, what, rules)
    order = [got.columns.index(name) for name in want.columns]
    if len({*want.columns}) == len(want.columns):
        got = Table(want.columns, tuple(got.cells[n] for n in order), got.index, got.names)
    _compare_rows(got, want, what, rules)


def _compare_names(got: Table, want: Table, what: str, rules: TableRules) -> None:
    """Compare which columns there are, and their order."""
    missing = [*(Counter(want.columns) - Counter(got.columns))]
    extra = [*(Counter(got.columns) - Counter(want.columns))]
    if missing:
        raise fail(
            "missing_column", word_missing(missing, extra, got, want, what), *_draw(got, want)
        )
    if extra:
        words = f"{what} has a column too many: {quote(extra[0])}"
        if len(extra) > 1:
            words = f"{what} has {len(extra)} columns too many: {', '.join(map(quote, extra[:5]))}"
        raise fail("extra_column", words, *_draw(got, want))
    if rules.column_order and got.columns != want.columns:
        words = f"{what} has the right columns in another order"
        raise fail("column_order", words, list_values(got.columns), list_values(want.columns))


def _compare_rows(got: Table, want: Table, what: str, rules: TableRules) -> None:
    """Compare the rows of two tables with the same columns."""
    if len(got) != len(want):
        words = f"{what} has {counted(len(got), 'row')}, expected {len(want)}"
        raise fail("wrong_rows", words, *_draw(got, want))
    if not rules.row_order:
        got = _in_order_of(want, got, rules)
    wrong = _find_wrong(got, want, rules)
    few = 1 < len(want) <= _MOST_SORTED
    if wrong and rules.row_order and few and _rows(got) == _rows(want):
        words = f"{what} has the right rows in another order"
        if rules.index and not want.index.is_default and _labels(got) != _labels(want):
            words += ", and with other labels"
        raise fail("row_order", words, *_draw(got, want))
    labels_right = (
        not rules.index or not rules.row_order or same_index(got.index, want.index, rules)
    )
    if not wrong and not labels_right:
        raise _wrong_index(got.index, want.index, what)
    if wrong:
        raise _wrong_values(got, want, what, wrong)
    _compare_types(got, want, what, rules)


def _compare_types(got: Table, want: Table, what: str, rules: TableRules) -> None:
    if rules.dtypes:
        for name, mine, right in zip(want.columns, got.dtypes, want.dtypes, strict=True):
            if mine != right:
                words = f"{name_column(name, what)} is of type {mine}, expected {right}"
                raise fail("wrong_dtype", words)
    if rules.names and got.index.names != want.index.names:
        words = f"the name of the index of {what} is wrong"
        raise fail("wrong_name", words, list_values(got.index.names), list_values(want.index.names))


def _wrong_index(got: Index, want: Index, what: str) -> CheckFailed:
    values, expected = list_values(got.labels()[:6]), list_values(want.labels()[:6])
    mine, right = (
        kinds_of(index.levels[0]) if len(index.levels) == 1 else "" for index in (got, want)
    )
    if mine != right and mine and right:
        words = f"{what} is right except for its index, which holds {mine}, expected {right}"
    elif want.is_default:
        words = f"{what} is right except for its index: the index is not reset"
    elif got.is_default:
        words = f"{what} is right except for its index, which only counts the rows"
    else:
        words = f"{what} is right except for its index"
    return fail("wrong_index", words, f"the index is {values}", expected)


def _wrong_values(
    got: Table, want: Table, what: str, wrong: dict[int, np.ndarray[Any, Any]]
) -> CheckFailed:
    place, rows = next(iter(wrong.items()))
    row = int(rows[0])
    mine, right = got.cells[place], want.cells[place]
    name = name_column(want.columns[place], what)
    identity, words = "values", f"{name} is wrong in {word_part(len(rows), len(want))}"
    kinds = kinds_of(mine), kinds_of(right)
    came, target = mine.listed(), right.listed()
    if is_cut(came, target):
        identity, words = "truncated", f"{name} is cut to whole numbers"
    elif kinds[0] != kinds[1] and all(kinds):
        identity, words = "wrong_kind", f"{name} holds {kinds[0]}, expected {kinds[1]}"
    elif is_missing(came[row]) and not is_missing(target[row]):
        identity, words = "missing_value", f"{name} has no value (NaN) where one is expected"
    if len(wrong) > 1:
        words += f"; {len(wrong)} of {len(want.columns)} columns are wrong"
    label = show_value(got.index.labels()[row])
    values = f"{name}, row {label}: got {show_value(came[row])}"
    return fail(identity, words, values, show_value(target[row]))


def _find_wrong(got: Table, want: Table, rules: TableRules) -> dict[int, np.ndarray[Any, Any]]:
    """Return the rows in which each column is wrong, by the column's place."""
    wrong = {}
    for place, (mine, right) in enumerate(zip(got.cells, want.cells, strict=True)):
        rows = np.flatnonzero(~same_cells(mine, right, rules))
        if len(rows):
            wrong[place] = rows
    return wrong


def _rows(table: Table) -> Counter[tuple[Any, ...]]:
    """Return how often each row is there, numbers rounded: for words only."""
    return Counter(zip(*map(_coarse, table.cells), strict=True)) if table.cells else Counter()


def _labels(table: Table) -> Counter[str]:
    return Counter(map(repr, table.index.labels()))


def _coarse(cells: Cells) -> Iterator[str]:
    kind = own_kind(cells)
    for value in cells.listed():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield f"{_rounded(value)}" if number else f"{kind}{value!r}"


def _rounded(value: float) -> str:
    try:
        return f"{float(value) + 0.0:.{_COARSE}g}"
    except OverflowError:
        return str(math.inf)


def _in_order_of(want: Table, got: Table, rules: TableRules) -> Table:
    """Return a table with its rows in the order of another, as far as they are the same."""
    plain = Rules(rules.rtol, rules.atol, exact_types=False)
    matched = match(rows_of(got), rows_of(want), plain)
    places = {right: mine for mine, right in matched.pairs}
    left = iter(matched.extra)
    order = [places[row] if row in places else next(left) for row in range(len(want))]
    cells = tuple(_take(cells, order) for cells in got.cells)
    return Table(got.columns, cells, Index(len(order)), got.names)


def _take(cells: Cells, order: Sequence[int]) -> Cells:
    if isinstance(cells.values, np.ndarray):
        return Cells(cells.values[np.array(order, dtype=int)], cells.dtype)
    return Cells(tuple(cells.values[n] for n in order), cells.dtype)


def _draw(got: Table, want: Table) -> tuple[str, str]:
    """Return both tables, for readers who may see values."""
    return f"got\n{draw_table(got)}\nexpected\n{draw_table(want)}", ""
