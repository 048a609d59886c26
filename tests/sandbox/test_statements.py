"""Which statements the graded functions need."""

from __future__ import annotations

import ast
import random
import textwrap

import pytest
from support.handins import FOLDER
from support.loading import loaded

from grader.sandbox.worker.effects import find_effects
from grader.sandbox.worker.statements import find_needed

WANTED = "def wanted(z):\n    return z * K"


def needed(*statements: str) -> set[str]:
    """Return which of these statements `wanted` needs, apart from its own definition."""
    body = ast.parse("\n".join([*statements, WANTED])).body
    found = find_needed(body, [find_effects(node) for node in body], ["wanted"])
    return {ast.unparse(body[place]) for place in found} - {ast.unparse(ast.parse(WANTED))}


def plain(*statements: str) -> set[str]:
    return {ast.unparse(ast.parse(statement)) for statement in statements}


@pytest.mark.parametrize(
    "statement",
    [
        "K = 1",
        "K: int = 1",
        "A = K = 1",
        "A, (B, *K) = 1, (2, 3)",
        "K += 1",
        "del K",
        "K[0] = 1",
        "K.a.b[0].c = 1",
        "del K[0]",
        "K[0] += 1",
        "K.append(1)",
        "K[0].update(a=1)",
        "for K in range(3):\n    pass",
        "for i in range(3):\n    K[i] = i",
        "while (K := 3) < 2:\n    pass",
        "with open('x') as K:\n    pass",
        "import os as K",
        "from os import path as K",
        "from os import *",
        "def K():\n    pass",
        "class K:\n    pass",
        "if True:\n    K = 1",
        "try:\n    K = 1\nexcept ValueError:\n    pass",
        "match 1:\n    case K:\n        pass",
        "print(K := 3)",
        "globals()['K'] = 1",
        "exec('K = 1')",
        "setattr(K, 'a', 1)",
        "np.fill_diagonal(K, 0)",
        "np.add(1, 2, out=K)",
        "random.shuffle(K)",
        "next(K)",
        "sys.setrecursionlimit(5)",
        "np.seterr(all='ignore')",
        "np.random.seed(3)",
        "random.seed(3)",
    ],
)
def test_a_statement_that_makes_or_changes_the_value_is_needed(statement: str) -> None:
    """Each way to bind, store, change or configure."""
    assert needed(statement) == plain(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "A = K",
        "print(K)",
        "display(K)",
        "K",
        "assert K",
        "K.mean()",
        "plt.plot(K, K.T)",
        "A[K] = 1",
        "A.append(K)",
        "[K for K in range(3)]",
        "lambda K: K",
        "def f(K):\n    K = 1\n    K[0] = 1",
        "class C:\n    K = 1",
        "for i in range(10 ** 12):\n    A = K + i",
        "if __name__ == '__main__':\n    print(K)",
        "np.testing.assert_allclose(K, 1)",
        "import K.a as b",
    ],
)
def test_what_only_reads_or_has_its_own_name_is_not(statement: str) -> None:
    """Prints, plots, checks, training and other scopes."""
    assert needed(statement) == set()


@pytest.mark.parametrize(
    "statements",
    [
        ["K = make()", "def make():\n    return BASE", "BASE = 2", "from math import pi"],
        ["def fill(t):\n    t[0] = 1", "fill(K)", "show(K)"],
        ["def fill(t):\n    inner(t)", "def inner(u):\n    u -= 1", "fill(K)", "show(K)"],
        ["def fill(t):\n    u = t\n    u.sort()", "fill(K)", "plot(K)"],
        ["def init():\n    global K\n    K = 1", "init()", "other()"],
        ["def init():\n    K.append(1)", "def outer():\n    init()", "outer()", "K.copy()"],
        ["K = [[1]]", "row = K[0]", "row[0] = 2", "other = [1]"],
        ["K = [1]", "rows = [K, 3]", "for r in rows:\n    r.append(2)", "print(rows)"],
        ["K = R['a']", "R = {}", "def reg(f):\n    R['a'] = f", "@reg\ndef g():\n    pass", "x"],
        ["w = 1", "w += 2", "K = [w]", "for w in range(10 ** 12):\n    pass"],
        ["for i in [1]:\n    K = i", "for i in range(10 ** 12):\n    pass"],
        ["t = {}", "t['a'] = 1", "K = t.copy()", "t['b'] = train()"],
        ["t = {}", "K = [t]", "t['a'] = 1", "t = train()"],
        ["class C:\n    pass", "t = {}", "K = C(t)", "t.update(a=1)", "t = train()"],
        ["w = 1", "K = w * 2", "w += 1"],
        ["class K:\n    pass", "def m(self):\n    return C", "K.m = m", "C = 1", "D = K()"],
    ],
)  # fmt: skip
def test_needs_are_followed_through_others(statements: list[str]) -> None:
    """All but the last statement are needed."""
    assert needed(*statements) == plain(*statements[:-1])


@pytest.mark.parametrize(
    ("statement", "exposed"),
    [
        ("for i in a:\n    K = i", "a"),
        ("for i in i:\n    K = i", "i"),
        ("for i in a:\n    t = i * b\n    K = t", "a b"),
        ("for i in a:\n    K = t\n    t = i", "a t"),
        ("for K[c] in a:\n    pass\nelse:\n    d", "a c d"),
        ("if c:\n    t = 1\nelse:\n    t = 2\nK = t", "c"),
        ("if c:\n    t = 1\nK = t", "c t"),
        ("if c:\n    K = t\nelse:\n    t = 1", "c t"),
        ("while c:\n    t = 1\n    K = t\n    break", "c"),
        ("with a as t, b:\n    K = t", "a b"),
        ("for i in a:\n    del t\n    K = t", "a t"),
        ("for i in a:\n    try:\n        K = t\n    except E:\n        t = i", "E a t"),
    ],
)
def test_what_a_statement_binds_first_it_does_not_need(statement: str, exposed: str) -> None:
    """Loop variables and what is computed inside a loop come from nowhere else."""
    body = ast.parse(f"if always:\n{textwrap.indent(statement, '    ')}").body
    reads = find_effects(body[0]).now.reads - {"always", "K"}
    assert reads == set(exposed.split())


def test_a_function_is_not_changed_by_being_passed() -> None:
    """Passing a graded function to one's own checker does not make it run."""
    body = ["def check(f, x):\n    x[0] = f(x)", "K = 3", "check(wanted, [1])", "check(K, [1])"]
    assert needed(*body) == plain("K = 3")


SCRATCH = [
    "x = np.linspace(-1, 1)\nprint(x.mean())",
    "import matplotlib.pyplot as plt\nplt.plot([1], [2])",
    "%matplotlib inline\n!ls\nrelu?",
    "assert relu(-1.0) == 5",
    "for i in range(10 ** 12):\n    w = i",
    "open('missing.txt')",
    "raise ValueError('scratch')",
    "input('? ')",
    "def helper(q):\n    return q",
    "y = undefined_name",
    "exit()",
]
MODULE = """
import math
import numpy as np
HALF = 0.5
TABLE = {}
for i in range(3):
    TABLE[i] = 2 * i
ROWS = [TABLE]
ROWS[0][5] = 1.0
A, B = 1.0, TABLE[1]
B -= 1
class Unit:
    gain = 1.0
    def scale(self, z):
        return self.gain * z
unit = Unit()
unit.gain = TABLE[5]
def tanh(z):
    return np.tanh(z)
def sigmoid(z):
    return HALF * (A + tanh(np.asarray(z, dtype=float) / 2))
relu = lambda z: unit.scale(np.maximum(z, 0)) * (B if True else math.nan)
"""


@pytest.mark.parametrize("seed", range(60))
def test_a_right_module_cut_into_cells_with_scratch_work_between_stays_right(seed: int) -> None:
    """Any cut, any scratch work between the cells."""
    draw = random.Random(seed)
    statements = [ast.unparse(node) for node in ast.parse(MODULE).body]
    cells = [""]
    for statement in statements:
        if draw.random() < 0.5:
            cells += [draw.choice(SCRATCH)] * draw.randint(0, 2) + [""]
        cells[-1] += statement + "\n"
    with loaded(*cells, limit_s=1.0) as module:
        assert sorted(module.defined) == ["relu", "sigmoid"]
        assert module.module.sigmoid(0.0) == 0.5
        assert module.module.relu(3.0) == 3.0
        assert module.notes == []


def test_the_corpus_has_cases_of_its_own_for_each_tool() -> None:
    """The names of the hand-ins begin with the tool that they are taken after."""
    tools = {path.name.partition("_")[0] for path in FOLDER.glob("*.txt")}
    assert tools >= {"colab", "kaggle", "vscode", "deepnote", "lab", "file"}
