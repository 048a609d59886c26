"""Whatever a student returns is judged: no exception of ours, and in bounded time and memory."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from grader.examiner.likeness import alike, open_up, parts_of
from grader.sandbox.protocol.frames import FrameError
from grader.sandbox.protocol.heads import extension
from grader.sandbox.protocol.inspection import MAX_ITEMS, Tag
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.tables import Table, read_table
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque
from grader.testing import CheckFailed, close, equal, equal_tables
from grader.testing.showing import show
from grader.testing.texts import compare_texts

HUGE = 10**4000  # no float is as large
NO_NUMBER = Decimal("sNaN")  # which neither compares nor has a hash


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def frame(*cells: Any) -> Any:
    """A table of one column that holds anything."""
    reduced = [["list", "object", list(cells)]]
    return unpack(tagged(["frame", ["x"], [None], reduced, [len(cells), [None], []]]))


def tagged(reduced: list[Any]) -> bytes:
    body = pack(reduced)
    return extension(Tag.TABLE, len(body)) + body


ANSWERS: dict[str, Any] = {
    "huge integers": [HUGE, -HUGE, HUGE + 1],
    "huge fractions": [Fraction(HUGE, 3), Fraction(-HUGE, 7)],
    "a set of them": {HUGE, -HUGE},
    "a dict of them": {HUGE: HUGE, "b": -HUGE},
    "no numbers": [NO_NUMBER, 1.5],
    "a dict of no numbers": {"a": NO_NUMBER, "b": NO_NUMBER},
    "deep lists": deep(48),
    "huge integers in a table": frame(HUGE, -HUGE),
    "no numbers in a table": frame(NO_NUMBER, Decimal(1)),
    "arrays in a table": frame(np.zeros(3), np.zeros((2, 2))),
    "arrays in lists in a table": frame([np.zeros(3)], [np.zeros((2, 2)), 1]),
    "dicts of arrays in a table": frame({"a": np.ones(3)}, {"a": np.zeros(2)}),
}
WANTED: dict[str, Any] = {
    "numbers": [1.5, 2.5, 3.5],
    "integers": [1, 2, 3],
    "decimals": [Decimal(1), Decimal(2)],
    "texts": ["a", "b"],
    "a set": {1.5, 2.5},
    "a dict": {"a": 1.5, "b": 2},
    "a dict by numbers": {1: 2.5, 2: "b"},
    "numbers in a table": pd.DataFrame({"x": [1.0, 2.0]}),
    "decimals in a table": pd.DataFrame({"x": [Decimal(1), Decimal(2)]}),
    "arrays in a table": pd.DataFrame({"x": [np.zeros((1, 3)), np.ones((2, 2))]}),
    "lists in a table": pd.DataFrame({"x": [[np.ones(3)], [np.ones((2, 2)), 1]]}),
    "dicts in a table": pd.DataFrame({"x": [{"a": np.zeros(3)}, {"a": np.zeros(2)}]}),
}
WAYS: dict[str, Callable[[Any, Any], object]] = {
    "equal": lambda got, want: equal(got, want, "x"),
    "in any order": lambda got, want: equal(got, want, "x", unordered=True),
    "whatever the types": lambda got, want: equal(got, want, "x", types="values"),
    "inside": lambda got, want: equal({"a": [got]}, {"a": [want]}, "x"),
    "in the diagnosis": lambda got, want: alike(open_up(got), open_up(want)),
    "with itself": lambda got, _: alike([got], [got]) or True,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_judged_whatever_it_is(answer: str, way: str) -> None:
    """None of these is right."""
    got = unpack(pack(ANSWERS[answer]))
    for want in WANTED.values():
        try:
            found = WAYS[way](got, want)
        except CheckFailed:
            continue
        assert bool(found) is (way == "with itself")


@pytest.mark.parametrize("answer", ANSWERS)
def test_other_expectations_refuse_it(answer: str) -> None:
    """Those of numbers and of tables, and nothing else is raised."""
    got = unpack(pack(ANSWERS[answer]))
    with pytest.raises(CheckFailed):
        close(got, [1.0, 2.0], "x")
    for want in WANTED.values():
        if isinstance(want, pd.DataFrame):
            with pytest.raises(CheckFailed):
                equal_tables(got, want, "x", row_order=False, column_order=False, dtypes=True)


def test_columns_of_other_kinds_differ_in_every_row_but_where_both_miss_a_value() -> None:
    """As they do where each value is looked at."""
    day = pd.Timestamp(2026, 1, 1)
    kinds = [[True, False], [1.0, np.nan], [1, 2], [day, pd.NaT], [pd.NaT, day - day]]
    for a in kinds:
        for b in kinds:
            got, want = pd.Series(a), pd.Series(b)
            both = [pd.isna(x) and pd.isna(y) for x, y in zip(a, b, strict=True)]
            right = all(x == y or both[n] for n, (x, y) in enumerate(zip(a, b, strict=True)))
            bools = isinstance(a[0], bool) == isinstance(b[0], bool)
            assert alike(read_table_of(got), read_table_of(want)) is (right and bools)


def read_table_of(value: Any) -> Any:
    return unpack(pack(value))


# What takes much longer, or much more room, than its bytes


def test_accents_are_compared_as_long_as_they_are_few() -> None:
    """Sorting the marks on one letter takes the square of their number."""
    for count, identity in ((100, "accents"), (3_000, "values")):
        assert compare_texts("e\u0301 " * count, "\u00e9 " * count)[0] == identity
    assert compare_texts("a" + "\u0300\u0316" * 500_000, "b") == ("values", "is wrong")


def test_an_array_of_another_length_is_not_taken_apart() -> None:
    """It may have millions of entries; of the right length it is looked into."""
    for got, words in (([1.0, 2.0, 3.0], ": the entries are right"), (range(10**7), "")):
        with pytest.raises(CheckFailed) as failed:
            equal(np.array(got), [1, 2, 3], "x")
        assert str(failed.value) == f"x is an array, expected a list{words}"


def rows(count: int) -> list[Any]:
    return [count, [None], []]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(tagged(["frame", [], [None], [], rows(1_000_000)]), id="rows without values"),
        pytest.param(
            pack([0] * 3)[:1] + 3 * tagged(["frame", [], [None], [], rows(20_000)]),
            id="together",
        ),
        pytest.param(
            tagged(["labels", ["array", "bool", np.zeros(MAX_ITEMS + 1, dtype=bool)]]),
            id="labels that are a list",
        ),
    ],
)
def test_rows_that_take_no_bytes_are_counted(data: bytes) -> None:
    """As the entries of a list are."""
    with pytest.raises(FrameError, match="more than 50000 items"):
        unpack(data)


def test_tables_that_are_honest_cross() -> None:
    """Empty ones, and long ones with values."""
    for value in (pd.DataFrame(index=range(100)), pd.DataFrame({"x": np.zeros(300_000)})):
        got = unpack(pack(value))
        assert isinstance(got, Table)
        assert got.shape == value.shape
        parts_of(open_up(got))


@pytest.mark.parametrize("kind", ["series", "labels"])
@pytest.mark.parametrize("label", ["a" * 10_000, ("a" * 5_000, "b" * 5_000)], ids=["text", "tuple"])
def test_a_long_text_of_a_category_is_not_written_in_every_row(kind: str, label: Any) -> None:
    """Bytes of three kilobytes would be gigabytes of text where rows are compared."""
    cells = ["category", "category", np.zeros(1_000, dtype=np.int8), [label], False]
    parts = ["x", cells, rows(1_000)] if kind == "series" else [cells]
    with pytest.raises(ValueError, match="too long texts"):
        read_table([kind, *parts])


def test_honest_categories_cross_and_others_are_what_cannot() -> None:
    """The worker does not send what the other side refuses."""
    short = pd.Series(["a", None, "b"] * 50_000, dtype="category")
    assert unpack(pack(short)).values[:3] == ("a", None, "b")
    assert isinstance(unpack(pack(pd.Series(["a" * 10_000] * 1_000, dtype="category"))), Opaque)
    assert isinstance(unpack(pack(pd.Index(["a" * 10_000] * 1_000, dtype="category"))), Opaque)
    assert isinstance(unpack(pack(pd.Index(range(MAX_ITEMS + 1)))), Opaque)


def test_a_table_within_an_answer_is_shown_in_words() -> None:
    """Not by its fields, which are not what a reader knows of it."""
    shown = show({"a": unpack(pack(pd.DataFrame({"x": [1]})))})
    assert shown == "{'a': a table of 1 row, column x}"
