"""Whether two versions of a file differ in comments, layout and docstrings alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.outline import is_same_code

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("solutions/*.py"))]

CODE = """import numpy as np


def double(x):
    \"\"\"Return 2 x.\"\"\"
    y = [x,
         x]
    return sum(y)  # both


class Kept:
    'Nothing.'
"""


def same(before: str, after: str, *, in_place: bool = False) -> bool:
    return is_same_code(before.encode(), after.encode(), in_place=in_place)


@pytest.mark.parametrize(
    ("old", "new", "keeps_lines"),
    [
        ("  # both", "", False),
        ("  # both", "  # of them", False),
        ("import numpy", "# above\nimport numpy", False),
        ("Return 2 x.", "Twice x.", True),
        ("    return", "    # a remark\n    return", False),
        ("[x,\n         x]", "[x, x]", False),
        ("sum(y)", "sum( y )", False),
        ("'Nothing.'", "'Nothing.'\n# at the end", True),
        ("    y = [x,\n         x]\n", "    y = [x,\n         x]\n\n", False),
    ],
)
def test_comments_layout_and_docstrings_are_passed_over(
    old: str, new: str, keeps_lines: bool
) -> None:
    """In place, no line of code may have another number or another text."""
    assert old in CODE
    changed = CODE.replace(old, new)
    assert same(CODE, changed)
    assert same(CODE, changed, in_place=True) == keeps_lines


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("double", "twice"),
        ("(x)", "(z)"),
        ("    return sum(y)", "    sum(y)\n    return sum(y)"),
        ("    return", "return"),
        ("[x,", "[x, 'a',"),
        ('"""Return 2 x."""', 'f"""{print()}"""'),
        ('"""Return 2 x."""', '"""Return \\x."""'),
        ("    'Nothing.'", "    pass"),
        ("import numpy", "# coding: latin-1\nimport numpy"),
        ("sum(y)", "sum(y"),
        ("sum(y)", "sum(y) if double.__doc__ else 0"),
    ],
)
def test_everything_else_counts(old: str, new: str) -> None:
    """Names, strings, indentation, the encoding, and code that cannot be split."""
    assert old in CODE
    assert not same(CODE, CODE.replace(old, new))
    assert not same(CODE.replace(old, new), CODE)


@pytest.mark.parametrize("reader", ["double.__doc__", "inspect.getsource(double)"])
def test_where_code_can_read_its_own_text_all_of_it_counts(reader: str) -> None:
    """Then a docstring or a comment may change a result."""
    code = f"{CODE}\nx = {reader}\n"
    assert not same(code, code.replace("Return 2 x.", "Twice x."))
    assert not same(code, code.replace("  # both", ""))


def test_a_notebook_is_compared_cell_by_cell() -> None:
    """A magic counts as it is written."""
    cells = ("%timeit  f(1)  # one", "x = 1  # one")
    assert is_same_code(cells, ("%timeit  f(1)  # one", "x = 1"), in_place=False)
    assert not is_same_code(cells, ("%timeit  f(1)  # one", "x = 1"), in_place=True)
    assert not is_same_code(cells, ("%timeit  f(1)", "x = 1  # one"), in_place=False)
    assert not is_same_code(cells, b"x = 1", in_place=False)


def without_docstrings(text: str) -> str | None:
    """Return the syntax tree without docstrings, an oracle that shares no code."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[:1] = [] if len(body) > 1 else [ast.Pass()]
    return ast.dump(tree)


@given(
    st.sampled_from(SOLUTIONS),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 3),
    st.text(" \n\t#'\"\\\\()[]:=,xf1\r\f", max_size=6),
)
def test_what_is_the_same_is_executed_alike(source: str, where: float, cut: int, put: str) -> None:
    """Of random edits none that changes the syntax tree is passed over."""
    place = int(where * len(source))
    changed = source[:place] + put + source[place + cut :]
    if same(source, changed):
        assert without_docstrings(changed) == without_docstrings(source)
    if same(source, changed, in_place=True):
        assert same(source, changed)


def test_code_that_is_nested_too_deeply_for_python_does_no_harm() -> None:
    """It is split and not parsed."""
    deep = "x = " + "(" * 50_000 + ")" * 50_000 + "\n"
    assert not same(deep, f"{deep}y = 1\n")
