"""DataFrames and Series across the process boundary, and what hostile code may send."""

from __future__ import annotations

import contextlib
import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.protocol.builders import BUILDERS
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.tables import MAX_ROWS, Column, Table, read_table
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque

pd = pytest.importorskip("pandas")

ZONE = "Europe/Berlin"
FRAMES = {
    "types": pd.DataFrame(
        {
            "int": [1, 2],
            "small": np.array([1, 2], dtype="int8"),
            "float": [1.5, None],
            "text": ["x", None],
            "bool": [True, False],
            "time": pd.to_datetime(["2024-01-01", None]),
            "zone": pd.to_datetime(["2024-01-01", "2024-07-01"]).tz_localize(ZONE),
            "span": pd.to_timedelta([1, 2], unit="h"),
            "category": pd.Categorical(["u", None], ["v", "u"], ordered=True),
            "Int64": pd.array([1, None], dtype="Int64"),
            "boolean": pd.array([True, None], dtype="boolean"),
            "string": pd.array(["q", None], dtype="string"),
            "object": [[1], {"a": 2}],
        }
    ),
    "no rows": pd.DataFrame({"a": np.zeros(0)}),
    "grouped": pd.DataFrame({"a": [1, 2, 3], "g": ["x", "y", "x"]}).groupby("g").sum(),
    "levels": pd.DataFrame({"a": [1, 2, 3], "g": ["x", "y", "x"], "h": [1, 1, 2]})
    .groupby(["g", "h"])
    .agg(["sum", "mean"]),
    "dates": pd.DataFrame({"v": [1.0, 2.0]}, index=pd.to_datetime(["2024-01-01", "2024-01-02"])),
    "numbers as names": pd.DataFrame([[1, 2], [3, 4]], index=[5, 7]),
    "a name twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "space in a name": pd.DataFrame({"a ": [1]}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_becomes_the_same_frame(name: str) -> None:
    """Types, index, names and categories are kept; on the trusted side it is a table."""
    frame = FRAMES[name]
    data = pack(frame)
    table = unpack(data)
    assert isinstance(table, Table)
    assert table.shape == frame.shape
    assert list(table.dtypes) == [str(dtype) for dtype in frame.dtypes]
    assert list(table.columns) == list(frame.columns)
    assert pack(table) == data
    pd.testing.assert_frame_equal(unpack(data, BUILDERS), frame, check_freq=False)


def test_a_series_becomes_the_same_series() -> None:
    """With its name and index; ``numpy.asarray`` of the column is an array."""
    series = pd.Series([1.5, 2.0], index=["a", "b"], name="price")
    data = pack({"one": series})
    column = unpack(data)["one"]
    assert isinstance(column, Column)
    assert (column.name, column.dtype, len(column)) == ("price", "float64", 2)
    assert np.asarray(column).tolist() == [1.5, 2.0]
    pd.testing.assert_series_equal(unpack(data, BUILDERS)["one"], series)


def test_single_values_and_labels_of_pandas_are_plain_data() -> None:
    """Missing ones are None, times those of Python, an index and an array lists."""
    labels = pd.Index(["a", "b"])
    values = [pd.NaT, pd.NA, pd.Timestamp("2024-01-01"), pd.Timedelta("1h"), labels]
    values.append(pd.Series(["c", None], dtype="string").array)
    day = datetime.fromisoformat("2024-01-01")
    expected: list[Any] = [None, None, day, timedelta(hours=1), ["a", "b"]]
    assert unpack(pack(values)) == [*expected, ["c", None]]


def test_the_values_of_a_column_are_arrays_or_tuples_that_cannot_be_changed() -> None:
    """Times are numpy's; texts are a tuple with None where one is missing."""
    table = unpack(pack(FRAMES["types"]))
    assert table["int"].tolist() == [1, 2]
    assert table["text"] == ("x", None)
    assert table["category"] == ("u", None)
    assert table["time"][0] == np.datetime64("2024-01-01")
    with pytest.raises(ValueError, match="read-only"):
        table["float"][0] = 3.0
    with pytest.raises(KeyError):
        table["none"]


def test_what_is_too_large_is_named_and_not_built() -> None:
    """A million rows and more, or many texts."""
    many = unpack(pack(pd.DataFrame({"a": np.zeros(MAX_ROWS + 1, dtype="int8")})))
    assert isinstance(many, Opaque)
    texts = unpack(pack(pd.DataFrame({"a": ["x"] * 60_000})))
    assert isinstance(texts, Opaque)


def _cells(values: Any = (1.0,), form: str = "array", dtype: str = "float64") -> list[Any]:
    return [form, dtype, np.array(values) if form == "array" else values]


BROKEN: dict[str, Any] = {
    "no kind": [],
    "another kind": ["graph", 1],
    "two lengths": ["frame", ["a"], [None], [_cells()], [2, [None], []]],
    "more columns than values": ["frame", ["a", "b"], [None], [_cells()], [1, [None], []]],
    "rows below zero": ["frame", [], [None], [], [-1, [None], []]],
    "rows without end": ["frame", [], [None], [], [10**12, [None], []]],
    "a row count that is none": ["frame", [], [None], [], [True, [None], []]],
    "a level of another length": ["frame", [], [None], [], [2, [None], [_cells()]]],
    "names of no levels": ["series", "a", _cells(), [1, ["x", "y"], []]],
    "a name that is a list": ["series", ["a"], _cells(), [1, [None], []]],
    "a table of tables": ["labels", ["array", "float64", np.zeros((2, 2))]],
    "an unknown form": ["labels", ["pickle", "object", b"x"]],
    "times that are floats": ["labels", ["time", "datetime64[ns]", np.zeros(2)]],
    "times of no unit": ["labels", ["time", "datetime64", np.zeros(2, dtype=np.int64)]],
    "codes beyond": ["labels", ["category", "category", np.array([3]), ["a"], False]],
    "codes below": ["labels", ["category", "category", np.array([-2]), ["a"], False]],
    "no codes": ["labels", ["category", "category", [0], ["a"], False]],
    "a category too much": ["labels", ["category", "category", np.array([0]), ["a"], 1]],
    "too many parts": ["labels", [*_cells(), 5]],
    "a type that is none": ["labels", ["array", None, np.zeros(1)]],
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_table_that_is_none_is_refused(name: str) -> None:
    """Whatever a worker sends, the trusted side builds a table, or nothing."""
    with pytest.raises((ValueError, TypeError)):
        read_table(BROKEN[name])


@given(st.data())
def test_a_damaged_table_is_refused_or_still_a_table(data: st.DataObject) -> None:
    """No byte that changes raises anything else."""
    content = bytearray(pack(FRAMES["types"]))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FrameError):
        unpack(bytes(content))


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.text(max_size=5)),
            st.floats(),
            st.integers(-(2**63), 2**63 - 1),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_values_are_the_same_on_the_other_side(rows: list[tuple[Any, ...]]) -> None:
    """Texts with any characters, floats that are not finite, large integers."""
    frame = pd.DataFrame(rows, columns=["text", "float", "int", "bool"])
    table = unpack(pack(frame))
    for place, row in enumerate(rows):
        got = [cells.listed()[place] for cells in table.cells]
        assert got[2:] == list(row[2:])
        assert got[0] == row[0]
        assert got[1] == row[1] or (got[1] is None and math.isnan(row[1]))
