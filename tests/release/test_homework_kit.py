"""The kit and the autograder of one homework, and the instructor's run of what comes back."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from support.courses import write_small_course
from support.here import grade_here

from grader.course.manifest import load_course
from grader.engine import Grader
from grader.records import Course
from grader.release.autograder import pack_autograder
from grader.release.kit import inspect_files, make_kit
from grader.release.leaks import mark_solutions
from grader.release.wheel import make_wheel

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("activations", "gradient_check")


@pytest.fixture
def kit(kit_of_week1: Path) -> Path:
    """The kit of the first homework, which no test may change."""
    return kit_of_week1


def test_a_kit_has_the_exercises_of_its_homework_only(kit: Path) -> None:
    """Stubs, notebooks, suites, manifest and grader."""
    # Tests that grade with the kit share it, and importing a suite caches its bytecode.
    files = [path for path in kit.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    found = {path.relative_to(kit).as_posix() for path in files}
    expected = {
        "README.md",
        "course.toml",
        "pytest.ini",
        ".vscode/settings.json",
        "exercises/examples.py",
        "exercises/.stubs/VERSION",
        f"wheels/{make_wheel('kit').name}",
    }
    for name in NAMES:
        for folder in ("exercises", "exercises/.stubs"):
            expected |= {f"{folder}/{name}.py", f"{folder}/notebooks/{name}.ipynb"}
        expected |= {f"suites/{name}/test_{name}.py", f"suites/{name}/mistakes.json"}
        expected.add(f"exercises/derivations/{name}.html")
    assert found == expected
    course = load_course(kit / "course.toml")
    assert course.select() == list(NAMES)
    assert [homework.name for homework in course.homeworks] == ["week1"]
    assert {check.exercise for check in course.withheld} == set(NAMES)


def test_its_readme_is_about_the_homework(kit: Path) -> None:
    """Title, number of exercises and points; no other exercise is named."""
    text = (kit / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Backpropagation: Activations and a gradient checker\n")
    assert "2 exercises, 18 points." in text
    rows = re.findall(r"^- `(\w+)`: ([\d.]+), [\d.]+ here$", text, re.MULTILINE)
    assert rows == [("activations", "12"), ("gradient_check", "6")]
    assert "forward" not in text


def test_a_kit_grades_out_of_its_own_points(kit: Path, tmp_path: Path) -> None:
    """With and without the homework's name."""
    for options in ((), ("--homework", "week1")):
        report = tmp_path / "report.json"
        done = grade_here(
            *("submit", ROOT / "solutions", "--course", kit, "--report", report), *options
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "of all 18." in done.stdout
        assert json.loads(report.read_text())["max_score"] == 18


def test_the_kit_of_a_homework_is_searched_for_leaks(kit: Path, tmp_path: Path) -> None:
    """A file of another homework and a solution of another exercise are findings."""
    copy = tmp_path / "kit"
    # Most of the search is in the wheel.
    shutil.copytree(kit, copy, ignore=shutil.ignore_patterns("__pycache__", "wheels"))
    shutil.copy(ROOT / "exercises" / "losses.py", copy / "exercises")
    solution = (ROOT / "solutions" / "losses.py").read_text(encoding="utf-8")
    stub = copy / "exercises" / "activations.py"
    stub.write_text(stub.read_text(encoding="utf-8") + solution, encoding="utf-8")
    done = grade_here("release", copy, "--check", "--homework", "week1")
    assert done.returncode == 3
    findings = [line for line in done.stderr.splitlines() if line.startswith("finding  ")]
    assert len([line for line in findings if "exercises/activations.py contains" in line]) >= 1
    others = [line for line in findings if "exercises/activations.py contains" not in line]
    assert [line for line in others if "exercises/losses.py is not a file of a kit" in line]
    assert len(others) == 1, others


def test_the_readme_of_a_kit_lists_its_homeworks(course: Course, grader: Grader) -> None:
    """With the command that grades one, and the homework of each exercise."""
    weeks = course.narrow((*NAMES, "autodiff"))
    collected = grader.collected_checks().items()
    checks = {node: check for node, check in collected if check.exercise in weeks.select()}
    text = make_kit(weeks, checks).files[PurePosixPath("README.md")]
    assert text.startswith("# Backpropagation\n")
    assert "submit exercises --homework week1`" in text
    rows = re.findall(r"^- `(\w+)` \(`(\w+)`\): ([\d.]+), [\d.]+ here$", text, re.MULTILINE)
    weeks = [("activations", "week1"), ("gradient_check", "week1"), ("autodiff", "week5")]
    assert [row[:2] for row in rows] == weeks
    assert [row[2] for row in rows] == ["12", "6", "8"]


def test_a_title_that_course_and_homework_share_is_there_once(
    course: Course, grader: Grader
) -> None:
    """The homework of `backprop` is called as the course is."""
    week = course.narrow(("backprop",))
    assert [homework.title for homework in week.homeworks] == [course.title]
    collected = grader.collected_checks().items()
    checks = {node: check for node, check in collected if check.exercise == "backprop"}
    text = make_kit(week, checks).files[PurePosixPath("README.md")]
    assert text.startswith("# Backpropagation\n")


def test_the_autograder_has_the_suites_of_its_homework_only(course: Course) -> None:
    """And their exercises in its manifest."""
    with zipfile.ZipFile(io.BytesIO(pack_autograder(course.narrow(NAMES)))) as archive:
        suites = {name.split("/")[2] for name in archive.namelist() if "course/suites/" in name}
        manifest = archive.read("course/course.toml").decode()
    assert suites == set(NAMES)
    assert re.findall(r'^\[\[exercise\]\]\nname = "(\w+)"', manifest, re.MULTILINE) == list(NAMES)


def test_the_command_writes_the_autograder_of_a_homework(tmp_path: Path, course: Course) -> None:
    """The same zip."""
    done = grade_here("release", tmp_path, "--to", "gradescope", "--homework", "week1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "autograder.zip").read_bytes() == pack_autograder(course.narrow(NAMES))


@pytest.mark.slow
def test_what_comes_back_is_graded_out_of_the_homework(kit: Path, tmp_path: Path) -> None:
    """A whole kit, a folder of modules, a zip, work of another week, and nothing at all."""
    handed_in = tmp_path / "class"
    stubs = kit / "exercises"
    shutil.copytree(kit, handed_in / "ada")
    shutil.copytree(stubs, handed_in / "ben", ignore=shutil.ignore_patterns("notebooks"))
    for name in NAMES:
        shutil.copy(ROOT / "solutions" / f"{name}.py", handed_in / "ben")
    shutil.copy(ROOT / "solutions" / "activations.py", handed_in / "ada" / "exercises")
    shutil.make_archive(str(handed_in / "cleo"), "zip", handed_in / "ada")
    (handed_in / "dan").mkdir()
    shutil.copy(ROOT / "solutions" / "losses.py", handed_in / "dan")
    (handed_in / "eve").mkdir()
    out = tmp_path / "graded"
    alone = ("--jobs", "1")  # the machine runs other tests beside it
    done = grade_here("batch", handed_in, "--output", out, "--homework", "week1", *alone)
    assert done.returncode == 0, done.stderr
    text = (out / "summary.csv").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines())}
    assert {row["max_score"] for row in rows.values()} == {"18.0"}
    scores = {identity: row["score"] for identity, row in rows.items()}
    assert scores == {"ada": "12.0", "ben": "18.0", "cleo": "12.0", "dan": "0.0", "eve": "0.0"}
    assert rows["dan"]["status"] == "missing"
    assert "losses" not in rows["ada"]
    again = grade_here("batch", handed_in, "--output", out, *("--exercise", "gradient_check"),
                      *("--exercise", "activations"))  # fmt: skip
    assert "5 unchanged since earlier runs" in again.stdout


def test_a_copy_of_a_stub_is_searched_where_it_differs(tmp_path: Path) -> None:
    """An equal one would give the same findings again."""
    course = load_course(write_small_course(tmp_path / "course"))
    (exercise,) = course.exercises
    solution = (tmp_path / "course" / "solutions" / exercise.file_name).read_bytes()
    stub = (course.stubs / exercise.file_name).read_bytes()
    secrets = (mark_solutions({exercise.name: solution.decode()}),)
    own, copied = (PurePosixPath("exercises", *p, exercise.file_name) for p in ((), (".stubs",)))
    assert not [*inspect_files(course, {own: stub, copied: stub}, secrets)]
    for files, leaking in (
        ({own: stub, copied: solution}, copied),
        ({own: solution, copied: stub}, own),
        ({own: solution, copied: solution}, own),
    ):
        found = [*inspect_files(course, files, secrets)]
        assert found
        assert all(finding.startswith(f"{leaking} contains ") for finding in found)
