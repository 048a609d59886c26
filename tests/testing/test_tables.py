"""Comparing tables: what is equal, and the first difference in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examiner.grids import digest_answer
from grader.examiner.likeness import alike
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.values import Opaque
from grader.testing import equal, equal_tables
from grader.testing.describing import describe
from grader.testing.drawing_tables import draw_table
from grader.testing.expect import CheckFailed

pd = pytest.importorskip("pandas")

PRICES = pd.DataFrame({"name": ["a", "b", "c"], "price": [1.0, 2.0, 3.0], "n": [1, 2, 3]})
DAYS = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", None])})


def words(got: Any, want: Any = PRICES, **options: Any) -> str:
    """Return what is wrong, or an empty string."""
    try:
        if options:
            equal_tables(got, want, "the table", **options)
        else:
            equal(got, want, "the table")
    except CheckFailed as failed:
        return str(failed)
    return ""


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (None, "the table is None: is a return missing?"),
        ([1], "the table is a list of 1 number, expected a table (DataFrame)"),
        ({"a": {"b": 1}, "c": 2}, "the table is a dict, expected a table (DataFrame)"),
        (
            Opaque("DataFrameGroupBy", "<pandas.api.typing.DataFrameGroupBy object at 0x...>"),
            "the table is a DataFrameGroupBy: rows are grouped, and nothing is computed from them, "
            "expected a table (DataFrame)",
        ),
        (PRICES["n"], "the table is a Series, expected a table (DataFrame)"),
        (
            PRICES.rename(columns={"price": "Price"}),
            "the column 'price' is missing in the table (there is 'Price')",
        ),
        (
            PRICES.rename(columns={"price": "price "}),
            "the column 'price' is missing in the table (there is 'price ')",
        ),
        (PRICES.drop(columns="n"), "the column 'n' is missing in the table"),
        (PRICES[["n"]], "the column 'name' is missing in the table, and 1 more"),
        (PRICES.assign(x=1), "the table has a column too many: 'x'"),
        (PRICES[["n", "name", "price"]], "the table has the right columns in another order"),
        (PRICES.head(1), "the table has 1 row, expected 3"),
        (PRICES.iloc[::-1], "the table has the right rows in another order"),
        (
            PRICES.set_index("name"),
            "'name' is the index of the table, expected a column: the index is not reset",
        ),
        (
            PRICES.set_axis([1, 2, 3]),
            "the table is right except for its index: the index is not reset",
        ),
        (
            PRICES.assign(price=[1.0, 2.5, 3.0]),
            "the column 'price' of the table is wrong in 1 of 3 rows",
        ),
        (
            PRICES.assign(price=["1", "2", "3"]),
            "the column 'price' of the table holds texts, expected numbers",
        ),
        (
            PRICES.assign(price=[np.nan, 2, 3]),
            "the column 'price' of the table has no value (NaN) where one is expected",
        ),
        (
            PRICES.assign(price=0.0, n=0),
            "the column 'price' of the table is wrong in all 3 rows; 2 of 3 columns are wrong",
        ),
    ],
)
def test_the_first_difference_is_in_words(got: Any, expected: str) -> None:
    """Without a value, since students read it of hidden checks."""
    assert words(got) == expected


@pytest.mark.parametrize(
    "got",
    [
        PRICES.copy(),
        as_data(PRICES),
        PRICES.assign(price=[1, 2, 3]),
        PRICES.assign(price=[1.00001, 2.0, 3.0]),
        PRICES.assign(name=PRICES["name"].astype("category")),
        PRICES.assign(n=pd.array([1, 2, 3], dtype="Int64")),
        PRICES.assign(name=PRICES["name"].astype(object)),
    ],
)
def test_types_and_rounding_make_no_difference(got: Any) -> None:
    """The values count."""
    assert words(got) == ""


def test_missing_values_are_equal() -> None:
    """None, NaN, NaT and NA are."""
    assert words(DAYS.copy(), DAYS) == ""
    none = pd.DataFrame({"x": ["a", None]}, dtype=object)
    assert words(pd.DataFrame({"x": pd.array(["a", pd.NA], dtype="string")}), none) == ""
    assert words(pd.DataFrame({"x": [1, None]}), pd.DataFrame({"x": [1, np.nan]})) == ""
    text = pd.DataFrame({"day": ["2024-01-01", None]})
    assert "holds texts, expected values of type datetime" in words(text, DAYS)
    flags = pd.DataFrame({"x": [True, False]})
    assert "holds numbers, expected True or False" in words(flags.astype(int), flags)


def test_numbers_without_their_fractions_are_cut() -> None:
    """Where others are right, and not where all are zero."""
    want = pd.DataFrame({"x": [0.5, 1.75, -2.5, 3.0, np.nan]})
    assert words(np.trunc(want), want) == "the column 'x' of the table is cut to whole numbers"
    whole = want.fillna(7.25)
    assert "is cut" in words(whole.astype(int), whole)
    assert "is wrong in 3 of 5 rows" in words(np.floor(want), want)
    assert "is wrong in all 2 rows" in words(want.head(2) * 0, want.head(2))


def test_rows_in_another_order_may_have_other_labels_as_well() -> None:
    """Labels count where the right ones are more than numbers of the rows."""
    want = pd.DataFrame({"x": [1.0, 2.0]}, index=["2024-01", "2024-02"])
    assert words(want.iloc[::-1], want) == "the table has the right rows in another order"
    other = want.iloc[::-1].set_axis(["01-2024", "02-2024"])
    assert words(other, want) == (
        "the table has the right rows in another order, and with other labels"
    )
    assert words(other, want, index=False) == "the table has the right rows in another order"


def test_periods_and_intervals_are_no_texts() -> None:
    """In columns, in labels, and to the diagnosis; a category is equal to its texts."""
    days = pd.to_datetime(["2024-01-09", "2024-02-10"])
    periods = pd.DataFrame({"month": days.to_period("M")})
    texts = pd.DataFrame({"month": ["2024-01", "2024-02"]})
    assert words(periods, periods.copy()) == ""
    assert words(periods, texts) == (
        "the column 'month' of the table holds periods, expected texts"
    )
    assert words(texts, periods).endswith("holds texts, expected periods")
    by_period = pd.DataFrame({"n": [1, 2]}, index=days.to_period("M"))
    by_text = by_period.set_axis(["2024-01", "2024-02"])
    assert words(by_period, by_text) == (
        "the table is right except for its index, which holds periods, expected texts"
    )
    assert not alike(as_data(by_period), as_data(by_text))
    assert digest_answer(by_period, 0) != digest_answer(by_text, 0)
    cut = pd.cut([0.5, 1.5], [0, 1, 2])
    intervals = pd.DataFrame({"x": pd.IntervalIndex(cut)})
    assert words(intervals, pd.DataFrame({"x": ["(0, 1]", "(1, 2]"]})).endswith(
        "holds intervals, expected texts"
    )
    assert words(pd.DataFrame({"x": cut}), pd.DataFrame({"x": ["(0, 1]", "(1, 2]"]})) == ""


def test_options_leave_things_out_or_in() -> None:
    """Each option alone."""
    assert words(PRICES.set_axis([1, 2, 3]), index=False) == ""
    assert words(PRICES[["n", "name", "price"]], column_order=False) == ""
    assert words(PRICES.iloc[::-1], row_order=False) == ""
    wrong = PRICES.assign(price=[1.0, 2.5, 3.0]).iloc[::-1]
    assert words(wrong, row_order=False).endswith("is wrong in 1 of 3 rows")
    assert words(PRICES.assign(n=[1.0, 2, 3]), dtypes=True) == (
        "the column 'n' of the table is of type float64, expected int64"
    )
    by_name = PRICES.set_index("name")
    assert words(by_name.rename_axis(None), by_name) == ""
    assert words(by_name.rename_axis(None), by_name, names=True) == (
        "the name of the index of the table is wrong"
    )
    assert words(PRICES.assign(price=[1.0, 2.1, 3.0]), rtol=0.1) == ""


def test_a_series_is_compared_with_its_labels() -> None:
    """And without its name."""
    want = PRICES.set_index("name")["price"]
    assert words(want.rename("other"), want) == ""
    assert words(want.rename("other"), want, names=True) == "the name of the table is wrong"
    assert words(want.reset_index(drop=True), want) == (
        "the table is right except for its index, which only counts the rows"
    )
    assert words(want * 2, want) == "the table is wrong in all 3 rows"
    assert words(want.to_frame(), want) == (
        "the table is a table (DataFrame) of one column, expected a Series"
    )


def test_rows_in_any_order_and_tables_within_other_data() -> None:
    """As `equal` compares lists and dicts."""
    equal(PRICES.iloc[::-1], PRICES, "the table", unordered=True)
    equal({"a": [PRICES]}, {"a": [PRICES.copy()]}, "the result")
    with pytest.raises(CheckFailed, match="'n' is missing in"):
        equal({"a": PRICES.drop(columns="n")}, {"a": PRICES}, "the result")
    with pytest.raises(CheckFailed, match="expected a list"):
        equal(PRICES, [1], "the result")


def test_values_are_shown_apart() -> None:
    """The place and the value, or both tables in a few short lines."""
    with pytest.raises(CheckFailed) as caught:
        equal(PRICES.assign(price=[1.0, 2.5, 3.0]), PRICES, "the table")
    assert caught.value.values == "the column 'price' of the table, row 1: got 2.5"
    assert caught.value.expected == "2"
    with pytest.raises(CheckFailed) as caught:
        equal(PRICES.head(1)[["name"]], PRICES[["name"]], "the table")
    assert (
        caught.value.values == "got\n   name\n0     a\nexpected\n   name\n0     a\n1     b\n2     c"
    )


def test_a_drawn_table_fits_in_a_narrow_terminal() -> None:
    """It is cut at 6 rows and 45 characters, so that it fits beside a label."""
    text = draw_table(as_data(pd.DataFrame(np.full((9, 9), 1 / 3), columns=["a" * 30] * 9)))
    lines = text.splitlines()
    assert len(lines) == 8
    assert lines[-1] == "… 3 more rows"
    assert max(map(len, lines)) <= 48
    assert draw_table(as_data(pd.DataFrame())) == ""


def test_days_are_drawn_without_hours_and_missing_values_as_nan() -> None:
    """An empty text is empty."""
    days = pd.to_datetime(
        ["2024-01-09", "2024-02-10 12:30", None, "2024-02-10 12:30:05"], format="mixed"
    )
    table = pd.DataFrame({"day": days, "x": ["", "a", None, "b"]})
    assert draw_table(as_data(table)).splitlines() == [
        "                   day    x",
        "0           2024-01-09",
        "1     2024-02-10 12:30    a",
        "2                  NaN  NaN",
        "3  2024-02-10 12:30:05    b",
    ]


def test_tables_in_words() -> None:
    """Rows and the names of columns, no values."""
    assert describe(PRICES) == "a table of 3 rows, columns name, price, n"
    assert describe(as_data(PRICES[["n"]].head(1))) == "a table of 1 row, column n"
    assert describe(PRICES["n"]) == "a Series n of 3 values"
    assert describe(pd.DataFrame()) == "a table of 0 rows without columns"


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.floats(0, 1))), st.data())
def test_rows_in_another_order_are_equal_only_where_order_does_not_count(
    rows: list[tuple[str, int, float]], data: st.DataObject
) -> None:
    """Any permutation, also of rows that are there twice."""
    want = pd.DataFrame(rows, columns=["x", "y", "z"])
    order = data.draw(st.permutations(range(len(rows))))
    got = want.iloc[list(order)].reset_index(drop=True)
    equal_tables(got, want, "it", row_order=False)
    if len(rows):
        changed = got.assign(z=[*got["z"][:-1], got["z"].iloc[-1] + 1.0])
        with pytest.raises(CheckFailed):
            equal_tables(changed, want, "it", row_order=False)
