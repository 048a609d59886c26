"""Reading examples: what is accepted, what is refused with which advice, and hostile files."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examples.parse import MOST_BYTES, NotReadableError, read_written
from grader.examples.values import (
    Entries,
    Function,
    Items,
    Nothing,
    Number,
    Text,
    Truth,
    Value,
    shape_of,
)

FUNCTIONS = ("square", "sin")


def read_value(text: str) -> Value:
    """Return the value on the right of an example."""
    (example,) = read_written(f"f(1) == {text}".encode(), FUNCTIONS).examples
    return example.expected


def advice(line: str) -> str:
    """Return the remark about a line that is not an example."""
    written = read_written(line.encode(), FUNCTIONS)
    assert not written.examples
    return " | ".join(remark.message for remark in written.remarks)


@pytest.mark.parametrize(
    ("text", "value", "digits", "unit"),
    [
        ("0.5", 0.5, 1, 0.1),
        ("0.0", 0.0, 0, 0.1),
        ("-0.1192", -0.1192, 4, 1e-4),
        ("0.00120", 0.0012, 3, 1e-5),
        ("4.54e-05", 4.54e-5, 3, 1e-7),
        ("1_000.5", 1000.5, 5, 0.1),
        ("11", 11, 2, 1.0),
        ("5.", 5.0, 1, 1.0),
        (".250", 0.25, 3, 1e-3),
        ("12.5e2", 1250.0, 3, 10.0),
    ],
)
def test_a_number_keeps_the_digits_that_were_written(
    text: str, value: float, digits: int, unit: float
) -> None:
    """Significant digits and the unit of the last one are those of the source."""
    number = read_value(text)
    assert isinstance(number, Number)
    assert number.value == value
    assert number.digits == digits
    assert number.unit == pytest.approx(unit)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", 1 / 3),
        ("-(2 - 5) * 2", 6),
        ("2 ** -2", 0.25),
        ("np.log(2)", math.log(2)),
        ("math.sqrt(2) / 2", math.sqrt(2) / 2),
        ("np.pi", math.pi),
        ('float("inf")', math.inf),
        ('-float("inf")', -math.inf),
        ("np.inf", math.inf),
    ],
)
def test_arithmetic_of_literals_is_exact(text: str, value: float) -> None:
    """A fraction or a logarithm has all digits, so none are missing."""
    number = read_value(text)
    assert isinstance(number, Number)
    assert number.value == pytest.approx(value)
    assert not number.unit


def test_every_kind_of_value_is_read() -> None:
    """Lists, tuples, dicts, texts, truth, None, functions, and what numpy makes of lists."""
    one = Number(1, 1.0, 1)
    assert read_value("(1, [1])") == Items((one, Items((one,))), is_tuple=True)
    assert read_value("np.array([1], dtype=float)") == Items((one,), is_array=True)
    assert read_value('{"m": 1}') == Entries({"m": one})
    assert read_value('"half_sum"') == Text("half_sum")
    assert read_value("[True, None]") == Items((Truth(value=True), Nothing()))
    assert read_value("[square, np.sin]") == Items((Function("square"), Function("sin")))
    assert shape_of(read_value("np.zeros((2, 3))")) == (2, 3)
    assert shape_of(read_value("[[1], [2, 3]]")) is None


def test_what_people_write_around_examples_is_accepted() -> None:
    """Comments, imports, docstrings, assert with a message, two on a line, several lines."""
    text = '''\ufeff"""My examples,
with a == sign."""
import numpy as np
from activations import *

# sigmoid
assert f(0.0) == 0.5, "half"   # a comment with ( in it
f(1) == 2; f(2) == 3
f([1,
   2]) == [3,  # three
  4]
0.25 == f(9)
'''
    written = read_written(text.replace("\n", "\r\n").encode(), ())
    assert not written.remarks
    assert [(one.line, one.function) for one in written.examples] == [
        (7, "f"),
        (8, "f"),
        (8, "f"),
        (9, "f"),
        (12, "f"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 3", "a statement, not an example"),
        ("f(1)", "a value is missing"),
        ("f(1) < 2", "compare once, with =="),
        ("f(1) == 2 == 3", "compare once, with =="),
        ("f(1)[0] == 2", "without an index"),
        ("f(1) == 2, 3", "needs parentheses"),
        ("round(f(1), 3) == 0.5", "leave round out"),
        ("f(1).tolist() == [1]", "leave tolist out"),
        ("np.allclose(f(1), 2)", "leave allclose out"),
        ("f(lambda x: x) == 2", "pass a function by its name"),
        ("f([x for x in (1, 2)]) == 2", "write out each entry"),
        ("f(cube) == 2", "or pass one of the functions square, sin"),
        ("f(np.nan) == 2", "NaN is not equal to any value"),
        ("f(*[1]) == 2", "without *"),
        ("f(**{}) == 2", "without **"),
        ("f(1j) == 2", "complex numbers"),
        ("f(open) == 2", "open has no value here"),
        ("f(__import__('os')) == 2", "is not a number or a list"),
        ("f(1 if 1 else 2) == 2", "is not a number or a list"),
        ("f(1 == 2", "a bracket is not closed"),
        ("f(1) == = 2", "not valid Python"),
        ("f(10**10**10) == 1", "too large"),
        ("f(10**400) == 1", "too large"),
        ("f(1e999) == 1", "too large"),
        ("f((-8) ** 0.5) == 1", "not a real number"),
        ("f(1 / 0) == 1", "divides by zero"),
        ("f(1e-999999999999) == 1", "not an ordinary number"),
        ("f(" + "9" * 5000 + ") == 1", "it is"),
        ("f(0." + "1" * 40 + ") == 1", "too many digits"),
        ("f(" + "[" * 30 + "]" * 30 + ") == 1", "nested more than"),
        ("f(" + "-" * 5000 + "1) == 1", "nested too deeply"),
        ("f(1" + "+1" * 3000 + ") == 1", "it"),
        ("f([" + "1," * 500 + "]) == 1", "more than 400 numbers"),
        ("f([" + "1," * 6000 + "]) == 1", "more than 10000 characters"),
        ("f(np.zeros((100, 100))) == 1", "more than 400 numbers"),
        ('f("' + "x" * 100 + '") == 1', "not the name of a convention"),
        ("f({1: 2}) == 1", "keys of a dict"),
        ("f({**a}) == 1", "keys of a dict"),
    ],
)
def test_anything_else_is_one_remark_with_what_to_write(line: str, expected: str) -> None:
    """A line that is not an example does not hide the ones before and after it."""
    assert expected in advice(line)
    written = read_written(f"f(1) == 2\n{line}\nf(3) == 4\n".encode(), FUNCTIONS)
    assert [one.line for one in written.examples] == [1, 3]
    assert {remark.line for remark in written.remarks} == {2}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"f(1) == 2\0", "null bytes"),
        (b"f(1) == \xff", "not valid UTF-8"),
        ("f(1) == 2".encode("utf-16"), "not valid UTF-8"),
        (b"#" * (MOST_BYTES + 1), "more than 64 KiB"),
        (b"f(1) == 2\n" * 501, "more than 500 examples"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(content: bytes, expected: str) -> None:
    """What concerns the whole file is one line."""
    with pytest.raises(NotReadableError, match=expected):
        read_written(content, ())


def test_remarks_are_bounded() -> None:
    """A file of another kind gets at most a hundred remarks and how many more there are."""
    written = read_written(b"x = 1\n" * 1000, ())
    assert len(written.remarks) == 101
    assert "and 900 more" in written.remarks[-1].message


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No content raises anything but the one error."""
    with contextlib.suppress(NotReadableError):
        read_written(content, FUNCTIONS)


_PIECES = st.sampled_from(
    [
        *[
            "f(",
            "g(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "==",
            "1",
            ".5",
            "1e9",
            "**",
            "/",
            "-",
            ",",
            "=",
            ":",
        ],
        *["'", '"', '"""', "#", "\\", "\n", ";", " ", "np.array(", "float(", "lambda x: x", "x"],
        *["assert ", "not ", "square", "None", "True", "\t", "\x0c", "\r", "é", "1_0", "0x1", "@"],
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join))
def test_any_mixture_of_pieces_is_read_or_refused(text: str) -> None:
    """Each remark is one line with a line number of the file."""
    try:
        written = read_written(text.encode(), FUNCTIONS)
    except NotReadableError:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    for one in (*written.examples, *written.remarks):
        assert 1 <= one.line <= lines
    assert all("\n" not in remark.message for remark in written.remarks)


_NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32).filter(
    lambda x: x == 0 or 1e-30 < abs(x) < 1e14
)
_VALUES = st.recursive(
    _NUMBERS | st.integers(-(10**9), 10**9) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


def plain(value: Value) -> object:
    """Return the Python value that a written one stands for."""
    if isinstance(value, Items):
        items = [plain(item) for item in value.items]
        return tuple(items) if value.is_tuple else items
    return value.value if isinstance(value, Number | Truth) else None


@given(_VALUES)
def test_a_literal_means_what_it_means_in_python(value: object) -> None:
    """What Python writes out is read as the same value."""
    assert plain(read_value(repr(value))) == value
