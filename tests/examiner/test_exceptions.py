"""What beginners' exceptions are recognised as, and what is asked about them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from grader.examiner.exceptions import KINDS, recognise
from grader.examiner.hints import HINTS, SECOND_HINTS

# Code that raises, by what it must be recognised as. Python and numpy make the texts.
RAISING = {
    "one_number": ("math.exp(A)", "float(A)", "math.exp(items)", "int(A)"),
    "truth_of_array": ("A > 0 and 1", "max(A, 0)", "A.copy() in [A]"),
    "unknown_name": ("nump.exp(1)", "nothing + 1"),
    "not_assigned_yet": ("later()",),
    "shapes_differ": ("A @ A", "np.dot(A, A)", "np.inner(A, B)"),
    "entries_do_not_meet": ("A + np.ones(2)", "A * B.T[:2]", "np.maximum(A, np.ones(2))"),
    "number_in_product": ("A @ 2", "np.matmul(2, A)"),
    "too_small_a_place": (
        "A.__setitem__(0, np.ones(4))",
        "np.ones(3).__iadd__(A)",
        "np.ones(3).__setitem__(0, [1, 2])",
    ),
    "ragged": ("np.array([[1, 2], [3]])", "np.sum([np.ones(2), np.ones(3)])"),
    "entries_do_not_fill": ("A.reshape(4, 4)",),
    "cannot_join": (
        "np.concatenate([A, B])",
        "np.stack([A, B])",
        "np.concatenate([A, np.ones(3)])",
        "np.concatenate([1, 2])",
    ),
    "no_such_axis": ("A.sum(axis=2)", "np.transpose(A, (0,))"),
    "too_many_indices": ("A[0, 0, 0]",),
    "index_of_a_number": ("A[0, 0][0]", "2.0[0]", "(3)[1]", "number.__class__(2)[0]"),
    "index_out_of_range": ("A[9]", "items[9]", "[].pop()", "()[0]"),
    "not_a_whole_number": ("range(2.0)", "items[1.0]", "A[1.0]", "items['a']", "np.zeros(2.0)"),
    "no_such_key": ("{}['W1']",),
    "unreadable_text": (
        "float('1,5')",
        "int('2.0')",
        "__import__('datetime').datetime.strptime('2024', '%d')",
        "__import__('datetime').date.fromisoformat('1.2.2024')",
    ),
    "nothing_returned": ("None[0]", "None.shape", "None + 1", "A * None", "x, y = None", "None(1)"),
    "wrong_count_of_values": ("x, y = 1, 2, 3", "x, y, z = 1, 2", "x, y = 3"),
    "arguments_of_a_method": ("Pile().put(1)", "Pile().push(1, 2)"),
    "no_iterator": ("list(Pile())",),
    "result_of_a_special_method": ("repr(Pile())", "len(Pile())", "bool(Pile())"),
    "no_special_method": (
        "Bare()[0]",
        "len(Bare())",
        "list(Bare())",
        "1 in Bare()",
        "Bare() + 1",
        "Bare() < Bare()",
        "-Bare()",
        "Bare()()",
        "sorted([Bare(), Bare()])",
    ),
    "no_attribute_of_object": ("Bare().entries", "Pile().size"),
    "wrong_arguments": ("f()", "f(1, 2)", "f(y=2)", "f(1, x=2)"),
    "not_a_function": ("2(3)", "A(0)", "np(1)", "items(0)"),
    "not_a_sequence_of_values": ("list(3)", "len(3)", "sum(2.0)", "list(np.array(1.0))"),
    "arithmetic_on_lists": ("items - items", "items * 2.0", "-items", "items + 1", "items < 2"),
    "wrong_types": ("'a' + 1", "2 * f", "np.exp('a')", "A * f", "f < 2"),
    "function_in_brackets": ("f[0]", "np.sum[0]", "A.sum[0]"),
    "generator_as_seed": ("np.random.seed(np.random.default_rng(0))",),
    "unchangeable": ("t = (1, 2)\nt[0] = 3",),
    "whole_numbers_in_place": ("t = np.arange(3)\nt += 0.5",),
    "shape_is_one_argument": ("np.zeros(3, 2)",),
    "no_array": ("items.shape", "(1, 2).T", "2.0.T", "items.sum()", "f.shape"),
    "no_such_attribute": ("A.append(1)", "np.sigmoid(1)", "np.random.default_rng(0).randn(3)"),
    "divided_by_zero": ("1 / 0", "1 % 0"),
    "endless_calls": ("deep()",),
    "too_much_memory": ("np.ones((2**20, 2**20, 2**10))",),
    "own_assertion": ("assert len(items) == 2",),
}


class Bare:
    """A student's class without special methods."""


class Pile:
    """A student's class with wrong ones."""

    def put() -> None:  # type: ignore[misc]
        """Lack self."""

    def push(self, entry: Any) -> None:
        """Take one argument."""

    def __iter__(self) -> Any:
        return [1]

    def __repr__(self) -> Any:
        return 3

    def __len__(self) -> Any:
        return -1  # noqa: PLE0303 - as a student might

    def __bool__(self) -> Any:
        return 3  # noqa: PLE0304 - as above


def fails(code: str) -> tuple[str, str]:
    """Return the type and the text of what code raises."""

    def later() -> Any:
        exec("def g():\n    y = y + 1\ng()", {})

    def deep() -> Any:
        return deep()

    names = {
        "np": np,
        "math": __import__("math"),
        "A": np.ones((6, 3)),
        "B": np.ones((4, 2)),
        "items": [1.0, 2.0, 3.0],
        "number": np.float64(2.0),
        "f": lambda x: x,
        "later": later,
        "Bare": Bare,
        "Pile": Pile,
        "deep": deep,
    }
    try:
        exec(code, names)
    except Exception as error:  # noqa: BLE001 - any kind may come
        return type(error).__name__, " ".join(str(error).split())
    raise AssertionError(f"{code} raises nothing")


OF_TABLES = {
    "truth_of_array": ("1 if T else 2", "T['x'] > 1 and T['x'] < 3", "bool(T.index)"),
    "unreadable_text": (
        "T['t'].astype(float)",
        "pd.to_numeric(T['t'])",
        "pd.to_datetime(T['t'])",
        "pd.to_datetime(pd.Series(['2024-01-31', '31.12.2024']))",
    ),
    "wrong_accessor": ("T['x'].str.upper()", "T['t'].dt.month"),
    "column_of_other_length": ("T['y'] = [1, 2, 3]", "pd.DataFrame({'a': [1], 'b': [1, 2]})"),
    "no_such_key": ("T['X']", "T.sort_values('y')", "T.merge(T, on='y')"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("expected", "code"),
    [(kind, code) for kind, codes in OF_TABLES.items() for code in codes],
)
def test_what_beginners_meet_with_tables_is_recognised(expected: str, code: str) -> None:
    """By the texts of this pandas."""
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame({"x": [1.0, 2.0], "t": ["a", "$2"]})
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any kind may come
        exec(code, {"T": table, "pd": pd})
    text = " ".join(str(caught.value).split())
    assert recognise(type(caught.value).__name__, text) == expected, text


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize(
    ("expected", "code"),
    [(kind, code) for kind, codes in RAISING.items() for code in codes],
)
def test_what_beginners_meet_is_recognised(expected: str, code: str) -> None:
    """By the texts of this Python and this numpy."""
    raised, text = fails(code)
    assert recognise(raised, text) == expected, text


def test_every_kind_is_tried() -> None:
    """None is in the table that nothing raises."""
    assert {kind.id for kind in KINDS} == {*RAISING, *OF_TABLES}
    assert len({kind.id for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ("MyError", "list index out of range"),
        ("ValueError", "expected a learning rate above 0"),
        ("TypeError", "only mine"),
        ("IndexError", "mine"),
        ("StopIteration", ""),
        ("", ""),
    ],
)
def test_nothing_else_is_taken_for_one(raised: str, text: str) -> None:
    """What a student raises has no hint of ours."""
    assert recognise(raised, text) is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_a_hint_is_short_and_gives_no_formula(kind: Any) -> None:
    """One question or instruction in plain words, and no line of code to copy."""
    assert HINTS[kind.id] == kind.hint
    assert SECOND_HINTS[kind.id] == kind.second_hint
    assert len(kind.hint) <= 200
    assert "?" in kind.hint or kind.hint.endswith(".")
    for text in (kind.hint, kind.second_hint):
        assert not re.search(r"\.T @|\w @ [A-Z]|np\.exp\(|sigmoid|softmax", text)
