"""What is handed out: the kit that students get, what is refused, and Gradescope's zip."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import click
import nbformat
import pytest
from msgspec.structs import replace
from support.courses import make_stubs, write_thermometer
from support.here import grade_here
from support.samples import sample
from support.shared import share_folder

from grader import __version__
from grader.cli.main import main
from grader.course.manifest import load_course, write_manifest
from grader.engine import Grader
from grader.errors import GraderError
from grader.files import write_folder
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.release.autograder import pack_autograder
from grader.release.excerpt import make_excerpt
from grader.release.release import Release
from grader.release.wheel import make_wheel
from grader.report import build_report
from grader.scoring import leave_out_withheld
from grader.submissions.reader import read_submission
from grader.writers.words import number

ROOT = Path(__file__).resolve().parents[2]
GRADE = str(Path(sys.executable).with_name("grade"))
WHEEL = f"wheels/{make_wheel('kit').name}"
VERSION = WHEEL.split("-")[1]
# Most of the search for leaks is in the wheel. A kit that is made so has none.
WITHOUT_WHEEL = ("--install", "backprop-grader")


def run(
    *command: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command, in a process of its own where it is another grader's."""
    if env is None:
        return grade_here(*command, cwd=cwd or ".")
    return subprocess.run(
        [GRADE, *map(str, command)],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def kit(kit_of_course: Path) -> Path:
    """The kit of this project's course."""
    return kit_of_course


@pytest.fixture(scope="module")
def kit_grader(kit_of_course: Path) -> Grader:
    """A grader that has the kit alone."""
    with Grader(load_course(kit_of_course / "course.toml")) as grader:
        yield grader  # type: ignore[misc]


@pytest.fixture
def thermometer(tmp_path: Path) -> Path:
    """A small course of another author."""
    folder = tmp_path / "thermometer"
    write_thermometer(folder)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, its kit and the kit's grader, which no test may change."""

    def make(folder: Path) -> None:
        write_thermometer(folder / "thermometer")
        done = run("release", folder / "kit", "--course", folder / "thermometer")
        assert done.returncode == 0, done.stderr
        with zipfile.ZipFile(folder / "kit" / WHEEL) as archive:
            archive.extractall(folder / "engine")

    return share_folder(tmp_path_factory, "made", make)


@pytest.fixture(scope="module")
def engine(made: Path) -> dict[str, str]:
    """An environment in which `grade` is the grader of the kit."""
    return {**os.environ, "PYTHONPATH": str(made / "engine")}


@pytest.fixture
def small_kit(made: Path, tmp_path: Path) -> Path:
    """The kit of the small course, to be changed."""
    return Path(shutil.copytree(made / "kit", tmp_path / "kit"))


@pytest.fixture
def bare_kit(small_kit: Path) -> Path:
    """The same without its wheel, which takes longest to be searched."""
    shutil.rmtree(small_kit / "wheels")
    return small_kit


def grade_folder(grader: Grader, folder: Path) -> ScoreReport:
    return grader.grade(read_submission(folder, grader.course))


# A student's path


@pytest.mark.slow
def test_a_kit_holds_the_named_files_and_nothing_else(kit: Path, course: Course) -> None:
    """Stubs, notebooks, derivations, suites, a manifest, a README and the grader."""
    names = [exercise.name for exercise in course.exercises]
    expected = {"README.md", "course.toml", "pytest.ini", ".vscode/settings.json", WHEEL}
    expected |= {"exercises/examples.py", "exercises/.stubs/VERSION"}
    for name in names:
        for folder in ("exercises", "exercises/.stubs"):
            expected |= {f"{folder}/{name}.py", f"{folder}/notebooks/{name}.ipynb"}
        expected |= {f"exercises/derivations/{name}.html"}
        expected |= {f"suites/{name}/test_{name}.py", f"suites/{name}/mistakes.json"}
    found = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}
    assert {name for name in found if "__pycache__" not in name} == expected


@pytest.mark.slow
def test_the_same_course_gives_the_same_bytes(small_kit: Path, thermometer: Path) -> None:
    """A kit has no times and no random order in it."""
    again = small_kit.with_name("again")
    assert run("release", again, "--course", thermometer).returncode == 0
    files = [path.relative_to(again) for path in again.rglob("*") if path.is_file()]
    assert len(files) == 11
    for name in files:
        assert (again / name).read_bytes() == (small_kit / name).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["exercises", "exercises/notebooks"])
def test_what_is_handed_out_scores_nothing(kit: Path, kit_grader: Grader, folder: str) -> None:
    """Stubs and notebooks are out of 100 points and earn none."""
    report = grade_folder(kit_grader, kit / folder)
    assert (report.score_c, report.max_score_c) == (0, 10_000)


@pytest.mark.slow
def test_the_solutions_get_every_point_that_a_kit_can_decide(kit_grader: Grader) -> None:
    """All visible checks pass; the hidden ones count, earn nothing and were not run."""
    report = grade_folder(kit_grader, ROOT / "solutions")
    decided = leave_out_withheld(report)
    assert decided.score_c == decided.max_score_c == report.score_c
    assert decided.percent == 100
    assert 2_000 < report.score_c < 5_000
    assert report.max_score_c == 10_000
    assert report.percent == report.score_c / 100


@pytest.mark.slow
def test_a_kits_report_names_what_it_could_not_run(kit_grader: Grader, grader: Grader) -> None:
    """Same ids, titles and points as the instructor's report; hidden ones are `not_run`."""
    stub = SourceFile("forward.py", (ROOT / "exercises" / "forward.py").read_bytes())
    submission = Submission("one", (stub,))

    def rows(one: Grader) -> dict[str, tuple[str, float]]:
        report = build_report(one.grade(submission, exercises=("forward",)), "student")
        outcomes.append({check.id: check.outcome for check in report.checks()})
        return {check.id: (check.title, check.max_score) for check in report.checks()}

    outcomes: list[dict[str, str]] = []
    assert rows(kit_grader) == rows(grader)
    assert outcomes[0]["forward/affine_forward/z_values"] == "not_implemented"
    assert outcomes[0]["forward/affine_forward/square_case"] == "not_run"


@pytest.mark.slow
def test_submit_with_a_kit_says_who_decides_the_rest(kit: Path, tmp_path: Path) -> None:
    """One line: the visible points, and what the hidden checks decide."""
    path = tmp_path / "report.json"
    done = run("submit", ROOT / "solutions", "--course", kit, "--report", path)
    assert done.returncode == 0, done.stderr
    report = json.loads(path.read_text(encoding="utf-8"))
    here, rest = number(report["score"]), number(100 - report["score"])
    said = (
        f"{here} of {here} visible points; "
        f"your instructor's hidden checks decide {rest} of all 100."
    )
    assert said in done.stdout
    assert f"{here} / {here} points   100 %" in done.stdout
    assert report["max_score"] == 100
    untouched = run("submit", kit / "exercises", "--course", kit, "--report", path)
    assert untouched.returncode == 1
    assert f"0 of {here} visible points" in untouched.stdout


def test_with_a_kit_the_way_to_a_second_hint_is_shown(small_kit: Path) -> None:
    """A kit gives no first hint for a wrong value, and a second one with its own course."""
    module = small_kit / "exercises" / "temperature.py"
    wrong = "\n\ndef to_fahrenheit(celsius):\n    return np.asarray(celsius) ** 3 + 5.0\n"
    module.write_text(module.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    done = run("submit", "exercises", "--course", ".", cwd=small_kit)
    assert "temperature/to_fahrenheit  costs" in done.stdout
    assert "    Hint  " not in done.stdout
    assert done.stdout.endswith("Stuck? `grade hint --course .` shows a second hint.\n")
    listed = run("hint", "--course", ".", cwd=small_kit)
    assert listed.stderr == ""
    hinted = run("hint", "to_fahrenheit", "--course", ".", cwd=small_kit)
    assert listed.stdout == hinted.stdout  # it is the only problem
    assert "Second: Make the call under Repeat smaller" in hinted.stdout


@pytest.mark.slow
def test_the_readmes_commands_work_in_a_kit(small_kit: Path, engine: dict[str, str]) -> None:
    """With the kit's grader, each line that grades is run as it is."""
    readme = (small_kit / "README.md").read_text(encoding="utf-8")
    assert f'\n.venv/bin/pip install "./{WHEEL}"\n' in readme
    assert "On Windows type `py -m venv .venv`, and `.venv\\Scripts\\` instead of" in readme
    lines = re.findall(r"grade (submit exercises[^`\n]*)", readme)
    assert len(lines) == 3
    for line in lines:
        done = run(*line.split(), cwd=small_kit, env=engine)
        assert done.returncode == 1, done.stderr
        assert "0 of 1.5 visible points" in done.stdout
    assert (small_kit / "work.zip").is_file()


def test_tests_of_a_students_own_import_the_modules_from_any_folder(small_kit: Path) -> None:
    """With pytest alone, and no setting but that of the kit."""
    (name,) = [path.stem for path in (small_kit / "exercises").glob("temp*.py")]
    (small_kit / "mine").mkdir()
    test = f"import {name}\n\n\ndef test_mine():\n    assert {name}.__doc__\n"
    (small_kit / "mine" / "test_mine.py").write_text(test, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "mine"],
        cwd=small_kit,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


@pytest.mark.slow
def test_the_readme_of_a_kit_names_commands_that_there_are(kit: Path) -> None:
    """And warns of unpacking a newer kit over one with work in it."""
    readme = (kit / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[`/]grade ([a-z]+)", readme))
    assert named >= {"submit", "watch", "reset", "init", "examples"}
    assert named <= set(main.list_commands(click.Context(main)))
    assert "not over it: that would replace your files." in readme


@pytest.mark.slow
def test_the_readme_is_short_and_begins_with_the_first_result(kit: Path) -> None:
    """Ten lines lead to it, on each system; all exercises are there with their points."""
    readme = (kit / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^- `activations` \(`week1`\): 12, [3-6](\.\d+)? here$", readme, re.MULTILINE)
    first = readme.splitlines()[:10]
    assert ".venv/bin/grade submit exercises" in first
    assert first[8].startswith("On Windows")
    assert first[9].startswith("In Colab")
    assert len(readme.split()) <= 350
    assert max(map(len, readme.splitlines())) <= 100


@pytest.mark.slow
def test_a_notebook_of_a_kit_grades_with_the_kit(kit: Path) -> None:
    """Its last cell names the kit's course, and promises no hidden tests."""
    for path in (kit / "exercises" / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        command = notebook.cells[-1].source
        graded = f'display(grade("{path.name}", "{path.stem}", course=kits[0]))'
        assert command.endswith(f"\n    {graded}")
        assert "hidden tests" not in notebook.cells[-2].source
        assert "grades the saved file\nand shows the result here" in notebook.cells[-2].source


@pytest.mark.slow
def test_with_hidden_checks_nothing_is_left_to_the_instructor(thermometer: Path) -> None:
    """The solution gets every point of such a kit; its suites are the course's own."""
    folder = thermometer.with_name("kit")
    done = run("release", folder, "--course", thermometer, "--with-hidden")
    assert done.returncode == 0, done.stderr
    assert load_course(folder / "course.toml").withheld == ()
    suite = "suites/temperature/test_temperature.py"
    assert (folder / suite).read_text() == (thermometer / suite).read_text()
    solved = run("submit", thermometer / "solutions", "--course", folder, cwd=folder)
    assert solved.returncode == 0
    assert "instructor" not in solved.stdout


@pytest.mark.slow
def test_our_own_course_can_be_released_with_hidden_checks(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No suite of ours holds a solution, hidden checks included."""
    make = Grader.make_mistake_tables

    def make_one(grader: Grader, checks: list[str], *secrets: bytes) -> dict[str, str]:
        # Those of all exercises take longer than all the rest.
        return make(grader, [check for check in checks if check.startswith("forward/")], *secrets)

    monkeypatch.setattr(Grader, "make_mistake_tables", make_one)
    draft = Release(course, ROOT / "solutions", with_hidden=True).draft()
    assert draft.findings == ()
    assert {check.id for check in draft.kit.withheld} == set()


# The excerpt

SUITE = '''\
"""The oracle of the hidden check is secret."""

import math
import os.path
from itertools import chain, pairwise

LIMIT = 3
# The next constant belongs to the hidden check.
SECRET = 4
TABLE = {}
TABLE["a"] = LIMIT


def needed(x):
    return math.sqrt(x)  # kept


def unneeded(x):
    return list(pairwise(x)), SECRET


@function("f(x)", points=1)
class TestF:
    size = 2
    hidden_size = 5

    def ask(self, student):
        return student.f(self.size), TABLE

    def ask_secretly(self, student):
        return student.f(self.hidden_size)

    @check(0.5, visible=True)
    def test_seen(self, student):
        """Seen."""
        return self.ask(student), needed(2), list(chain([1]))

    # What comes now is hidden.

    @check(0.5)
    def test_unseen(self, student):
        """Unseen."""
        return self.ask_secretly(student), unneeded(2), os.path


@function("g(x)", points=1)
class TestG:
    @check(1)
    def test_all_hidden(self, student):
        """Hidden."""
        student.g(SECRET)
'''


def test_an_excerpt_has_what_its_checks_need_and_nothing_else() -> None:
    """Imports, constants, helpers and members of a class are followed by name."""
    excerpt = make_excerpt(SUITE, frozenset({("TestF", "test_seen")}), "Seen only.")
    names = {n.name for n in ast.walk(ast.parse(excerpt)) if hasattr(n, "name")}
    assert names == {"math", "chain", "needed", "TestF", "ask", "test_seen"}
    assert ast.get_docstring(ast.parse(excerpt)) == "Seen only."
    assert 'TABLE["a"] = LIMIT' in excerpt
    assert "size = 2" in excerpt
    assert "# kept" in excerpt
    assert not {"secret", "SECRET", "hidden", "Unseen"} & set(excerpt.replace(".", " ").split())


def test_an_excerpt_of_everything_has_every_definition() -> None:
    """Nothing that is needed is lost."""
    kept = frozenset(
        {("TestF", "test_seen"), ("TestF", "test_unseen"), ("TestG", "test_all_hidden")}
    )
    before, after = ast.parse(SUITE), ast.parse(make_excerpt(SUITE, kept, "All."))
    for kind in (ast.FunctionDef, ast.ClassDef):
        names = [
            sorted(n.name for n in ast.walk(t) if isinstance(n, kind)) for t in (before, after)
        ]
        assert names[0] == names[1]


# The manifest of a kit


def test_a_manifest_is_read_back_as_it_was_written(course: Course, tmp_path: Path) -> None:
    """Whatever characters are in it."""
    with Grader(load_course()) as grader:
        hidden = [c for c in grader.collected_checks().values() if c.visibility == "hidden"]
    path = tmp_path / "course.toml"
    path.write_text(write_manifest(course, hidden), encoding="utf-8")
    read = load_course(path)
    # The stubs of a kit have the signatures.
    assert read.withheld == tuple(replace(check, signature="") for check in hidden)
    assert (read.exercises, read.limits, read.title) == (
        course.exercises,
        course.limits,
        course.title,
    )


# Leaks in a course: nothing is written

SOLUTION = "return readings.max(axis=1) - readings.min(axis=1)"
RENAMED = """

def spread(rows):
    '''Another name.'''
    table = np.asarray(rows)  # the same
    print(table)
    return (
        table.max( axis = 1 )
        - table.min(axis=1)
    )
"""
STUB = "exercises/temperature.py"
NOTEBOOK = "exercises/notebooks/temperature.ipynb"
SUITE_FILE = "suites/temperature/test_temperature.py"
VISIBLE = 'close(student.daily_range(readings), want, "the ranges", sizes=sizes)'


def append(name: str, text: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return plant


def substitute(name: str, old: str, new: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return plant


def notebook(*, source: str = "", output: str = "") -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        made = nbformat.v4.new_notebook()
        outputs = [nbformat.v4.new_output("stream", text=output)] if output else []
        made.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
        path = folder / NOTEBOOK
        path.parent.mkdir(exist_ok=True)
        path.write_text(nbformat.writes(made), encoding="utf-8")

    return plant


def helper(text: str, call: str) -> Callable[[Path], None]:
    """Give the visible check of daily_range a helper."""

    def plant(folder: Path) -> None:
        substitute(SUITE_FILE, VISIBLE, f"{VISIBLE}\n        {call}")(folder)
        substitute(SUITE_FILE, '@function("to_f', f'import numpy as np\n{text}\n\n@function("to_f')(
            folder
        )

    return plant


HIDDEN_BODY = """

def again(student, generator):
    numbers = generator.uniform(-5.0, 25.0, size=(4, 4))
    wanted = [max(row) - min(row) for row in numbers.tolist()]
    close(student.daily_range(numbers), wanted, "the ranges")
"""
ORACLE = """

def ranges(table):
    return np.array([max(day) - min(day) for day in table.tolist()])
"""

LEAKS = {
    "a solution in a stub": (
        substitute(STUB, "raise NotImplementedError", "return np.asarray(celsius) * 1.8 + 32.0"),
        f"{STUB} contains the solution's",
    ),
    "a renamed solution in a stub": (append(STUB, RENAMED), f"{STUB} contains the solution's code"),
    "a comment in a stub": (append(STUB, f"\n# {SOLUTION}\n"), f"{STUB} contains the solution's"),
    "a renamed solution in a comment": (
        append(STUB, "\n# t = t * 1\n# return np.asarray(degrees) * 1.8 + 32\n"),
        f"{STUB} contains the solution's code",
    ),
    "a renamed solution in a string": (
        append(STUB, f'\nSECRET = """{RENAMED}"""\n'),
        f"{STUB} contains the solution's code",
    ),
    "a cell of a notebook": (
        notebook(source=RENAMED),
        f"{NOTEBOOK} contains the solution's code",
    ),
    "an output of a notebook": (
        notebook(output=f"def f(x):\n    {SOLUTION}\n"),
        f"{NOTEBOOK} contains the solution's line",
    ),
    "a title of a check": (
        substitute(SUITE_FILE, "Right where there are as many hours as days.", SOLUTION),
        "course.toml contains the solution's line",
    ),
    "a title of an exercise": (
        substitute("course.toml", '"Temperatures"', f'"{SOLUTION}"'),
        "course.toml contains the solution's line",
    ),
    "a helper of a suite": (
        helper(RENAMED, "spread(readings)"),
        f"{SUITE_FILE} contains the solution's code",
    ),
    "a hidden check by another name": (
        notebook(source=HIDDEN_BODY),
        f"{NOTEBOOK} contains a hidden check's",
    ),
    "a right answer of the variants": (
        helper(
            "\n\ndef listed(x):\n    return [max(d) - min(d) for d in np.asarray(x).tolist()]",
            "listed(readings)",
        ),
        f"{SUITE_FILE} contains a right answer's code",
    ),
    "an oracle that is an answer as it stands": (
        helper(ORACLE, "ranges(readings)"),
        f"{SUITE_FILE} contains an answer to daily_range: ranges",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("plant", "said"), LEAKS.values(), ids=LEAKS)
def test_a_leak_in_a_course_is_refused(
    thermometer: Path, plant: Callable[[Path], None], said: str
) -> None:
    """A line for each finding, exit status 3, and nothing is written."""
    plant(thermometer)
    folder = thermometer.with_name("kit")
    done = run("release", folder, "--course", thermometer, *WITHOUT_WHEEL)
    assert done.returncode == 3
    findings = [line for line in done.stderr.splitlines() if line.startswith("finding  ")]
    assert [line for line in findings if said in line], done.stderr
    assert done.stderr.splitlines()[-1].endswith("nothing was written")
    assert "Traceback" not in done.stderr
    assert [path.name for path in folder.parent.iterdir()] == ["thermometer"]


# Leaks in a kit that is there already


def test_nothing_is_found_in_a_kit_as_it_was_written(made: Path) -> None:
    """`--check` passes what was just written, and writes nothing."""
    done = run("release", made / "kit", "--check", "--course", made / "thermometer")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no leak found" in done.stdout


def test_there_has_to_be_a_kit_to_look_into(made: Path) -> None:
    """A mistyped folder is not taken for a kit without leaks."""
    done = run("release", made / "kti", "--check", "--course", made / "thermometer")
    assert done.returncode == 3
    assert "has no kit" in done.stderr


def write_bytes(name: str, content: bytes) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    return plant


HIDDEN_TEST = '''

class TestDailyRange:
    def test_square_table(self):
        """Nothing of it but the name."""
'''

PLANTED = {
    "a solution in the README": (
        append("README.md", f"\nThe answer is:\n\n    {SOLUTION}\n"),
        "README.md contains the solution's line",
    ),
    "a renamed solution in the README": (
        append("README.md", f"\n```python\n{RENAMED.strip()}\n```\n"),
        "README.md contains the solution's code",
    ),
    "the name of a hidden check": (
        append(SUITE_FILE, HIDDEN_TEST),
        f"{SUITE_FILE} contains the hidden check (TestDailyRange.test_square_table",
    ),
    "the body of a hidden check": (
        append(SUITE_FILE, HIDDEN_BODY),
        f"{SUITE_FILE} contains a hidden check's",
    ),
    "the variants": (
        write_bytes("suites/temperature/variants.py", b""),
        "suites/temperature/variants.py is not a file of a kit",
    ),
    "the misconceptions": (
        write_bytes("suites/temperature/misconceptions.py", b""),
        "misconceptions.py is not a file of a kit",
    ),
    "another table of mistakes": (
        write_bytes("suites/temperature/mistakes.json", b'{"T-01": "the offset is missing"}'),
        "suites/temperature/mistakes.json is not a table of known mistakes: ",
    ),
    "a compiled file": (
        write_bytes("exercises/__pycache__/temperature.cpython-311.pyc", b"\xa7\r\r\n"),
        "temperature.cpython-311.pyc is not a file of a kit",
    ),
    "a history": (
        write_bytes(".git/objects/pack/pack-1.pack", b""),
        "is not a file of a new repository",
    ),
    "a solution by its own name": (
        write_bytes("solutions/temperature.py", b""),
        "solutions/temperature.py is not a file of a kit",
    ),
    "bytes that are not text": (
        write_bytes("exercises/temperature.py", b"\xff\xfe"),
        "exercises/temperature.py is not valid UTF-8",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("plant", "said"), PLANTED.values(), ids=PLANTED)
def test_a_leak_in_a_kit_is_found(
    bare_kit: Path, thermometer: Path, plant: Callable[[Path], None], said: str
) -> None:
    """Whatever was put into it by hand: a leak, or a file that no kit has."""
    plant(bare_kit)
    done = run("release", bare_kit, "--check", "--course", thermometer)
    assert done.returncode == 3
    assert said in done.stderr
    assert "do not hand out this kit" in done.stderr


@pytest.mark.slow
def test_a_link_in_a_kit_is_a_finding(bare_kit: Path, thermometer: Path) -> None:
    """A kit with a link to the solutions would be packed with them."""
    (bare_kit / "solutions").symlink_to(thermometer / "solutions")
    done = run("release", bare_kit, "--check", "--course", thermometer)
    assert "solutions is not a file of a kit" in done.stderr


@pytest.mark.slow
def test_what_a_docstring_says_is_no_leak(thermometer: Path) -> None:
    """The formula is in the specification on purpose."""
    path = thermometer / "solutions" / "temperature.py"
    text = path.read_text(encoding="utf-8")
    told = f"    Compute ``{SOLUTION}``.\n\n    Parameters\n    ----------\n    readings"
    old = "    Parameters\n    ----------\n    readings"
    assert old in text
    path.write_text(text.replace(old, told), encoding="utf-8")
    make_stubs(thermometer)
    done = run("release", thermometer.with_name("kit"), "--course", thermometer, *WITHOUT_WHEEL)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_without_solutions_nothing_is_released(thermometer: Path) -> None:
    """Without them a leak could not be recognised."""
    (thermometer / "solutions").rename(thermometer / "elsewhere")
    folder = thermometer.with_name("kit")
    done = run("release", folder, "--course", thermometer, *WITHOUT_WHEEL)
    assert done.returncode == 3
    assert "solutions" in done.stderr
    assert not folder.exists()
    elsewhere = ("--solutions", thermometer / "elsewhere")
    named = run("release", folder, "--course", thermometer, *elsewhere, *WITHOUT_WHEEL)
    assert named.returncode == 0, named.stderr


@pytest.mark.slow
def test_a_solution_that_fails_its_own_visible_check_is_not_released(thermometer: Path) -> None:
    """A kit whose checks judge wrongly helps nobody."""
    substitute("solutions/temperature.py", "+ 32.0", "+ 33.0")(thermometer)
    done = run("release", thermometer.with_name("kit"), "--course", thermometer, *WITHOUT_WHEEL)
    assert done.returncode == 3
    assert "the solution fails temperature/to_fahrenheit/values of the kit" in done.stderr


# Writing


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, thermometer: Path) -> None:
    """Neither a kit nor an autograder replaces anything."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    for options in ((), ("--to", "gradescope")):
        done = run("release", folder, "--course", thermometer, *options)
        assert done.returncode == 3
        assert "is not empty" in done.stderr
        assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_folder_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the last file fails, there is nothing, and nothing is left beside it."""
    files = {PurePosixPath("a/b.txt"): b"1", PurePosixPath("c.txt"): b"2"}
    write_folder(tmp_path / "good", files)
    assert (tmp_path / "good" / "a" / "b.txt").read_bytes() == b"1"
    write = Path.write_bytes

    def fail(path: Path, content: bytes) -> int:
        if path.name == "c.txt":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(GraderError, match="No space left"):
        write_folder(tmp_path / "bad", files)
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


# Gradescope


def unpack(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_autograder_has_all_checks_and_no_right_answer(course: Course) -> None:
    """Suites, hints, the grader, two scripts; neither solutions nor variants; same bytes twice."""
    packed = pack_autograder(course)
    assert packed == pack_autograder(course)
    files = unpack(packed)
    wheel = f"wheels/backprop_grader-{__version__}-py3-none-any.whl"
    assert {name for name in files if not name.startswith("course/")} == {
        "setup.sh",
        "run_autograder",
        wheel,
    }
    for exercise in course.exercises:
        for name in (f"test_{exercise.name}.py", "misconceptions.py"):
            source = course.suites / exercise.name / name
            assert files[f"course/suites/{exercise.name}/{name}"] == source.read_bytes()
    inside = unpack(files[wheel])
    assert "grader/engine.py" in inside
    assert "grader/report.schema.json" in inside
    everything = [*files, *inside]
    assert not [n for n in everything if "variants" in n or "solution" in n or "pycache" in n]


def test_the_autograders_scripts_can_be_executed(course: Course) -> None:
    """Gradescope runs them as they come out of the zip."""
    with zipfile.ZipFile(io.BytesIO(pack_autograder(course))) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in archive.read(name)


FAKE = """\
#!/usr/bin/env bash
# A grader that notes how it was called, and does what the test asks.
printf '%s\\n' "$*" >> "$AUTOGRADER_ROOT/calls"
case "$1" in
  submit) {submit} ;;
  export) {export} ;;
esac
"""
WRITES_REPORT = 'while [ "$1" != --report ]; do shift; done; echo "{}" > "$2"'
WRITES_RESULTS = 'while [ "$1" != -o ]; do shift; done; echo "{\\"score\\": 12.5}" > "$2"'


def run_autograder(
    root: Path, course: Course, submit: str, export: str
) -> tuple[dict[str, object], list[str]]:
    """Run the script in a root of its own, with a fake grader; return results and calls."""
    for name in ("source", "submission", "results", "venv/bin"):
        (root / name).mkdir(parents=True)
    (root / "results" / "results.json").write_text('{"score": 100}')  # of an earlier run
    script = root / "source" / "run_autograder"
    script.write_bytes(unpack(pack_autograder(course))["run_autograder"])
    if submit:
        grade = root / "venv" / "bin" / "grade"
        grade.write_text(FAKE.format(submit=submit, export=export), encoding="utf-8")
        grade.chmod(0o755)
    environment = {**os.environ, "AUTOGRADER_ROOT": str(root)}
    done = subprocess.run(["bash", script], env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    calls = root / "calls"
    return results, calls.read_text().splitlines() if calls.exists() else []


bash_only = pytest.mark.skipif(sys.platform == "win32", reason="Gradescope runs Linux")


@bash_only
def test_the_autograder_grades_and_exports(tmp_path: Path, course: Course) -> None:
    """It grades for the instructor, whatever the score, and leaves what the export made."""
    results, calls = run_autograder(tmp_path, course, WRITES_REPORT, WRITES_RESULTS)
    assert results == {"score": 12.5}
    submit, export = calls
    assert submit.startswith(f"submit {tmp_path}/submission --course {tmp_path}/source/course ")
    assert "--audience instructor --isolation auto --fail-under 0" in submit
    assert "export" in export
    assert "report.json --to gradescope -o " in export


FAILURES = {
    "no grader": ("", "", "Not graded: "),
    "not gradable": (
        'echo "grade: \\"x\\" has none of the course\'s files" >&2; exit 3',
        WRITES_RESULTS,
        "Not graded: grade: 'x' has none of the course's files (exit status 3)",
    ),
    "killed": ("kill -9 $$", WRITES_RESULTS, "Not graded: "),
    "an empty report": (
        'while [ "$1" != --report ]; do shift; done; : > "$2"',
        WRITES_RESULTS,
        "Not graded: ",
    ),
    "an export that fails": (
        WRITES_REPORT,
        'echo "grade: no room" >&2; exit 3',
        "Graded, but the result could not be written: grade: no room",
    ),
    "an export that is silent": (WRITES_REPORT, ":", "could not be written"),
}


@bash_only
@pytest.mark.parametrize(("submit", "export", "said"), FAILURES.values(), ids=FAILURES)
def test_the_autograder_always_leaves_results(
    tmp_path: Path, course: Course, submit: str, export: str, said: str
) -> None:
    """Where there is no result, it is a score of 0 with the reason, never an earlier one."""
    results, _ = run_autograder(tmp_path, course, submit, export)
    assert results["score"] == 0
    assert said in str(results["output"])


@bash_only
@pytest.mark.slow
def test_the_autograder_works_from_its_zip(tmp_path: Path, course: Course) -> None:
    """Set up in a root of its own, it grades a solution and leaves Gradescope's results."""
    source = tmp_path / "source"
    for name, content in unpack(pack_autograder(course)).items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "submission").mkdir()
    name = "forward.py"
    (tmp_path / "submission" / name).write_bytes((ROOT / "solutions" / name).read_bytes())
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["AUTOGRADER_ROOT"] = str(tmp_path)
    for script in ("setup.sh", "run_autograder"):
        done = subprocess.run(
            ["bash", source / script], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 5
    assert len(results["tests"]) > 50


@pytest.mark.slow
def test_the_readme_says_where_the_grader_comes_from(thermometer: Path, tmp_path: Path) -> None:
    """The kit, or the place that the instructor names; never what a shell runs."""
    place = "git+https://git.example.org/it"
    made = run("release", tmp_path / "b", "--course", thermometer, "--install", place)
    assert made.returncode == 0, made.stderr
    readme = (tmp_path / "b" / "README.md").read_text()
    assert readme.count(f'pip install "{place}"') == 1
    # Another grader may have a course of its own.
    assert readme.count("grade submit exercises --course .") == readme.count("submit exercises")
    assert not (tmp_path / "b" / "wheels").exists()
    refused = run("release", tmp_path / "c", "--course", thermometer, "--install", "$(rm -r ~)")
    assert refused.returncode == 2
    assert not (tmp_path / "c").exists()


@pytest.mark.slow
def test_a_kit_can_be_a_zip(made: Path, tmp_path: Path) -> None:
    """It has the same files in a folder, and does not replace a zip."""
    named = ("--course", made / "thermometer", "--zip")
    done = run("release", tmp_path / "packed", *named)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "packed").exists()
    inside = unpack((tmp_path / "packed.zip").read_bytes())
    kit = made / "kit"
    files = {p.relative_to(kit).as_posix(): p for p in kit.rglob("*") if p.is_file()}
    assert inside == {
        f"packed/{name}": path.read_bytes()
        for name, path in files.items()
        if "__pycache__" not in name
    }
    again = run("release", tmp_path / "packed.zip", *named)
    assert again.returncode == 3
    assert "packed.zip is not empty" in again.stderr
    for excluded in ("--check", "--to=gradescope"):
        assert run("release", made / "kit", *named, excluded).returncode == 2


# The grader of a kit


@pytest.mark.slow
def test_the_grader_of_a_kit_finds_its_course(
    small_kit: Path, engine: dict[str, str], tmp_path: Path
) -> None:
    """In the kit's folder and below it; elsewhere it names what to do."""
    assert VERSION in run("--version", env=engine).stdout
    for folder, path in ((small_kit, "exercises"), (small_kit / "exercises", ".")):
        done = run("submit", path, cwd=folder, env=engine)
        assert done.returncode == 1, done.stderr
        assert "0 of 1.5 visible points" in done.stdout
        assert "course.toml" not in done.stderr
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    lost = run("submit", small_kit / "exercises", cwd=elsewhere, env=engine)
    assert lost.returncode == 3
    assert lost.stderr.count("\n") == 1
    assert f"there is no course.toml in {elsewhere} or above it" in lost.stderr
    named = run("submit", small_kit / "exercises", "--course", small_kit, cwd=elsewhere, env=engine)
    assert named.returncode == 1


def test_any_other_grader_ignores_a_course_that_it_finds(small_kit: Path) -> None:
    """A submission with a course.toml must not choose its checks; there is a hint only."""
    done = run("submit", "exercises", cwd=small_kit)
    assert "visible points" not in done.stdout
    assert "There is a course.toml here; use it with `--course .`." in done.stderr


PACKED = {
    "the suite": (
        "grader/suites/temperature/test_temperature.py",
        "",
        "grader/suites/temperature/test_temperature.py is not a file of the grader",
    ),
    "a solution": (
        "grader/engine.py",
        RENAMED,
        "grader/engine.py contains the solution's code",
    ),
    "a solution in a comment": (
        "grader/engine.py",
        f"x = 1  # nothing\n# {SOLUTION}\n",
        "grader/engine.py contains the solution's",
    ),
    "a hidden check": (
        "grader/engine.py",
        HIDDEN_TEST,
        "grader/engine.py contains the hidden check (TestDailyRange.test_square_table",
    ),
    "a solution in the metadata": (
        f"backprop_grader-{VERSION}.dist-info/METADATA",
        f"\n{SOLUTION}\n",
        "METADATA contains the solution's line",
    ),
    "bytes that are not text": ("grader/engine.py", "\udcff", "engine.py is not valid UTF-8"),
    "a path out of it": ("../grader/engine.py", "", "../grader/engine.py is not a file of the"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text", "said"), PACKED.values(), ids=PACKED)
def test_a_leak_in_the_wheel_of_a_kit_is_found(
    small_kit: Path, thermometer: Path, name: str, text: str, said: str
) -> None:
    """Every file in it is searched, and a file that the grader does not have is a finding."""
    with zipfile.ZipFile(small_kit / WHEEL, "w") as archive:
        archive.writestr(name, text.encode(errors="surrogateescape"))
    done = run("release", small_kit, "--check", "--course", thermometer)
    assert done.returncode == 3
    assert f"{WHEEL}/{said}" in done.stderr or said in done.stderr


@pytest.mark.parametrize(
    "content",
    sample(
        [
            ("a damaged zip", (b"PK\x03\x04 nothing",)),
            ("an empty file", (b"",)),
            ("an empty zip", (b"PK\x05\x06" + bytes(18),)),
        ],
        each=3,
    ),
)
def test_a_file_that_is_not_a_wheel_is_a_finding(
    small_kit: Path, thermometer: Path, content: bytes
) -> None:
    """Empty, broken, and without any file."""
    (small_kit / WHEEL).write_bytes(content)
    done = run("release", small_kit, "--check", "--course", thermometer)
    assert done.returncode == 3
    assert f"{WHEEL} is not a wheel" in done.stderr
