"""Notebooks of other graders as text: cells, marks, points, and what is hostile."""

from __future__ import annotations

import ast
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import assignments
from support.assignments import answer, case, code, graded, ok_file, prose, question, raw, save

from grader.course.stubs import find_gaps
from grader.errors import CourseError
from grader.importing import cells
from grader.importing.cells import read_notebook
from grader.importing.otter import clean_solution
from grader.importing.parts import Assignment, GradedCell, share, share_points
from grader.importing.reading import read_assignments
from grader.importing.skeleton import Made, make_course, make_exercise


def read(path: Path, listed: list[assignments.Cell], **metadata: object) -> Assignment:
    """Return the only assignment of some cells."""
    (found,), _ = read_assignments(save(path / "one.ipynb", listed, **metadata))
    return found


def hidden_text(test: GradedCell) -> list[str]:
    """Return the lines of a test that students do not see."""
    lines = enumerate(test.text.split("\n"), start=1)
    return [line for number, line in lines if number in test.hidden]


def test_marks_of_nbgrader_are_resolved(tmp_path: Path) -> None:
    """Also without a space, and of schemes for markers."""
    found = read(
        tmp_path,
        [
            prose("## Second\n"),
            prose("# First of *all* <b>!</b>"),
            answer(
                "def f():\n    ###BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
                "    ### BEGIN MARK SCHEME\n    # one point\n    ### END MARK SCHEME"
            ),
            graded(
                "assert f()\n###BEGIN HIDDEN TESTS\nassert f() == 1\n###END HIDDEN TESTS\nassert 2",
                points=1.5,
            ),
        ],
    )
    assert found.kind == "nbgrader"
    assert found.title == "First of all !"
    assert found.codes[0].text == "def f():\n    return 1"
    (test,) = found.tests
    assert test.points_c == 150
    assert [line for line in hidden_text(test) if not line.startswith("#")] == ["assert f() == 1"]


def test_parts_graded_by_hand_are_listed(tmp_path: Path) -> None:
    """Text, code and tasks, each with its points."""
    manual = {"grade": True, "solution": True, "points": 2}
    task = {"grade": False, "solution": False, "task": True, "points": 4, "grade_id": "draw"}
    found = read(
        tmp_path,
        [
            prose("because", nbgrader={**manual, "grade_id": "why"}),
            code("pass", nbgrader={**manual, "points": 1, "grade_id": "how"}),
            prose("Draw.", nbgrader=task),
        ],
    )
    assert found.left_out == (
        "why: text graded by hand, 2 points",
        "how: code graded by hand, 1 point",
        "draw: text graded by hand, 4 points",
    )


def test_marks_of_otter_are_resolved() -> None:
    """The solution is what otter gives to graders."""
    text = (
        "x = 2 # SOLUTION\n"
        "np.random.seed(4) # SEED\n"
        "y = 3 # SOLUTION NO PROMPT\n"
        '""" # BEGIN PROMPT\ny = ...\n"""; # END PROMPT\n'
        "# BEGIN SOLUTION NO PROMPT\n"
        "z = 4\n"
        "# END SOLUTION\n"
        "# BEGIN IGNORE\nz = 5\n# END IGNORE\n"
        "print(z) # IGNORE\n"
    )
    assert clean_solution(text) == "x = 2\nnp.random.seed(4)\ny = 3\nz = 4\n"


@pytest.mark.parametrize(
    ("config", "own", "points"),
    [
        ("points: 3", [None, None], [150, 150]),
        ("points: 3", [1, None], [100, 200]),
        ("", [None, None, None], [33, 33, 34]),
        ("", [2, None], [200, 0]),
        ("points:\n  - 2\n  - 0.5", [None, None], [200, 50]),
        ("points:\n  each: 2", [None, None], [200, 200]),
        ("points: [", [None], [100]),
    ],
)
def test_points_of_otter_are_those_of_its_cases(
    tmp_path: Path, config: str, own: list[float | None], points: list[int]
) -> None:
    """What a case has itself, and equal parts of what is left."""
    tests = [case("f() == 1", **({} if each is None else {"points": each})) for each in own]
    text = "def f():\n    return 1"
    found = read(tmp_path, question(f"name: q1\n{config}", "Write f.", text, *tests))
    assert [test.points_c for test in found.tests] == points


def test_a_question_without_a_solution_has_cells_to_complete(tmp_path: Path) -> None:
    """And its code is what students write."""
    found = read(
        tmp_path,
        [
            code("given = 1"),
            raw("# BEGIN QUESTION\nname: q1"),
            code("z = ..."),
            code('grader.check("q1")'),
            raw("# BEGIN TESTS"),
            case("z == 2"),
            raw("# END TESTS"),
            raw("# END QUESTION"),
        ],
    )
    assert [(part.text, part.asked) for part in found.codes[:2]] == [
        ("given = 1", False),
        ("z = ...", True),
    ]
    assert not found.codes[2].asked


def test_results_that_a_notebook_shows_are_what_is_right(tmp_path: Path) -> None:
    """A condition is true where the notebook was saved without results."""
    cases = [case("f(2)", "4"), case("f(2) == 4"), case("f(2)"), case("# HIDDEN\nf(3)", "9")]
    text = "def f(x):\n    return x * x"
    found = read(tmp_path, question("name: q1", "Write f.", text, *cases))
    wants = [list(test.wants.values()) for test in found.tests]
    assert wants == [["4\n"], ["True"], [""], ["9\n"]]
    assert [bool(test.hidden) for test in found.tests] == [False, False, False, True]


def test_files_with_test_functions_are_read(tmp_path: Path) -> None:
    """Each has a decorator with its settings."""
    cells_ = [prose("# One"), code("def f(x):\n    return x"), code("grader.check('q1')")]
    tests = (
        "from otter.test_files import test_case\n\nOK_FORMAT = False\nname = 'q1'\npoints = 4\n\n"
        "@test_case(points=None, hidden=False)\ndef test_public(f):\n    assert f(1) == 1\n\n"
        "@test_case(points=1, hidden=True)\ndef test_hidden(f):\n    assert f(2) == 2\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(tests, encoding="utf-8")
    found = read(tmp_path, cells_)
    assert [test.points_c for test in found.tests] == [300, 100]
    assert [bool(test.hidden) for test in found.tests] == [False, True]


@pytest.mark.parametrize("tests", ["test = {", "test = open('x')", "{", "test = {'suites': 5}"])
def test_a_file_of_tests_that_cannot_be_read_is_listed(tmp_path: Path, tests: str) -> None:
    """Nothing in it is executed."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(tests, encoding="utf-8")
    found = read(tmp_path, [code("def f(x):\n    return x"), code("grader.check('q1')")])
    assert not found.tests
    assert found.left_out or "suites" in tests


def test_only_tests_that_the_notebook_runs_are_its_own(tmp_path: Path) -> None:
    """Two notebooks may share a folder of tests."""
    (tmp_path / "tests").mkdir()
    for name in ("q1", "q2"):
        text = ok_file(name, [(">>> f(1)\n1", False)])
        (tmp_path / "tests" / f"{name}.py").write_text(text, encoding="utf-8")
    listed = [code("def f(x):\n    return x"), code("ok.grade('q1')"), code("ok.grade('q3')")]
    found = read(tmp_path, listed)
    assert [test.question for test in found.tests] == ["q1"]
    assert found.left_out == ("q3: there are no tests of it",)


def test_format_3_is_read(tmp_path: Path) -> None:
    """Old notebooks have worksheets, and headings that are cells."""
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]},
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["def f(x):\n", "    return x"],
                        "language": "python",
                        "metadata": answer("")["metadata"],
                        "outputs": [],
                    },
                ],
            }
        ],
    }
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old), encoding="utf-8")
    (found,), _ = read_assignments(path)
    assert found.title == "Old"
    assert found.codes[0].text == "def f(x):\n    return x"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{nope", "is not valid JSON"),
        (b"\xff\xfe", "is not text in UTF-8"),
        (b"[1, 2]", "is not a notebook"),
        (b"5", "is not a notebook"),
        (b"[" * 100_000, "is not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is not a notebook"),
        (b'{"nbformat": 9, "cells": []}', "is not a notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 4, "cells": [5]}', "is not a notebook"),
        (
            b'{"nbformat": 4, "nbformat_minor": 4, "cells": [{"cell_type": "code", "source": 5}]}',
            "is not a notebook",
        ),
        (
            b'{"nbformat": 4, "nbformat_minor": 4, "metadata": {"kernelspec": {"language": "R"}},'
            b' "cells": []}',
            "is a notebook in R, not in Python",
        ),
    ],
)
def test_what_is_no_notebook_gets_one_line(tmp_path: Path, content: bytes, why: str) -> None:
    """With its name."""
    path = tmp_path / "odd.ipynb"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=why) as raised:
        read_notebook(path)
    assert "odd.ipynb" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is read, or before its cells are looked at."""
    path = save(tmp_path / "large.ipynb", [raw("x"), raw("y")])
    monkeypatch.setattr(cells, "MAX_CELLS", 1)
    with pytest.raises(CourseError, match="has 2 cells; 1 can be read"):
        read_notebook(path)
    monkeypatch.setattr(cells, "MAX_BYTES", 10)
    with pytest.raises(CourseError, match="is larger than"):
        read_notebook(path)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none", "none does not exist"),
        ("text.txt", "is not a notebook"),
        (".", "has no notebook"),
    ],
)
def test_a_path_that_is_no_assignment_gets_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    """With what to name instead."""
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CourseError, match=why):
        read_assignments(Path(name))


_VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
_CELL = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "odd"]),
        "source": st.one_of(
            st.sampled_from(
                [
                    "# BEGIN QUESTION\nname: q1",
                    "# BEGIN QUESTION\npoints: [1, {",
                    "# END QUESTION",
                    "# BEGIN TESTS",
                    "# BEGIN SOLUTION",
                    "```\nBEGIN QUESTION\n```",
                    "## Test ##\nf(1)",
                    "def f(x):\n    return x",
                    "def f(x): return x; y = 1",
                    "class f:\n    def g(self): pass",
                    "x = 1\ny = x + f(2)",
                    'x = """a\nb"""\nz = \'\\\\\'',
                    "f = lambda v, w=(1, 2): v",
                    "assert f(1) == 1\nassert x == 2\nassert y > 1, \"say 'a'\"",
                    "assert f(1).a == f(x).b()",
                    'grader.check("q1")',
                ]
            ),
            st.text(max_size=30),
            _VALUE,
        ),
        "metadata": st.one_of(
            st.just({"nbgrader": {"grade": True, "points": 1}}),
            st.just({"nbgrader": {"solution": True}}),
            st.dictionaries(st.sampled_from(["nbgrader", "otter", "x"]), _VALUE, max_size=2),
        ),
        "outputs": _VALUE,
    }
)


@given(st.lists(_CELL, max_size=8), _VALUE)
def test_any_notebook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, listed: list[object], otter: object
) -> None:
    """Whatever its cells and its metadata are; what is made of it is Python."""
    path = tmp_path_factory.mktemp("any") / "any.ipynb"
    whole = {"nbformat": 4, "nbformat_minor": 4, "metadata": {"otter": otter}, "cells": listed}
    path.write_text(json.dumps(whole), encoding="utf-8")
    with contextlib.suppress(CourseError):
        (found,), _ = read_assignments(path)
        made = make_exercise(found, "any")
        if isinstance(made, Made):
            assert not find_gaps(made.solution)
            files = make_course("any", found.title, [made], {})
            for file, text in files.items():
                if file.suffix == ".py":
                    ast.parse(text)


@given(st.integers(0, 10_000), st.integers(1, 50))
def test_points_are_shared_without_a_rest(points: int, among: int) -> None:
    """In hundredths, as equal as they can be."""
    parts = share(points, among)
    assert sum(parts) == points
    assert max(parts) - min(parts) <= 1


@given(st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=1), st.integers(0, 5000))
def test_cases_without_points_share_what_is_left(own: list[int | None], total: int) -> None:
    """And never less than nothing."""
    points = share_points(own, total)
    known = sum(each for each in own if each is not None)
    if None in own:
        assert sum(points) == max(total, known)
    assert all(each >= 0 for each in points)
    assert [p for p, o in zip(points, own, strict=True) if o is not None] == [
        o for o in own if o is not None
    ]
