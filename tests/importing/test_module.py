"""The solution of an imported assignment: what students write, and what it needs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.assignments import Cell, answer, code, graded, prose, save

from grader.course.stubs import make_stub
from grader.importing.docstrings import Facts, document, quote
from grader.importing.reading import read_assignments
from grader.importing.skeleton import Made, make_exercise, name_modules


def make(path: Path, cells: list[Cell]) -> Made:
    """Return the exercise made of some cells of nbgrader."""
    (found,), _ = read_assignments(save(path / "one.ipynb", cells))
    made = make_exercise(found, "one")
    assert isinstance(made, Made), made
    return made


def test_only_what_the_functions_need_is_taken(tmp_path: Path) -> None:
    """Definitions and values that students are given stay whole in the stub."""
    cells = [
        code("import math\nimport json as unused\nimport numpy as np"),
        code("# A helper.\ndef helper(v):\n    return v + OFFSET\n\nOFFSET = 2\nother = 3"),
        code("table = {}\nfor key in 'ab':\n    table[key] = OFFSET\nprint(table)"),
        answer("def _own(v):\n    return v\n\ndef f(v):\n    return helper(_own(v)) + table['a']"),
        answer("def alone():\n    return 5"),
        graded("assert f(1) == 5"),
    ]
    made = make(tmp_path, cells)
    assert made.packages == ()
    assert "alone is left out: no check tests it" in made.notes
    tree = ast.parse(made.solution)
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["Expr", "FunctionDef", "Assign", "Assign", "For", *["FunctionDef"] * 2]
    stub = make_stub(made.solution)
    assert "return v + OFFSET" in stub
    assert "    table[key] = OFFSET" in stub
    assert "_own" not in stub
    assert "helper(" not in stub.partition("def f")[2]


def test_a_variable_becomes_a_function_with_all_that_its_cell_needs(tmp_path: Path) -> None:
    """And calls those of other cells."""
    cells = [
        code("data = [1, 2]"),
        answer("first = data[0]\nunused = 7"),
        prose("The rest."),
        answer('text = """a\n  b"""\nrest = [first, len(text)]\nrest.append(3)\nprint(rest)'),
        graded("assert rest == [1, 5, 3]"),
    ]
    made = make(tmp_path, cells)
    names: dict[str, object] = {}
    exec(compile(made.solution, "solution", "exec"), names)
    assert names["get_rest"]() == [1, 5, 3]  # type: ignore[operator]
    assert "unused" not in made.solution
    assert "print" not in made.solution
    assert "    Return `rest`.\n\n    The rest." in made.solution.replace('"""', "")
    assert "get_first()" in made.solution


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ([answer("v = 1"), answer("v = 2")], "the variable v has no function: several cells"),
        ([answer("v = missing + 1")], "the variable v has no function: its cell needs missing"),
        ([code("v = 1"), answer("v = v + 1")], "the variable v has no function: its cell needs v"),
        ([answer("get_v = 1\ndef get_v():\n    pass"), answer("v = 1")], "get_v is a name"),
    ],
)
def test_a_variable_that_has_no_function_is_listed(
    tmp_path: Path, cells: list[Cell], note: str
) -> None:
    """With the reason."""
    others = [answer("def f():\n    return 1"), graded("assert f() == 1\nassert v == 1")]
    made = make(tmp_path, [*cells, *others])
    assert any(note in one for one in made.notes), made.notes


def test_what_no_cell_defines_is_listed(tmp_path: Path) -> None:
    """The function works in the notebook by accident: a test defines it."""
    made = make(tmp_path, [answer("def f():\n    return A"), graded("A = 1\nassert f() == 1")])
    assert "f uses A, which the notebook does not define" in made.notes


def test_what_a_check_asks_for_beside_its_function_is_there(tmp_path: Path) -> None:
    """Though no check tests it alone."""
    cells = [
        answer("n = 3"),
        answer("def g(v):\n    return v"),
        answer("def f(v):\n    return v + 1"),
        graded("assert f(n) == g(4)\nassert f(2) == 3"),
    ]
    made = make(tmp_path, cells)
    assert [group.name for group in made.groups] == ["f"]
    assert "def g(v)" in made.solution
    assert "def get_n()" in made.solution
    assert "get_n is needed, and no check tests it" in made.notes
    assert "g is needed, and no check tests it" in made.notes


def test_a_lambda_is_a_function(tmp_path: Path) -> None:
    """Stubs need a body."""
    made = make(tmp_path, [answer("f = lambda a, b=2: a + b"), graded("assert f(1) == 3")])
    assert "def f(a, b=2):" in made.solution
    assert made.groups[0].signature == "f(a, b=2)"


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return x",
        "def f(x): return x",
        "def f(x):\n    # why\n    return x",
        "@property\ndef f(x):\n    return x",
        'def f(x):\n    "One line."\n    return x',
        'def f(x):\n    """Several.\n\n    Lines.\n    """\n    return x',
        'def f(x): "doc"; return x',
        "class f:\n    def g(self): return 1\n\n    def __init__(self):\n        self.x = 1",
        "class f(int): pass",
        "def f(x,\n      y=2):\n    def g():\n        return 1\n    return x",
    ],
)
@pytest.mark.parametrize("prose_", ["", "Text \\alpha with \"quotes\" and '''\n\n- a\n- b\\"])
def test_every_definition_of_a_stub_has_a_docstring(text: str, prose_: str) -> None:
    """Its own, or one made of the text above; the code is the same."""
    made = document(text, prose_, {"f": Facts(("visible_1",))})
    make_stub(made)
    (new,), (old,) = ast.parse(made).body, ast.parse(text).body
    assert isinstance(new, ast.FunctionDef | ast.ClassDef)
    assert (ast.get_docstring(new) or "").endswith("*Graded on* visible_1.")
    assert _without_docstrings(new) == _without_docstrings(old)


def test_a_visible_check_is_the_example_of_its_function(tmp_path: Path) -> None:
    """A hidden one is not, nor one with a setup, nor one that rounding decides."""
    text = (
        "### BEGIN HIDDEN TESTS\nassert f(9) == 9\n### END HIDDEN TESTS\n"
        "v = 2\nassert f(v) == 2\nassert f(0.5) == 0.5\nassert f('a') == 'a'"
    )
    made = make(tmp_path, [answer("def f(v):\n    return v"), graded(text)])
    assert "    Examples\n    --------\n    >>> f('a')\n    'a'\n\n    *Graded" in made.solution


def _without_docstrings(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            body = node.body[bool(ast.get_docstring(node)) :]
            node.body = [one for one in body if not isinstance(one, ast.Pass)] or [ast.Pass()]
    return ast.dump(tree)


@pytest.mark.parametrize("text", ["a", 'say "a"', '"""', "\\", "a\\\nb", '\\\\"""', "a\n\nb\n"])
def test_a_docstring_is_quoted_whatever_it_has(text: str) -> None:
    """As Python that means the same, but for quotes that would end it."""
    found = ast.literal_eval(quote(text, "").strip())
    assert found.split() == text.replace('"""', "'''").split()


def test_modules_have_names_that_can_be_imported(tmp_path: Path) -> None:
    """And hide neither numpy nor a module of Python's."""
    names = ["1 - Numpy", "numpy", "random", "class", "ä", "Week 2", "week-2"]
    for number, name in enumerate(names):
        cells = [answer("def f():\n    return 1"), graded("assert f() == 1")]
        save(tmp_path / str(number) / f"{name}.ipynb", cells)
    found = [read_assignments(tmp_path / str(n) / f"{name}.ipynb")[0][0] for n, name in
             enumerate(names)]  # fmt: skip
    assert name_modules(found) == [
        "exercise_1_numpy",
        "numpy_exercise",
        "random_exercise",
        "class_exercise",
        "exercise",
        "week_2",
        "week_2_",
    ]
