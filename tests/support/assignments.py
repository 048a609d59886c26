"""Small assignments of other graders, written for the tests, as their notebooks are saved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Cell = dict[str, Any]


def code(text: str, shown: str = "", **metadata: Any) -> Cell:
    """Return a cell of code, perhaps with what it showed."""
    outputs: list[dict[str, Any]] = []
    if shown:
        data = {"text/plain": shown}
        outputs = [
            {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
        ]
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": text,
        "outputs": outputs,
        "execution_count": None,
    }


def prose(text: str, **metadata: Any) -> Cell:
    """Return a cell of Markdown."""
    return {"cell_type": "markdown", "metadata": metadata, "source": text}


def raw(text: str) -> Cell:
    """Return a raw cell, with which otter divides a notebook."""
    return {"cell_type": "raw", "metadata": {}, "source": text}


def answer(text: str, name: str = "answer") -> Cell:
    """Return a cell of nbgrader in which students write."""
    return code(text, nbgrader={"grade": False, "solution": True, "grade_id": name})


def graded(text: str, points: float = 1, name: str = "test") -> Cell:
    """Return a cell of nbgrader that tests."""
    own = {"grade": True, "solution": False, "grade_id": name, "points": points}
    return code(text, nbgrader=own)


def case(text: str, shown: str = "", **settings: Any) -> Cell:
    """Return a test cell of otter, with settings at its beginning."""
    if not settings:
        return code(text, shown)
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items())
    return code(f'""" # BEGIN TEST CONFIG\n{lines}""" # END TEST CONFIG\n{text}', shown)


def question(config: str, prompt: str, solution: str, *tests: Cell) -> list[Cell]:
    """Return a question of otter with its boundaries."""
    return [
        raw(f"# BEGIN QUESTION\n{config}"),
        prose(prompt),
        raw("# BEGIN SOLUTION"),
        code(solution),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        *tests,
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]


def notebook(cells: Sequence[Cell], **metadata: Any) -> str:
    """Return a notebook as it is saved."""
    whole = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": list(cells)}
    return json.dumps(whole)


def save(path: Path, cells: Sequence[Cell], **metadata: Any) -> Path:
    """Save a notebook, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(cells, **metadata), encoding="utf-8")
    return path


def ok_file(name: str, cases: Sequence[tuple[str, bool]], points: object = None) -> str:
    """Return a file of tests in OK's format: sessions, and whether each is hidden."""
    listed: list[Mapping[str, Any]] = [
        {"code": session, "hidden": hidden, "locked": False} for session, hidden in cases
    ]
    suite = {"cases": listed, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return (
        f"OK_FORMAT = True\n\ntest = { ({'name': name, 'points': points, 'suites': [suite]})!r}\n"
    )


RECIPES = [
    prose("# Recipes\n\nRead everything first."),
    code("import math\n\nimport numpy as np\n\n%matplotlib inline"),
    code("UNITS = {'g': 1, 'kg': 1000}\n\n\ndef label(name):\n    return name.upper()"),
    prose("## Weights (4 points)\n\nWrite `grams(amount, unit)`, which *converts* to grams."),
    answer(
        "def grams(amount, unit='g'):\n"
        "    ### BEGIN SOLUTION\n"
        "    if unit not in UNITS:\n"
        "        raise ValueError(unit)\n"
        "    return amount * UNITS[unit]\n"
        "    ### END SOLUTION\n",
        "grams",
    ),
    code("grams(2, 'kg')"),
    graded(
        '"""Look at units."""\n'
        "assert grams(3) == 3\n"
        "amount = 2\n"
        "assert grams(amount, 'kg') == 2000, 'kilograms'\n"
        "### BEGIN HIDDEN TESTS\n"
        "assert abs(grams(0.1, 'kg') - 100) < 1e-9\n"
        "try:\n"
        "    grams(1, 'stone')\n"
        "except ValueError:\n"
        "    pass\n"
        "else:\n"
        "    raise AssertionError('no error')\n"
        "### END HIDDEN TESTS\n",
        points=3,
        name="weights",
    ),
    graded(
        "for unit, factor in [('g', 1), ('kg', 1000)]:\n    assert grams(5, unit) == 5 * factor",
        name="all_units",
    ),
    prose("Write `share(weights)`: the part of each in the whole."),
    answer(
        "def share(weights):\n"
        '    """Return the parts of a whole, as an array."""\n'
        "    ### BEGIN SOLUTION\n"
        "    weights = np.asarray(weights)\n"
        "    return weights / weights.sum()\n"
        "    ### END SOLUTION\n",
        "share",
    ),
    graded(
        "from numpy.testing import assert_allclose\n\n"
        "parts = share([1, 1, 2])\n"
        "assert_allclose(parts, [0.25, 0.25, 0.5])\n"
        "assert np.isclose(parts.sum(), 1)\n"
        "### BEGIN HIDDEN TESTS\n"
        "assert np.allclose(share(np.arange(1, 5)), np.array([0.1, 0.2, 0.3, 0.4]))\n"
        "assert share is not grams\n"
        "### END HIDDEN TESTS\n",
        points=2,
        name="shares",
    ),
    prose(
        "Why do parts add up?",
        nbgrader={"grade": True, "solution": True, "grade_id": "why", "points": 2},
    ),
]
"""An assignment of nbgrader with all that is usual."""

WALKS = [
    raw("# ASSIGNMENT CONFIG\nname: walks"),
    prose("# Walks"),
    code("STEPS = [3, -1, 4]"),
    *question(
        "name: q1\npoints: 2",
        "**Question 1.** Assign `total` to the sum of `STEPS`.",
        "total = sum(STEPS) # SOLUTION",
        case("isinstance(total, int)"),
        case("total", "6", hidden=True),
    ),
    *question(
        "name: q2",
        "**Question 2.** Write `farthest(steps)`: the farthest place of a walk.",
        "def farthest(steps):\n"
        "    # BEGIN SOLUTION\n"
        "    place, most = 0, 0\n"
        "    for step in steps:\n"
        "        place += step\n"
        "        most = max(most, place)\n"
        "    return most\n"
        "    # END SOLUTION\n"
        "    # BEGIN IGNORE\n"
        "    unused = 1\n"
        "    # END IGNORE\n"
        '    """ # BEGIN PROMPT\n'
        "    return ...\n"
        '    """ # END PROMPT\n',
        case("farthest([1, 2])", "3", points=1),
        case("farthest(STEPS) == 6", points=1),
        case(
            "def test_back(farthest):\n"
            "    assert farthest([-1]) == 0\n"
            "    assert farthest([2, -5]) == 2\n\n"
            "test_back(farthest) # IGNORE",
            points=2,
            hidden=True,
        ),
    ),
    raw("# BEGIN QUESTION\nname: q3\nmanual: true\npoints: 5"),
    prose("Draw a walk."),
    raw("# END QUESTION"),
]
"""An assignment of otter with its present boundaries: a variable, a function, a part by hand."""

OLD_WALKS = [
    prose("# Old walks\n\n```\nBEGIN ASSIGNMENT\n```"),
    prose("Write `twice`.\n\n```\nBEGIN QUESTION\nname: q1\npoints: 3\n```"),
    code("def twice(x):\n    return 2 * x # SOLUTION"),
    code("## Test ##\ntwice(2) == 4"),
    code("## Test ##\ntwice('ab')", "'abab'"),
    code("## Hidden Test ##\ntwice(0) == 0"),
    code("after = 1"),
]
"""An assignment of otter, or jassign, in its first form."""
