"""What a student is told of shapes that do not fit: the names in their line, and no value."""

from __future__ import annotations

import ast
import contextlib
import linecache
import re
from typing import Any

import numpy as np
import pytest

from grader.records import Course, SourceFile
from grader.sandbox.calls import Raised, describe_error
from grader.sandbox.launch import ProcessLauncher
from grader.sandbox.module import Module
from grader.sandbox.protocol.messages import ErrorReply
from grader.sandbox.student import Student
from grader.sandbox.worker.explain import text_of
from grader.sandbox.worker.imports import FileLines
from grader.sandbox.worker.shapes import describe_shapes

NAME = "the student's file"
HEAD = """
import math
import numpy as np


def f(x):
    return x


class Layer:
    def __init__(self):
        self.W = np.ones((4, 3))
        self.caches = [1, 2]


def g(A, B, b, out, items, cache, layer, n, none, integers, table=None, other=None):
    l = 2
    pair = np.ones((4, 2)), np.ones((3,))
"""


def words(line: str, **more: Any) -> tuple[str, str]:
    """Return what a line says when it raises: in our words, and in Python's."""
    source = HEAD + "".join(f"    {part}\n" for part in line.split("\n"))
    tree = ast.parse(source)
    namespace: dict[str, Any] = {}
    exec(compile(tree, NAME, "exec"), namespace)
    assert NAME not in linecache.cache
    arguments = {
        "A": np.ones((6, 3)),
        "B": np.ones((4, 3)),
        "b": np.ones(4),
        "out": np.zeros((4, 3)),
        "items": [np.ones(3), 2.0, 3.0, 4.0, 5.0],
        "cache": {"Z1": np.ones(3), "A1": 2.0},
        "layer": namespace["Layer"](),
        "n": 5,
        "none": None,
        "integers": np.arange(3),
    }
    try:
        namespace["g"](**arguments, **more)
    except Exception as error:  # noqa: BLE001 - any kind may come
        return describe_shapes(error, text_of(error), {NAME: FileLines([tree])}), text_of(error)
    raise AssertionError(f"{line} raises nothing")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return A @ B", "A is (6, 3), B is (4, 3): `@` needs equal inner sizes, and 3 is not 4"),
        (
            "return f(A @ B) * 2",
            "A is (6, 3), B is (4, 3): `@` needs equal inner sizes, and 3 is not 4",
        ),
        ("A @= B", "A is (6, 3), B is (4, 3): `@=` needs equal inner sizes, and 3 is not 4"),
        (
            "return A @ layer.W",
            "A is (6, 3), layer.W is (4, 3): `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return A.T @ B",
            "A.T is (3, 6), B is (4, 3): `@` needs equal inner sizes, and 6 is not 4",
        ),
        (
            "return A @ pair[0]",
            "A is (6, 3), pair[0] is (4, 2): `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return A @ pair[l - 2]",
            "A is (6, 3), pair[l - 2] is (4, 2): `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return f(A) @ B",
            "`f(A)` ends with 3, B is (4, 3): `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return A @ f(B)",
            "A is (6, 3), `f(B)` begins with 4: `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return (A - 1) @ B",
            "`A - 1` is (6, 3), B is (4, 3): `@` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return np.dot(A, B)",
            "A is (6, 3), B is (4, 3): `np.dot` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return A.dot(B)",
            "A is (6, 3), B is (4, 3): `A.dot` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return np.matmul(A, B)",
            "A is (6, 3), B is (4, 3): `np.matmul` needs equal inner sizes, and 3 is not 4",
        ),
        (
            "return A @ n",
            "A is (6, 3), n is one number: `@` needs two arrays, and `*` takes a number too",
        ),
        (
            "return A + b",
            "A is (6, 3), b is (4,): for `+` sizes are compared from the right, and 3 is not 4",
        ),
        (
            "return A @ B.T + pair[1]",
            "`A @ B.T` is (6, 4), pair[1] is (3,): for `+` sizes are compared from the right, "
            "and 4 is not 3",
        ),
        (
            "return f(A) * b",
            "`f(A)` is (6, 3), b is (4,): for `*` sizes are compared from the right, "
            "and 3 is not 4",
        ),
        (
            "return np.maximum(A, b)",
            "A is (6, 3), b is (4,): for `np.maximum` sizes are compared from the right, "
            "and 3 is not 4",
        ),
        ("b += B.T", "b is (4,), B.T is (3, 4): `+=` cannot change the shape (4,)"),
        ("b -= 0.1 * B.T", "b is (4,), `0.1 * B.T` is (3, 4): `-=` cannot change the shape (4,)"),
        ("return A.reshape(4, 4)", "A is (6, 3): 18 entries do not fill the shape (4, 4)"),
        ("return np.reshape(A, (4, -1))", "A is (6, 3): 18 entries do not fill the shape (4, -1)"),
        (
            "return np.concatenate([A, pair[0]])",
            "A is (6, 3), pair[0] is (4, 2): joined arrays must agree on axis 1, and 3 is not 2",
        ),
        (
            "return np.concatenate([b, A])",
            "b is (4,), A is (6, 3): joined arrays need equally many axes",
        ),
        ("return np.stack([A, B])", "A is (6, 3), B is (4, 3): stacked arrays need the same shape"),
        ("return np.array([b, pair[1]])", "b is (4,), pair[1] is (3,): rows of different lengths"),
        ("out[0] = b", "out[0] is (3,), b is (4,): what is stored must fit its place"),
        ("b[0] = pair[1]", "b[0] is one number, pair[1] is (3,): one number is what can be stored"),
        ("return out[n]", "out is (4, 3): axis 0 has the indices 0 to 3, not 5"),
        ("return out[:, 3]", "out is (4, 3): axis 1 has the indices 0 to 2, not 3"),
        ("return b[1, 2]", "b is (4,): it has 1 axis, and 2 are indexed"),
        ("return items[n]", "items is a list of 5: its indices are 0 to 4"),
        ("return items[:1][n]", "items[:1] is a list of 1: its only index is 0"),
        ("return layer.caches[l]", "layer.caches is a list of 2: its indices are 0 to 1"),
        ("return A.sum(axis=2)", "A is (6, 3): it has the axes 0 to 1, not 2"),
        ("return np.sum(b, axis=1)", "b is (4,): it has axis 0 only, not 1"),
        ("if A > 0:\n    return 1", "`A > 0` is (6, 3): one True or False is needed"),
        ("return max(A, 0)", "A is (6, 3): one True or False is needed"),
        ("return math.exp(-A)", "`-A` is (6, 3): `math.exp` takes one number"),
        ("return math.exp(items)", "items is a list of 5: `math.exp` takes one number"),
        ("return float(b)", "b is (4,): `float` takes one number"),
        ("x, y = items", "items is a list of 5: it cannot be unpacked into 2 names"),
        (
            "x, y, z = pair",
            "pair is a tuple of (4, 2) and (3,): it cannot be unpacked into 3 names",
        ),
        (
            "pairs = [pair, (1, 2, 3)]\nfor x, y in pairs:\n    pass",
            "an entry of pairs is a tuple of 3: it cannot be unpacked into 2 names",
        ),
        ("return np.linalg.multi_dot([A, B])", "A is (6, 3), B is (4, 3): "),
        ("return f(A) + f(b)", "`f(A)` is (6, 3), `f(b)` is (4,): for `+` sizes are compared"),
        (
            "integers -= 0.5 * integers",
            "integers holds int64, the result is float64: `-=` cannot change the type",
        ),
        (
            "np.subtract(integers, 0.5, out=integers)",
            "integers holds int64, the result is float64: `np.subtract` cannot change the type",
        ),
        ("return items.shape", "items is a list of 5: that has no `.shape`"),
        ("return none.shape", "none is None: that has no `.shape`"),
        ("return none[0]", "none is None: that has no entries"),
        ("return A + none", "A is (6, 3), none is None: unsupported operand type(s) for +"),
        ("return items - 1", "items is a list of 5: unsupported operand type(s) for -"),
        ("return cache['Z2']", "cache has no 'Z2', it has the keys 'Z1', 'A1'"),
        ("return b[0][0]", "b[0] is one number: that has no entries"),
    ],
)
def test_an_error_names_what_stands_in_the_line(line: str, expected: str) -> None:
    """Names, attributes and subscripts with their shapes, and what they would have to be."""
    assert words(line)[0].startswith(expected)


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError('mine')",
        "assert A is None, 'mine'",
        "return unknown + 1",
        "return 1 / 0",
        "return next(iter([]))",
        "return int('a')",
    ],
)
def test_what_names_do_not_explain_is_left_as_it_is(line: str) -> None:
    """What a student raises, and what needs no shapes."""
    assert words(line)[0] == ""


def test_no_value_is_in_the_words() -> None:
    """Shapes and lengths only, whatever is in the arrays."""
    for line in ("A[0, 0] = 0.123456\nreturn A @ B", "items[1] = 0.123456\nreturn items.x"):
        assert not re.search(r"123456", words(line)[0])


@pytest.mark.parametrize("raised", ["SystemExit", "ValueError", "KeyboardInterrupt"])
def test_classes_of_the_students_cannot_disturb(raised: str) -> None:
    """Where looking at a value raises, nothing is added to what Python says."""
    line = f"""class Evil:
    def raises(self): raise {raised}
    __class__ = property(raises)
    def __add__(self, other): raise ValueError('in add')
    def __getattr__(self, name): raise {raised}
e = Evil()
return e + A"""
    assert words(line) == ("", "in add")


def test_what_a_worker_sends_is_made_harmless() -> None:
    """The words come from the untrusted side: no control characters, one line, bounded."""
    sent = ErrorReply(
        "ValueError", "raw", 3, "A @ B", in_words="\x1b[31mA\nis\u202e " + "x" * 9_000
    )
    first, second = describe_error(sent).split("\n")
    assert first.startswith("ValueError: [31mA is x")
    assert len(first) < 350
    assert second == "line 3: A @ B"


SOURCE = b"""import numpy as np

def hidden_delta(delta_next, W_next, z, f_prime):
    scale = 0.5
    return delta_next @ W_next * f_prime(z) * scale
"""


def test_shapes_travel_beside_the_text_of_numpy(course: Course) -> None:
    """The student reads the words; what is compared with known mistakes is numpy's text."""
    launcher = ProcessLauncher(course.limits, course.packages)
    source = SourceFile("backprop.py", SOURCE)
    student = Student(
        Module(course, course.exercise("backprop"), source, ("hidden_delta",), launcher)
    )
    student.begin("hidden_delta", ("delta_next", "W_next", "z", "f_prime"))
    with contextlib.closing(student), pytest.raises(Raised) as caught:
        student.hidden_delta(np.ones((6, 3)), np.ones((4, 3)), np.ones((6, 4)), 1.0)
    assert str(caught.value).splitlines() == [
        "ValueError: delta_next is (6, 3), W_next is (4, 3): "
        "`@` needs equal inner sizes, and 3 is not 4",
        "line 5: return delta_next @ W_next * f_prime(z) * scale",
    ]
    assert student.calls[-1].raised_text.startswith("matmul: Input operand 1 has a mismatch")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return table['Price']", "'Price': table has the columns shop, price"),
        (
            "return table.merge(other, on=['shop', 'n'])",
            "'n': table has the columns shop, price; other has the column shop",
        ),
        (
            "if table['price'] > n:\n    return 1",
            "`table['price'] > n` is a Series: one True or False is needed, and a Series has many",
        ),
        (
            "return n if table else 0",
            "`table` is a DataFrame: one True or False is needed, and a DataFrame has many",
        ),
        ("return table['shop'].astype(float)", ""),
        ("table['new'] = [1, 2, 3]", ""),
        ("return table['price'].str.upper()", ""),
        ("return table.prise", "table is a DataFrame: that has no `.prise`"),
    ],
)
def test_tables_are_named_where_they_explain_something(line: str, expected: str) -> None:
    """The columns that are there; not that a variable is a table."""
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"shop": ["a", "b"], "price": [1.0, 2.0]})
    assert words(line, table=table, other=table[["shop"]])[0] == expected
