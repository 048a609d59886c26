"""What `equal` accepts of plain data, and in which words it refuses the rest."""

from __future__ import annotations

import datetime as dt
import enum
import math
import random
import re
import time
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examiner.hints import HINTS, SECOND_HINTS
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Opaque
from grader.testing.comparisons import collecting
from grader.testing.expect import CheckFailed
from grader.testing.plain import equal

Point = namedtuple("Point", "x y")


class Side(enum.Enum):
    """An enumeration of a suite's."""

    LEFT = 1
    RIGHT = 2


@dataclass
class Item:
    """A dataclass of a suite's."""

    name: str
    sizes: list[int]


def refused(got: Any, want: Any, **options: Any) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        equal(got, want, "the result", **options)
    return caught.value


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (3, 3.0),
        (2.0000000000000004, 2),
        (0.1 + 0.2, 0.3),
        (np.float32(0.3), 0.3),
        (np.array(3), 3),
        (2, Fraction(2)),
        (Fraction(1, 3), 1 / 3),
        (Decimal("0.1"), 0.1),
        (Decimal("1.10"), Decimal("1.1")),
        (1j, 1j + 1e-9),
        (math.nan, math.nan),
        (math.inf, math.inf),
        ([1, [0.1 + 0.2]], [1.0, [0.3]]),
        ({0.1 + 0.2: "a", 1: "b"}, {1: "b", 0.3: "a"}),
        ({0.1 + 0.2, 1}, {0.3, 1}),
        (frozenset("ab"), set("ba")),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1, b=2), {"b": 2, "a": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (Point(1, 2), (1, 2)),
        ({Point(1, 2): 3, (4, 5): 6, Point("a", "b"): 0}, {(1, 2): 3, (4, 5): 6, ("a", "b"): 0}),
        ({Point(0.1 + 0.2, "a"), (1, 2)}, {(0.3, "a"), (1, 2)}),
        ({(Point(1, 2), Point(2, 1))}, {((1, 2), Point(2, 1))}),
        ({Point("a", 1): [Point(1, 2)]}, {("a", 1): [(1, 2)]}),
        (Record("Point", x=1, y=0.1 + 0.2), Point(1, 0.3)),
        (Record("Item", name="a", sizes=[1]), Item("a", [1])),
        (bytearray(b"ab"), b"ab"),
        (dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ({"w": np.array([1.0, math.nan])}, {"w": np.array([1.0 + 1e-9, math.nan])}),
        (None, None),
    ],
)
def test_equal_values_are_accepted(got: Any, want: Any) -> None:
    """Whatever the types of numbers and dicts, as they are and after the process boundary."""
    equal(got, want, "the result")
    equal(unpack(pack(got)), want, "the result")


@pytest.mark.parametrize(
    ("got", "want", "identity", "words", "values"),
    [
        (4, 3, "values", "is wrong", "got 4, expected 3"),
        ("3", 3, "wrong_type", "is text, expected a number: the text looks right",
         "got '3', expected 3"),
        (3, "3", "wrong_type", "is a number, expected text: the number looks right",
         "got 3, expected '3'"),
        (None, 3, "none", "is None: is a return missing?", "got None, expected 3"),
        (True, 1, "wrong_type", "is True or False, expected one number", "got True, expected 1"),
        (1, True, "wrong_type", "is one number, expected True or False", "got 1, expected True"),
        (0.5, Fraction(1, 2), "wrong_type", "is a float, expected a Fraction",
         "got 0.5, expected Fraction(1, 2)"),
        (0.67, Decimal("0.67"), "wrong_type", "is a float, expected a Decimal",
         "got 0.67, expected Decimal('0.67')"),
        ("2024-01-27", dt.date(2024, 1, 27), "wrong_type", "is text, expected a date",
         "got '2024-01-27', expected datetime.date(2024, 1, 27)"),
        ("True", True, "wrong_type", "is text, expected True or False: the text looks right",
         "got 'True', expected True"),
        (Fraction(10**5000, 3), 3, "values", "is wrong", "got a huge number, expected 3"),
        (1000001, 1000000, "values", "is wrong", "got 1000001, expected 1000000"),
        ([3], 3, "nested", "is a list, expected one number: its only entry is right",
         "got [3], expected 3"),
        ((1, 2), [1, 2], "wrong_type", "is a tuple, expected a list: the entries are right",
         "got (1, 2), expected [1, 2]"),
        ({2, 1}, [2, 1], "wrong_type",
         "is a set, expected a list: the entries are right, their order aside",
         "got {1, 2}, expected [2, 1]"),
        (range(3), [0, 1, 2], "wrong_type", "is a range, expected a list: the entries are right",
         "got range(0, 3), expected [0, 1, 2]"),
        (np.array([1, 2, 3]), [1, 2, 3], "wrong_type",
         "is an array, expected a list: the entries are right",
         "got an array of shape (3,) of type int64, expected [1, 2, 3]"),
        ([2, 1], [1, 2], "reversed", "has the right entries in the opposite order",
         "got [2, 1], expected [1, 2]"),
        ([1, 3, 2], [1, 2, 3], "other_order", "has the right entries in another order",
         "got [1, 3, 2], expected [1, 2, 3]"),
        ([1, 2], [1, 2, 3], "wrong_length", "lacks 1 entry at its end: the others are right",
         "got [1, 2], expected [1, 2, 3]"),
        ([2, 3], [1, 2, 3], "wrong_length",
         "lacks 1 entry at its beginning: the others are right", "got [2, 3], expected [1, 2, 3]"),
        ([1, 7, 2], [1, 2], "wrong_length", "has 1 entry too many: the others are right",
         "got [1, 7, 2], expected [1, 2]"),
        ([1, 5], [1, 2, 3], "wrong_length", "has too few entries",
         "got [1, 5], expected [1, 2, 3]"),
        ([1, 2, 1], [1, 2], "duplicates", "has the right entries, some of them too often",
         "got [1, 2, 1], expected [1, 2]"),
        ([1, 2], [1, 2, 2], "duplicates", "has the right entries, some of them too few times",
         "got [1, 2], expected [1, 2, 2]"),
        ([], [1], "empty", "is empty", "got [], expected [1]"),
        ([[1, 2]], [1, 2], "nested", "has the right answer inside, as its only entry",
         "got [[1, 2]], expected [1, 2]"),
        (["a", "x", "y"], ["a", "b", "c"], "values", "is wrong in 2 of 3 entries",
         "at [1]: got 'x', expected 'b'"),
        ([-1, -2, -5], [1, 2, 5], "sign", "has the opposite sign in every entry",
         "at [0]: got -1, expected 1"),
        ({"a": 1, "b": 2}, {"a": 2, "b": 2}, "values",
         "has the right keys, and 1 of 2 values are wrong", "at ['a']: got 1, expected 2"),
        ({"A": 1}, {"a": 1}, "letter_case",
         "has keys that differ from the right ones in upper and lower case only",
         "got {'A': 1}, expected {'a': 1}"),
        ({"1": 1}, {1: 1}, "wrong_type", "has keys that are each text, expected one number",
         "got {'1': 1}, expected {1: 1}"),
        ({True: "a"}, {1: "a"}, "wrong_type",
         "has keys that are each True or False, expected one number",
         "got {True: 'a'}, expected {1: 'a'}"),
        ({(1, 2): 3}, {Point(1, 2): 3}, "wrong_type",
         "has keys that are each a tuple, expected a Point",
         "got {(1, 2): 3}, expected {Point(x=1, y=2): 3}"),
        ({Point(0, 0), (1, 2)}, {Point(0, 0), Point(1, 2)}, "wrong_type",
         "has entries that are each a tuple, expected a Point",
         "got {(1, 2), Point(x=0, y=0)}, expected {Point(x=0, y=0), Point(x=1, y=2)}"),
        ({1: "a"}, {"a": 1}, "exchanged", "has its keys as values, and its values as keys",
         "got {1: 'a'}, expected {'a': 1}"),
        ({"a": 1}, {"a": 1, "b": 2}, "missing_keys", "lacks 1 key: the others are right",
         "got {'a': 1}, expected {'a': 1, 'b': 2}"),
        ({"a": 1, "c": 3}, {"a": 1, "b": 2}, "other_keys", "lacks 1 key and has 1 key too many",
         "got {'a': 1, 'c': 3}, expected {'a': 1, 'b': 2}"),
        ({1, 2, 3}, {1, 2}, "extra_entries", "has 1 entry too many: the others are right",
         "got {1, 2, 3}, expected {1, 2}"),
        (Record("Dot", x=1, y=2), Point(1, 2), "wrong_type", "is a Dot, expected a Point",
         "got Dot(x=1, y=2), expected Point(x=1, y=2)"),
        (Record("Point", x=1), Point(1, 2), "wrong_fields", "lacks the field y",
         "got the fields x, expected x, y"),
        (Record.of(Side.LEFT), Side.RIGHT, "values", "is another member of Side",
         "got Side.LEFT, expected Side.RIGHT"),
        (Opaque("list", "more than 50000 items"), [3], "wrong_type",
         "is a list that cannot be looked at, expected a list",
         "got more than 50000 items, expected [3]"),
        (Opaque("Thing", "<Thing>"), 3, "wrong_type", "is a Thing, expected one number",
         "got <Thing>, expected 3"),
        (dt.date(2024, 1, 2), dt.date(2024, 2, 1), "values", "is wrong",
         "got datetime.date(2024, 1, 2), expected datetime.date(2024, 2, 1)"),
        ("Hello", "hello", "letter_case", "differs in upper and lower case only",
         "got 'Hello', expected 'hello'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_in_words(
    got: Any, want: Any, identity: str, words: str, values: str
) -> None:
    """The kind of the difference for every reader, the values for those who may see them."""
    failed = refused(got, want)
    assert failed.observation.id == identity
    assert failed.observation.text == f"the result {words}"
    assert f"{failed.values}, expected {failed.expected}" == values
    assert identity in {*HINTS, "values"}
    assert identity in SECOND_HINTS


@pytest.mark.parametrize(
    ("got", "want", "text", "values"),
    [
        ({"tiger": [1, 2, 5]}, {"tiger": [1, 2, 7]},
         "a value of the result is wrong in the last of 3 entries",
         "at ['tiger'][2]: got 5, expected 7"),
        ({"tiger": {"x": [1, "2"]}}, {"tiger": {"x": [1, 2]}},
         "an entry of a value of a value of the result is text, expected a number: the text looks "
         "right", "at ['tiger']['x'][1]: got '2', expected 2"),
        ({"a": None}, {"a": 1}, "a value of the result is None, expected one number",
         "at ['a']: got None, expected 1"),
        ({(2024, 5): 17.71}, {(2024, 5): Decimal("17.71")},
         "a value of the result is a float, expected a Decimal",
         "at [(2024, 5)]: got 17.71, expected Decimal('17.71')"),
        (Point(1, 2), Point(1, 3), "`y` of the result is wrong", "at .y: got 2, expected 3"),
        ([Record("Item", name="a", sizes=[])], [Item("a", [1])],
         "`sizes` of an entry of the result is empty", "at [0].sizes: got [], expected [1]"),
        (["1", "2"], [1, 2],
         "every entry of the result is text, expected a number: the text looks right",
         "at [0]: got '1', expected 1"),
        ({"w": np.array([[1.0, 2.0], [3.0, 4.0]])}, {"w": np.array([[1.0, 2.0], [3.0, 9.0]])},
         "a value of the result is wrong in row 1 only", "at ['w'][1, 1]: got 4.0, expected 9.0"),
        ([("a", 1)], [("a", 2)], "an entry of the result is wrong in 1 of its 2 entries",
         "at [0][1]: got 1, expected 2"),
        ([("a", 5), ("a", 5), ("c", 1)], [("a", 5), ("b", 4), ("d", 1)],
         "the result is wrong in 2 of 3 entries; the first of them is wrong in 2 of its 2 entries",
         "at [1][0]: got 'a', expected 'b'"),
        ({"a": [1, 2, 3], "b": [1, 2]}, {"a": [1, 3], "b": [2]},
         "the result has the right keys, and 2 of 2 values are wrong; "
         "the first of them has 1 entry too many: its other entries are right",
         "at ['a']: got [1, 2, 3], expected [1, 3]"),
    ],
)  # fmt: skip
def test_a_difference_inside_has_a_path(got: Any, want: Any, text: str, values: str) -> None:
    """As Python writes it, and only beside the values: a key is a part of the answer."""
    failed = refused(got, want)
    assert failed.observation.text == text
    assert f"{failed.values}, expected {failed.expected}" == values


def test_white_space_is_shown_as_it_is() -> None:
    """It may be all that is wrong."""
    failed = refused({"name": "a   b "}, {"name": "a b"})
    assert failed.values == "at ['name']: got 'a   b '"


def test_of_large_data_only_a_part_is_shown() -> None:
    """What is missing and what is too many, a few of each."""
    failed = refused({*range(100)}, {*range(5, 105)})
    assert failed.values == "too many: 0, 1, 2, 3, …; missing: 100, 101, 102, 103, …"
    failed = refused([*range(100)], [*range(99)])
    assert failed.values == "too many: 99"
    failed = refused("x" * 500, "y")
    assert len(failed.values) < 120


def test_a_named_tuple_takes_no_place_of_a_tuple_that_it_is_not() -> None:
    """In a collection each entry is paired once, whichever types the right ones have."""
    both = {"a": Point(1, 2), "b": (1, 2)}
    equal([Point(1, 2), (1, 2)], [(1, 2), Point(1, 2)], "x", unordered=True)
    equal([Point(1, 2), Point(1, 2)], list(both.values()), "x", unordered=True)
    refused([(1, 2), (1, 2)], list(both.values()), unordered=True)
    refused({Point(1, 2): 1, Point(1, 3): 1}, {(1, 2): 1, (1, 4): 1})


def test_the_order_makes_no_difference_where_that_is_asked_for() -> None:
    """At any depth, for entries that cannot be hashed, and within the tolerance."""
    equal([[1, 2], {"a": [0.1 + 0.2, 4]}], [{"a": [4, 0.3]}, [2, 1]], "the result", unordered=True)
    assert refused([1, 1, 2], [1, 2, 2], unordered=True).observation.text == (
        "the result has 1 wrong entry"
    )
    assert refused([1, 2, 2], [1, 2], unordered=True).observation.id == "duplicates"
    # The order of a tuple has a meaning.
    assert refused([(1, 2)], [(2, 1)], unordered=True).observation.id == "values"


def test_types_of_rows_can_make_no_difference() -> None:
    """A list, a tuple and a deque of the same entries; no other type."""
    for got in ((1, [2]), deque([1, (2,)]), np.array([1, 2])):
        if isinstance(got, np.ndarray):
            refused(got, [1, 2], types="values")
        else:
            equal(got, [1, (2,)], "the result", types="values")
    refused({1, 2}, [1, 2], types="values")


def test_a_result_of_several_is_noted_where_comparisons_are_collected() -> None:
    """Then the check goes on, and the others earn their share."""
    with collecting() as found:
        equal(1, 2, "the count", result="count")
        equal("a", "a", "the name", result="name")
    assert [(one.result, one.right) for one in found.comparisons] == [
        ("count", False),
        ("name", True),
    ]
    with collecting(), pytest.raises(CheckFailed):
        equal(1, 2, "the count")


NUMBERS = st.integers() | st.floats(allow_nan=False) | st.fractions() | st.booleans()
KEYS = st.text(max_size=5) | st.integers() | st.dates() | st.tuples(st.integers(), st.text())
LEAVES = NUMBERS | st.none() | st.text(max_size=20) | st.binary(max_size=5) | st.dates()
DATA = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.frozensets(KEYS, max_size=4)
        | st.builds(Point, inner, inner)
    ),
    max_leaves=12,
)


@given(DATA, st.booleans())
def test_everything_is_equal_to_itself(value: Any, unordered: bool) -> None:
    """And to what arrives of it on the other side."""
    equal(value, value, "x", unordered=unordered)
    equal(unpack(pack(value)), value, "x", unordered=unordered)


@given(DATA, st.randoms(use_true_random=False))
def test_data_is_equal_in_any_order(value: Any, draw: random.Random) -> None:
    """Where the order of lists makes no difference."""
    equal(shuffled(value, draw), value, "x", unordered=True)


def shuffled(value: Any, draw: random.Random) -> Any:
    if isinstance(value, list):
        entries = [shuffled(entry, draw) for entry in value]
        draw.shuffle(entries)
        return entries
    if isinstance(value, dict):
        items = [(key, shuffled(item, draw)) for key, item in value.items()]
        draw.shuffle(items)
        return dict(items)
    return value


@given(DATA, st.data())
def test_a_changed_place_is_found(value: Any, data: st.DataObject) -> None:
    """The path that is shown leads to something that differs, and the words are bounded."""
    places = list(leaves(value))
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    changed = replaced(value, place, "another value, of length 30")
    failed = refused(changed, value)
    assert len(failed.observation.text) < 300
    assert len(failed.values) < 600
    if path := re.match(r"at ((?:\[[^…]*?\]|\.\w+)+): got", failed.values):
        try:
            got, want = (eval(f"x{path[1]}", {"x": x, "datetime": dt}) for x in (changed, value))
        except (SyntaxError, NameError, KeyError, TypeError):
            return  # a key such as a date is shown as text
        assert repr(got) != repr(want)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Yield the paths to everything in lists, tuples and dicts that is none of these."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif not isinstance(value, frozenset):
        yield path


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, dict):
        return {k: replaced(v, tuple(rest), new) if k == step else v for k, v in value.items()}
    entries = [replaced(v, tuple(rest), new) if n == step else v for n, v in enumerate(value)]
    if isinstance(value, Point):
        return Point(*entries)
    return type(value)(entries)


@pytest.mark.slow
def test_hostile_sizes_take_no_quadratic_time() -> None:
    """Thousands of entries that all but agree are compared in seconds, not in hours."""
    draw = random.Random(5)
    numbers = [draw.random() for _ in range(8_000)]
    rounded = [x * (1 + 1e-9) for x in numbers]
    draw.shuffle(rounded)
    began = time.process_time()
    equal(rounded, numbers, "x", unordered=True)
    equal([0.1 + 0.2] * 20_000, [0.3] * 20_000, "x", unordered=True)
    pairs = [[0.0, x] for x in numbers]
    equal([[x * (1 + 1e-9), 0.0] for x in numbers][::-1], pairs, "x", unordered=True)
    for got in ([0.5] * 16_000, [[0.5, 0.5]] * 8_000, ["a"] * 16_000, [[]] * 16_000):
        refused(got, numbers, unordered=True)
        refused(got, pairs, unordered=True)
        refused(got, pairs)
        refused(got, {"a": numbers})
    points = [Point("a", n % 7) for n in range(8_000)]
    equal(points, [tuple(point) for point in points], "x", unordered=True)
    refused([tuple(point) for point in points], points, unordered=True)
    deep: Any = [1] * 1000
    for _ in range(14):
        deep = [deep] * 3
    refused(unpack(pack(deep)), numbers)
    refused([2**61 - 1 + n * (2**61 - 1) for n in range(8_000)], numbers, unordered=True)
    assert time.process_time() - began < 300  # only against what never ends
