"""Tables and figures in the diagnosis, in kits, and in lines that repeat a call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.examiner.grids import digest_answer
from grader.examiner.likeness import alike, numbers_of, overflowed
from grader.examiner.table_recipe import write_table
from grader.examiner.trivial import is_trivial
from grader.sandbox.calls import Call
from grader.sandbox.protocol.figures import Axes, Figure, Line
from grader.sandbox.protocol.pandas_data import as_data

pd = pytest.importorskip("pandas")

TABLE = pd.DataFrame({"shop": ["a", "b"], "price": [1.0, np.nan]})
CHANGED = {
    "name": TABLE.rename(columns={"price": "cost"}),
    "value": TABLE.assign(price=[1.1, np.nan]),
    "text": TABLE.assign(shop=["a", "c"]),
    "missing": TABLE.assign(price=[1.0, 2.0]),
    "index": TABLE.set_axis([1, 2]),
    "order": TABLE[["price", "shop"]],
}


def figure(y: Any, **options: Any) -> Figure:
    x = np.arange(float(len(y)))
    return Figure((Axes(lines=(Line(x, np.array(y, dtype=float), **options),)),))


@pytest.mark.parametrize("name", CHANGED)
def test_a_table_is_like_itself_and_no_other(name: str) -> None:
    """To the diagnosis and to the table of a kit."""
    mine, other = as_data(TABLE), as_data(CHANGED[name])
    assert not alike(mine, other)
    assert digest_answer(mine, 0) != digest_answer(other, 0)
    rounded = as_data(TABLE.assign(price=[1.0 + 1e-12, np.nan]))
    assert alike(mine, rounded)
    assert digest_answer(mine, 0) == digest_answer(TABLE, 0)
    assert digest_answer(mine, 1) == digest_answer(rounded, 1)


def test_a_missing_value_is_no_overflow() -> None:
    """NaN in a table says nothing about a step that diverged."""
    assert not overflowed(as_data(TABLE))
    assert numbers_of(as_data(TABLE[["price"]])) is None


def test_figures_are_alike_by_what_they_show() -> None:
    """Colors and markers make no difference; labels and points do."""
    assert alike([figure([1, 2], color="#ff0000")], [figure([1, 2], marker="o")])
    assert digest_answer(figure([1, 2]), 0) == digest_answer(figure([1, 2], color="#ff0000"), 0)
    for other in (figure([1, 3]), figure([1, 2], label="x"), Figure()):
        assert not alike(figure([1, 2]), other)
        assert digest_answer(figure([1, 2]), 0) != digest_answer(other, 0)


def test_what_is_in_a_table_or_figure_decides_whether_it_is_easily_guessed() -> None:
    """One number everywhere is; different numbers are not."""

    def trivial(value: Any) -> bool:
        return is_trivial(Call("f", value=value, answered=True), ())

    assert not trivial(as_data(pd.DataFrame({"x": [1.5, 2.5]})))
    assert trivial(as_data(pd.DataFrame({"x": [0.0, 0.0]})))
    assert not trivial([figure([1.5, 2.5])])


@pytest.mark.parametrize(
    "value",
    [
        TABLE,
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame({"x": [np.inf, -np.inf]}, index=pd.Index(["a", "b"], name="k")),
        pd.DataFrame({"x": pd.to_datetime(["2024-01-01 10:00", None])}),
        pd.DataFrame({"x": pd.to_datetime(["2024-01-01"]).tz_localize("Europe/Berlin")}),
        pd.DataFrame({"x": pd.to_timedelta([90, 30], unit="s")}),
        pd.DataFrame({"x": pd.Categorical(["u", None], ["v", "u"], ordered=True)}),
        pd.DataFrame({"x": pd.array([1, None], dtype="Int64"), "y": np.array([1, 2], "int8")}),
        pd.DataFrame({"x": np.zeros(0), "y": pd.Series([], dtype="str")}),
        pd.DataFrame({1: [True, False], 2: [[1], None]}),
        pd.DataFrame({"x": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        pd.Series([1, 2], index=["a", "b"], name="n"),
        pd.Series(["x", None]),
    ],
)
def test_the_line_that_builds_a_small_table_builds_it(value: Any) -> None:
    """With its types, index and names."""
    text = write_table(as_data(value))
    assert text is not None
    built = eval(text, {"pd": pd, "np": np})
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(
            built, value, check_column_type=bool(len(value.columns)), check_dtype=True
        )
    else:
        pd.testing.assert_series_equal(built, value)


def test_a_large_table_or_one_without_plain_names_is_not_written_out() -> None:
    """Lines to paste are short."""
    assert write_table(as_data(pd.DataFrame({"x": range(201)}))) is None
    assert write_table(as_data(pd.DataFrame([[1, 2]], columns=["a", "a"]))) is None
    assert write_table(as_data(pd.Series(range(201)))) is None
