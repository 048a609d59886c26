"""Recipes: lines that make a call again, whatever was passed."""

from __future__ import annotations

import enum
import json
import math
import os
import shlex
import subprocess
import sys
import types
from collections import Counter, defaultdict, deque, namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support import plain
from support.mistakes import make_mistakes

from grader.examiner.checks import CollectedCheck, Signature
from grader.examiner.recipe import MAX_RECIPE, Recipe, write_recipe
from grader.records import Check, Course, ScoreReport, Visibility
from grader.report import build_report
from grader.sandbox.calls import Call
from grader.sandbox.protocol.record import Record
from grader.sandbox.protocol.values import Handle, Seeded, SourceFunction
from grader.testing.draws import Draws

FILES = {"f": "a.py", "g": "a.py", "h": "a.py", "own": "a.py", "other": "b.py"}
SQUARE = SourceFunction("square", "def square(x):\n    return x * x\n")
DTYPES = arrays.scalar_dtypes().filter(
    lambda dtype: dtype.str in "|b1 <i4 <i8 |u1 <f4 <f8 <c16".split()
)
SMALL = arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), SMALL)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=6,
)


def recipe_of(
    *calls: Call,
    draws: Draws | None = None,
    visibility: Visibility = "hidden",
    files: dict[str, str] | None = None,
) -> Recipe:
    check = Check("a/f/values", "a", "f", "Right", 100, visibility, "value")
    collected = CollectedCheck(check, Signature("f", ("x", "y"), "f(x, y)"), None)
    *earlier, last = calls
    return write_recipe(collected, last, draws or Draws(1), files or FILES, earlier)


def make(recipe: Recipe) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Execute a recipe, and return the arguments with which it calls ``f``."""
    made = []
    module = types.ModuleType("a")
    module.f = lambda *args, **kwargs: made.append((args, kwargs))
    sys.modules["a"] = module
    try:
        exec(recipe.text, {})
    finally:
        del sys.modules["a"]
    (call,) = made
    return call


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        alike = isinstance(other, np.ndarray) and (one.dtype, one.shape) == (
            other.dtype,
            other.shape,
        )
        return alike and bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


@given(st.lists(VALUES, max_size=2), st.dictionaries(st.sampled_from("yz"), VALUES, max_size=1))
def test_whatever_is_passed_is_built_again(args: list[Any], kwargs: dict[str, Any]) -> None:
    """Numbers, text, arrays of any kind and nested containers come out as they went in."""
    recipe = recipe_of(Call("f", tuple(args), kwargs))
    if recipe.text:
        assert same((tuple(args), kwargs), make(recipe))
    else:
        assert len(repr(args) + repr(kwargs)) > MAX_RECIPE / 20


@given(plain.VALUES)
def test_plain_data_of_all_types_is_built_again(value: Any) -> None:
    """With the imports that it needs, and with its type at every depth."""
    recipe = recipe_of(Call("f", (value,)))
    if recipe.text:
        ((back,), _) = make(recipe)
        assert plain.same(value, back), recipe.text
    else:
        assert len(repr(value)) > MAX_RECIPE / 20


@dataclass
class Point:
    x: int
    y: Any
    size: int = field(init=False, default=0)


Pair = namedtuple("Pair", "left right")
Mode = enum.Flag("Mode", "R W")


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (Point(1, {2}), ["from a import f, Point", "f(Point(x=1, y={2}))"]),
        (Record("Point", x=1), ["from a import f, Point", "f(Point(x=1))"]),
        (Pair(1, None), ["from a import f, Pair", "f(Pair(left=1, right=None))"]),
        (Mode.R, ["from a import f, Mode", "f(Mode.R)"]),
        (Mode.R | Mode.W, ["from a import f, Mode", "f(Mode(3))"]),
        (ValueError("a", 1), ["from a import f", "f(ValueError('a', 1))"]),
        (
            [Fraction(1, 2), date(2020, 1, 2), datetime(2020, 1, 2, 3, 4, tzinfo=UTC)],
            [
                "from datetime import date, datetime, timezone",
                "from fractions import Fraction",
                "from a import f",
                "f([Fraction(1, 2), date(2020, 1, 2), datetime(2020, 1, 2, 3, 4, "
                "tzinfo=timezone.utc)])",
            ],
        ),
        (
            (Counter("aab"), deque([1], 3), defaultdict(list, {1: [2]})),
            [
                "from collections import Counter, defaultdict, deque",
                "from a import f",
                "f((Counter({'a': 2, 'b': 1}), deque([1], maxlen=3), defaultdict(list, {1: [2]})))",
            ],
        ),
        (
            complex(math.nan, -math.inf),
            ["import numpy as np", "from a import f", "f(complex(np.nan, -np.inf))"],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_lines_of_plain_data_import_what_they_need(value: Any, lines: list[str]) -> None:
    """Python's own types from their modules, classes from the student's file."""
    assert recipe_of(Call("f", (value,))).text.splitlines() == lines


def test_a_function_with_the_name_of_a_type_has_no_lines() -> None:
    """One import would take the place of the other."""
    files = FILES | {"date": "a.py"}
    assert recipe_of(Call("date", (date(2020, 1, 1),)), files=files) == Recipe()
    assert recipe_of(Call("date", (1,)), files=files).text.splitlines()[-1] == "date(1)"


def test_a_drawn_array_within_an_instance_is_drawn_again() -> None:
    """As within a list."""
    draws = Draws(7)
    x = draws.normal(size=30)
    text = recipe_of(Call("f", (Point(1, [x]),)), draws=draws).text
    assert text.splitlines()[-1] == "f(Point(x=1, y=[x_y_0]))"


def test_what_was_drawn_is_drawn_again_and_the_rest_is_written_out() -> None:
    """The generator draws in the same order, and each array has a name of its own."""
    draws = Draws(7)
    draws.normal(size=3)
    x, y = draws.normal(size=(40, 50)), draws.integers(0, 9, size=(40,))
    mixed = recipe_of(Call("f", (x,), {"pair": [y, np.zeros(2)], "z": y}), draws=draws)
    args, kwargs = make(mixed)
    assert same((args, kwargs), ((x,), {"pair": [y, np.zeros(2)], "z": y}))
    assert "rng.normal(size=(40, 50))" in mixed.text
    assert mixed.written_out
    assert not recipe_of(Call("f", (x, 0.1)), draws=draws).written_out
    changed = draws.normal(size=2)
    changed *= 2
    assert same(make(recipe_of(Call("f", (changed,)), draws=draws))[0], (changed,))


def test_an_array_of_many_entries_and_few_values_is_short() -> None:
    """Labels, one-hot rows and constants are not written entry by entry."""
    labels = np.arange(400).reshape(20, 20) % 3
    for array in (labels, np.eye(20), np.full((20, 20), 0.25, dtype="float32")):
        recipe = recipe_of(Call("f", (array,)))
        assert same(make(recipe)[0], (array,))
        assert len(recipe.text) < 2_000


def test_a_recipe_that_would_be_cut_is_left_out() -> None:
    """A part of it would be of no use."""
    assert recipe_of(Call("f", (np.random.default_rng(1).normal(size=600),))) == Recipe()
    assert recipe_of(Call("f", ("x" * MAX_RECIPE,))) == Recipe()
    assert recipe_of(Call("f", (object(),))) == Recipe()


@pytest.mark.parametrize(
    ("calls", "lines"),
    [
        ([Call("f", (1.5,), {"y": 2})], ["from a import f", "f(1.5, y=2)"]),
        ([Call("f", (1.5,), keep=1)], ["from a import f", "kept_1 = f(1.5)"]),
        (
            [Call("f", (Seeded(3),))],
            ["import numpy as np", "from a import f", "f(np.random.default_rng(3))"],
        ),
        (
            [Call("f", (SQUARE,))],
            ["from a import f", "def square(x):", "    return x * x", "", "f(square)"],
        ),
        ([Call("f", (SourceFunction("own", "…"),))], ["from a import f, own", "f(own)"]),
        (
            [Call("f", (SourceFunction("other", "…"),))],
            ["from a import f", "from b import other", "f(other)"],
        ),
        (
            [
                Call("f", (2,)),
                Call("f", (1,), keep=1, answered=True),
                Call("g", (5,), on=Handle(1)),
            ],
            ["from a import f", "kept_1 = f(1)", "kept_1.g(5)"],
        ),
        (
            [Call("f", (1,), keep=1, answered=True), Call("h", (2, [Handle(1)]))],
            ["from a import f, h", "kept_1 = f(1)", "h(2, [kept_1])"],
        ),
        (
            [Call("f", (1.5,), probe=SourceFunction("go", "def go(module, x):\n    ...\n"))],
            ["import a", "def go(module, x):", "    ...", "", "go(a, 1.5)"],
        ),
    ],
)
def test_every_kind_of_call_has_lines(calls: list[Call], lines: list[str]) -> None:
    """Functions that were passed, objects that stayed in the worker, and small programs."""
    assert recipe_of(*calls).text.splitlines() == lines


def test_keywords_stay_keywords() -> None:
    """A parameter between them that was not passed keeps its default."""
    recipe = recipe_of(Call("f", (1,), {"z": 3}))
    assert make(recipe) == ((1,), {"z": 3})


def run_python(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with Python's standard input, in a folder and without our packages."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-"],
        input=program,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("probed", [False, True])
@pytest.mark.parametrize("name", ["work.py", "my work (1).py", "class.py", "it's.py"])
def test_the_function_comes_from_the_file_that_was_handed_in(
    tmp_path: Path, name: str, probed: bool
) -> None:
    """Pasted into Python in the folder of the file, whatever that is called."""
    (tmp_path / name).write_text("def f(x):\n    return x + 1\n", encoding="utf-8")
    probe = SourceFunction("go", "def go(module, x):\n    return module.f(x)\n")
    recipe = recipe_of(Call("f", (2,), probe=probe if probed else None), files={"f": name})
    *lines, last = recipe.text.splitlines()
    program = "\n".join([*lines, f"print({last})"])
    done = subprocess.run(
        [sys.executable, "-"],
        input=program,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_in_a_notebook_the_function_is_there() -> None:
    """A notebook is not imported; its cells were executed where the lines are pasted."""
    recipe = recipe_of(Call("f", (2,)), files={"f": "a.ipynb"})
    comment, call = recipe.text.splitlines()
    assert comment == "# Paste this where the cells of a.ipynb were executed."
    assert call == "f(2)"


ROUNDS = 3
# Each snippet in a process of its own, forked: a fresh Python takes much longer.
PASTE = """
import json, os, sys
import numpy
sys.path.insert(0, "")
for name, snippet in json.loads({snippets!r}).items():
    sys.stdout.flush()
    child = os.fork()
    if not child:
        numpy.seterr(all="ignore")
        ended = ""
        try:
            exec(snippet, {{"__name__": "__main__"}})
        except BaseException as error:
            ended = type(error).__name__
        os.write(3, (json.dumps([name, ended]) + "\\n").encode())
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_is_shown_of_every_check_runs_where_it_is_pasted(
    grade: Callable[..., ScoreReport],
    course: Course,
    solution: Callable[[str], str],
    tmp_path: Path,
    number: int,
) -> None:
    """With a mistake in every function, all lines run beside the files and end as the call did."""
    sources = make_mistakes(course, solution, number / ROUNDS)
    for exercise, source in sources.items():
        (tmp_path / f"{exercise}.py").write_text(source, encoding="utf-8")
    checks = {c.id: c for c in build_report(grade(**sources)).checks() if c.feedback.repeat}
    snippets = json.dumps({name: check.feedback.repeat for name, check in checks.items()})
    (tmp_path / "paste.py").write_text(PASTE.format(snippets=snippets), encoding="utf-8")
    answers = tmp_path / "answers"
    command = f"{shlex.quote(sys.executable)} paste.py > printed 3> answers"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, check=True)
    ended = dict(map(json.loads, answers.read_text(encoding="utf-8").splitlines()))
    assert ended.keys() == checks.keys()
    assert len({check.function for check in checks.values()}) >= 30
    raised = {name: check.feedback.raised.partition(":")[0] for name, check in checks.items()}
    assert {name: kind for name, kind in ended.items() if kind != raised[name]} == {}
