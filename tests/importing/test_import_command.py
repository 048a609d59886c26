"""`grade import`: whole assignments become courses that load, and grade as they did."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from support import assignments
from support.assignments import answer, code, graded, prose, save
from support.golden import Goldens
from support.here import grade_here
from support.running import assert_one_line

from grader.importing.listing import _escape

BUILT = [
    prose("# Built"),
    code("import otter\ngrader = otter.Notebook()"),
    prose("Write `half`."),
    code("def half(x):\n    return x / 2"),
    code('grader.check("q1")'),
]
SESSIONS = [(">>> half(4)\n2.0", False), (">>> assert half(1) == 0.5", True)]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def submit(course: str, folder: str | Path) -> str:
    """Return the score that a folder gets."""
    done = grade_here("submit", folder, "--course", course, "--fail-under", "0")
    assert done.returncode == 0, done.output
    return done.stdout


def test_an_assignment_of_nbgrader_becomes_a_course(golden: Goldens) -> None:
    """Visible and hidden tests are checks, and the solution gets all their points."""
    save(Path("recipes.ipynb"), assignments.RECIPES)
    done = grade_here("import", "recipes.ipynb")
    assert done.returncode == 0, done.output
    assert "The solution gets 6 of 6 points.\n\nNext" in done.stdout
    golden.check("import_nbgrader.txt", done.stdout.encode())
    for kind, file in (
        ("suite", "suites/recipes/test_recipes.py"),
        ("solution", "solutions/recipes.py"),
        ("page", "IMPORT.md"),
        ("manifest", "course.toml"),
    ):
        golden.check(f"import_nbgrader_{kind}.txt", Path("recipes", file).read_bytes())


def test_an_assignment_of_otter_becomes_a_course(golden: Goldens) -> None:
    """A variable becomes a function that returns it."""
    save(Path("walks.ipynb"), assignments.WALKS)
    done = grade_here("import", "walks.ipynb")
    assert done.returncode == 0, done.output
    assert "The solution gets 6 of 6 points.\n\nNext" in done.stdout
    golden.check("import_otter.txt", done.stdout.encode())
    golden.check("import_otter_suite.txt", Path("walks/suites/walks/test_walks.py").read_bytes())
    golden.check("import_otter_solution.txt", Path("walks/solutions/walks.py").read_bytes())


def test_a_wrong_answer_loses_points_as_it_did_before() -> None:
    """The imported checks tell right from wrong."""
    save(Path("recipes.ipynb"), assignments.RECIPES)
    grade_here("import", "recipes.ipynb", "--no-check")
    text = Path("recipes/solutions/recipes.py").read_text(encoding="utf-8")
    Path("work").mkdir()
    Path("work/recipes.py").write_text(text.replace("raise ValueError(unit)", "return 0"))
    shown = submit("recipes", "work")
    assert "5.25 / 6" in shown
    Path("work/recipes.py").write_text(text.replace("weights / weights.sum()", "weights"))
    assert "4 / 6" in submit("recipes", "work")


def test_stubs_are_up_to_date_and_earn_nothing() -> None:
    """They are made as `grade stubs` makes them."""
    save(Path("recipes.ipynb"), assignments.RECIPES)
    grade_here("import", "recipes.ipynb", "--no-check")
    checked = grade_here("stubs", "--check", "--course", "recipes")
    assert checked.returncode == 0, checked.output
    stub = Path("recipes/exercises/recipes.py").read_text(encoding="utf-8")
    assert "UNITS[unit]" not in stub
    assert "return name.upper()" not in stub  # needed by nothing
    assert "0 / 6" in submit("recipes", "recipes/exercises")


def test_the_older_form_of_otter_is_read() -> None:
    """Questions begin in Markdown, tests with a comment."""
    save(Path("old.ipynb"), assignments.OLD_WALKS)
    done = grade_here("import", "old.ipynb")
    assert "3 checks (2 visible, 1 hidden), 3 points; 0 tests not translated" in done.stdout
    assert "The solution gets 3 of 3 points." in done.stdout


@pytest.mark.parametrize("place", ["files", "metadata"])
def test_a_built_assignment_is_read(place: str) -> None:
    """With tests beside the notebook, or in its metadata."""
    text = assignments.ok_file("q1", SESSIONS)
    if place == "files":
        save(Path("built/built.ipynb"), BUILT)
        Path("built/tests").mkdir()
        Path("built/tests/q1.py").write_text(text, encoding="utf-8")
    else:
        save(Path("built/built.ipynb"), BUILT, otter={"tests": {"q1": text}})
    done = grade_here("import", "built", "-o", "course")
    assert "2 checks (1 visible, 1 hidden), 1 point; 0 tests not translated" in done.stdout
    assert "The solution gets 1 of 1 points." in done.stdout


def test_each_notebook_of_a_folder_is_an_exercise() -> None:
    """What is none is listed."""
    save(Path("ps1/2 - numpy.ipynb"), assignments.RECIPES)
    save(Path("ps1/walks.ipynb"), assignments.WALKS)
    save(Path("ps1/header.ipynb"), [prose("# A header")])
    done = grade_here("import", "ps1", "-o", "course", "--no-check")
    assert "made     exercise_2_numpy: 2 functions" in done.stdout
    assert "made     walks: 2 functions" in done.stdout
    assert "header.ipynb is not an assignment of nbgrader or otter" in done.stdout
    assert sorted(os.listdir("course/solutions")) == ["exercise_2_numpy.py", "walks.py"]


def test_a_class_is_asked_for_through_the_proxy() -> None:
    """Its objects stay in the student's process."""
    stack = (
        "class Stack:\n"
        '    """A stack."""\n\n'
        "    def __init__(self):\n"
        "        self.items = []\n\n"
        "    def push(self, item):\n"
        "        self.items.append(item)\n\n"
        "    def pop(self):\n"
        "        return self.items.pop()\n\n"
        "    def __len__(self):\n"
        "        return len(self.items)\n"
    )
    tests = (
        "s = Stack()\n"
        "s.push(3)\n"
        "s.push(4)\n"
        "assert s.pop() == 4\n"
        "assert s.items == [3, 4]\n"
        "### BEGIN HIDDEN TESTS\n"
        "assert Stack().items == []\n"
        "### END HIDDEN TESTS\n"
    )
    save(Path("stack.ipynb"), [answer(stack), graded(tests, points=3)])
    done = grade_here("import", "stack.ipynb")
    assert "3 checks (2 visible, 1 hidden), 3 points; 0 tests not translated" in done.stdout
    assert "The solution gets 3 of 3 points." in done.stdout


def test_the_list_shows_which_check_the_solution_fails() -> None:
    """Also where a single visible test earns nothing, since it can be answered from memory."""
    cells = [answer("def f(x):\n    return x + 1"), graded("assert f(1) == 2\nassert f(2) == 4")]
    save(Path("wrong.ipynb"), cells)
    done = grade_here("import", "wrong.ipynb")
    assert done.returncode == 0
    assert "The solution gets 0 of 1 points." in done.stdout
    assert "wrong/f/visible_1: Passed; it earns its points once checks" in done.stdout
    assert "wrong/f/visible_2: f(2) is wrong" in done.stdout


def test_a_students_version_is_named_as_such() -> None:
    """Without solutions there is nothing to check the skeleton with."""
    cells = [
        answer("def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"),
        graded("assert f(1) == 2"),
    ]
    save(Path("release.ipynb"), cells)
    done = grade_here("import", "release.ipynb", "--no-check")
    assert "write the solution of f: it has none" in done.stdout


@pytest.mark.slow
def test_hidden_tests_do_not_get_into_a_kit() -> None:
    """Neither checks nor comments, wherever they are in the suite."""
    hidden = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS\n"
    cells = [
        answer("def f(x):\n    return x"),
        graded("assert f(1) == 1\n" + hidden.format("assert f is 123456\nassert f(234567) != 1")),
        graded(hidden.format("assert f is 345678") + "assert f(2) == 2"),
        graded(hidden.format("assert 456789")),
    ]
    save(Path("secret.ipynb"), cells)
    grade_here("import", "secret.ipynb", "--no-check")
    suite = Path("secret/suites/secret/test_secret.py").read_text(encoding="utf-8")
    secrets = ("123456", "234567", "345678", "456789")
    assert all(secret in suite for secret in secrets)
    done = grade_here("release", "kit", "--course", "secret")
    assert done.returncode == 0, done.output
    handed_out = b"".join(path.read_bytes() for path in Path("kit").rglob("*") if path.is_file())
    assert b"f(2)" in handed_out
    assert not [secret for secret in secrets if secret.encode() in handed_out]


def test_a_comment_has_the_lines_before_the_assertion() -> None:
    """Below the function that they name, also where the assertion does not."""
    draws = "import random\nmany = [f(random.random()) for _ in range(5)]\nassert len(many) == 6"
    cells = [answer("def f(x):\n    return x"), graded("assert f(1) == 1"), graded(draws)]
    save(Path("draws.ipynb"), cells)
    grade_here("import", "draws.ipynb", "--no-check")
    suite = Path("draws/suites/draws/test_draws.py").read_text(encoding="utf-8")
    above, comment = suite.split("    # TODO: not translated, because it ")
    assert "class TestF:" in above
    assert comment.split("\n")[1:] == [*(f"    #     {line}" for line in draws.split("\n")), ""]


def test_the_page_shows_code_as_it_is_and_no_tags() -> None:
    """Within backticks a sign is shown as it is written."""
    cells = [
        prose("# A <b>"),
        answer("def f(x):\n    return x"),
        graded("assert f(1) == 1"),
        graded("assert 1 < f\nassert f < '`<`'"),
    ]
    save(Path("tags.ipynb"), cells)
    grade_here("import", "tags.ipynb", "--no-check")
    page = Path("tags/IMPORT.md").read_text(encoding="utf-8")
    assert "- test: `assert 1 < f`: it " in page
    assert "- test: ``` assert f < '`<`' ```: it " in page
    assert _escape("<b> `a < b` < ``c ` < d`` ` <") == ("&lt;b> `a < b` &lt; ``c ` < d`` ` &lt;")


def test_the_page_names_no_path_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes with the course: its commands name plain `grade` and work in the course's folder."""
    monkeypatch.setenv("PATH", "")
    save(
        Path("here.ipynb"),
        [answer("def f(x):\n    return x"), graded("assert f(1) == 1\nassert f(2) == 2")],
    )
    done = grade_here("import", "here.ipynb", "--no-check")
    assert done.returncode == 0, done.output
    page = Path("here/IMPORT.md").read_text(encoding="utf-8")
    assert sys.prefix not in page
    assert str(Path.cwd()) not in page
    (block,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    commands = [line for line in block.splitlines() if not line.startswith("#")]
    assert commands[0] == "grade submit solutions --course ."
    monkeypatch.chdir("here")
    for command in commands[:2]:
        assert grade_here(*command.split()[1:]).returncode == 0


@pytest.mark.slow
def test_the_list_counts_the_checks_that_verify_counts() -> None:
    """Of values, with arguments that are the same for every seed."""
    cells = [
        answer("def f(x):\n    return x\n\ndef g():\n    return 3\n"),
        answer("class Bag:\n    def __init__(self):\n        pass\n\n    def size(self):\n"
               "        return 0\n"),
        graded("assert f(1) == 1\nassert f(2) == 2\nassert f(3) > 2\nassert g() == 3", points=4),
        graded("import numpy as np\nv = np.random.rand(2)\nassert np.allclose(f(v), v)"),
        graded("bag = Bag()\nassert bag.size() == 0"),
    ]  # fmt: skip
    save(Path("same.ipynb"), cells)
    done = grade_here("import", "same.ipynb", "--no-check")
    assert "draw inputs from `rng` in 2 checks, which ask every student the same" in done.stdout
    verified = grade_here("verify", "--course", "same")
    assert verified.output.count("are the same for every seed") == 2


def test_a_missing_package_is_named() -> None:
    """Instead of a score that is not the solution's."""
    cells = [
        code("import no_such_package_here as none"),
        answer("def f(x):\n    return none.f(x)"),
        graded("assert f(1) == 2"),
    ]
    save(Path("pack.ipynb"), cells)
    done = grade_here("import", "pack.ipynb")
    assert done.returncode == 0
    assert "The solution was not graded: install no_such_package_here first." in done.stdout


def test_modules_beside_the_notebook_are_provided() -> None:
    """They are copied, and are no packages to install."""
    Path("units.py").write_text("STONE = 6.35\n", encoding="utf-8")
    cells = [
        code("import units"),
        answer("def f(x):\n    return x * units.STONE"),
        graded("assert f(0) == 0\nassert f(1) == 6.35"),
    ]
    save(Path("stones.ipynb"), cells)
    done = grade_here("import", "stones.ipynb", "--no-check")
    assert "units.py is copied into provided/, unchanged" in done.stdout
    assert Path("stones/provided/units.py").read_text(encoding="utf-8") == "STONE = 6.35\n"
    assert "packages = []" in Path("stones/course.toml").read_text(encoding="utf-8")


def test_a_full_folder_is_refused() -> None:
    """Nothing of an author's is overwritten."""
    save(Path("recipes.ipynb"), assignments.RECIPES)
    Path("recipes").mkdir()
    Path("recipes/mine.txt").write_text("mine", encoding="utf-8")
    done = grade_here("import", "recipes.ipynb")
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "recipes is not empty" in done.stderr
    assert os.listdir("recipes") == ["mine.txt"]


def test_a_folder_is_not_written_into_itself() -> None:
    """By default the course has the assignment's name, or a name beside it."""
    save(Path("recipes/recipes.ipynb"), assignments.RECIPES)
    done = grade_here("import", "recipes", "--no-check")
    assert done.returncode == 0, done.output
    assert Path("recipes_course/course.toml").is_file()


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([code("x = 1")], "is not an assignment of nbgrader or otter"),
        ([answer("x = 1"), graded("print(x)")], "has nothing that a check could grade"),
        ([answer("def f(:\n  pass"), graded("assert f(1) == 1")], "is not valid Python"),
        ([answer("def f(x):\n    print x"), graded("assert f(1) == 1")], "is not valid Python"),
        ([answer("x = x + 1"), graded("assert x == 1")], "its cell needs x"),
        ([answer("def f():\n    pass")], "it has no tests"),
    ],
)
def test_what_cannot_be_imported_gets_one_line(cells: list[assignments.Cell], why: str) -> None:
    """And nothing is written."""
    save(Path("odd.ipynb"), cells)
    done = grade_here("import", "odd.ipynb")
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert why in done.stderr
    assert os.listdir() == ["odd.ipynb"]
