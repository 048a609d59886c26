"""`grade list` and `grade next`: the last report, without grading."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.here import grade_here
from support.running import assert_one_line

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("list", "next")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report of its folder `work`: one solved, one missing, one broken."""
    folder = tmp_path_factory.mktemp("folder")
    grade_here("init", folder / "work", "--homework", "week1", "--homework", "week2")
    work = folder / "work"
    for name in ("gradient_check", "losses"):
        (work / f"{name}.py").write_bytes((ROOT / "solutions" / f"{name}.py").read_bytes())
    (work / "forward.py").write_text("def affine_forward(\n", encoding="utf-8")
    grade_here("submit", work, "--report", folder / "report.json")
    return folder


@pytest.fixture(autouse=True)
def _inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def test_the_list_has_all_exercises_and_functions_on_one_screen() -> None:
    """With the points that the report has."""
    done = grade_here("list")
    assert done.returncode == 0
    assert done.stderr == ""
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    lines = done.stdout.splitlines()
    assert lines[0] == "work   25 / 100 points   25 %"
    assert len(lines) <= 24
    for exercise in report["exercises"]:
        (line,) = [line for line in lines if line.startswith(f"{exercise['name']} ")]
        if exercise["status"] == "graded":
            assert line.endswith(f"  {exercise['score']:g} / {exercise['max_score']:g}")
            words = done.stdout.split()
            assert all(function["name"] in words for function in exercise["functions"])
    assert "cannot be imported" in done.stdout
    assert "not handed in" in done.stdout


def test_the_next_step_is_the_reports_with_what_the_function_does() -> None:
    """As `grade submit` shows it, and the first sentence of the docstring."""
    only = ("--exercise", "activations")
    done = grade_here("next", *only)
    shown = "Next: write sigmoid in activations.py, line 37."
    assert shown in grade_here("submit", "work", *only, "--report", "new.json").output
    assert shown in done.stdout.splitlines()
    assert (
        done.stdout.splitlines()[-1].strip()
        == "Return the sigmoid of z: `1 / (1 + exp(-z))`, with a minus in the exponent."
    )
    assert shown in grade_here("list", *only).stdout.splitlines()


def test_a_file_that_cannot_be_imported_comes_before_what_is_not_begun() -> None:
    """It earns nothing at all until it is fixed."""
    shown = "Next: fix forward, which cannot be imported, and grade again."
    assert shown in grade_here("submit", "work", "--report", "new.json").output
    done = grade_here("next")
    assert "forward was not graded." in done.stdout
    assert done.stdout.splitlines()[-1] == shown
    assert shown in grade_here("list").stdout.splitlines()


def test_what_is_wrong_comes_with_the_command_for_a_hint(tmp_path: Path) -> None:
    """With the same report and course, quoted for a shell."""
    module = tmp_path / "activations.py"
    module.write_text("def sigmoid(z):\n    return 1\n", encoding="utf-8")
    report = tmp_path / "my report.json"
    grade_here("submit", module, "--exercise", "activations", "--report", report)
    done = grade_here("next", "--report", report)
    assert done.stdout.startswith("Next: fix sigmoid in activations.py, line 1: ")
    told = " ".join(done.stdout.split())
    assert told.endswith(f"Stuck? Try `grade hint activations/sigmoid --report '{report}'`.")
    assert grade_here("hint", "activations/sigmoid", "--report", report).returncode == 0


def test_next_names_the_exercises_that_the_last_report_does_not_have(tmp_path: Path) -> None:
    """If nothing else is left in those that it has; not if only these are asked for."""
    report = tmp_path / "report.json"
    solution = ROOT / "solutions" / "forward.py"
    grade_here("submit", solution, "--exercise", "forward", "--report", report)
    words = " ".join(grade_here("next", "--report", report).stdout.split())
    assert words == (
        "Nothing is left to do. The last report does not have activations, gradient_check, losses "
        "and 4 more; run `grade submit` to grade them."
    )
    asked = grade_here("next", "--report", report, "--exercise", "forward").stdout
    assert asked == "Nothing is left to do.\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_they_are_of_some_exercises(command: str) -> None:
    """Of a homework, or by name; what the report lacks is refused."""
    only = grade_here(command, "--exercise", "gradient_check").output
    assert "Nothing is left to do." in only
    assert "activations" not in only
    assert "sigmoid" in grade_here(command, "--homework", "week1").output
    Path("one.json").unlink(missing_ok=True)
    grade_here("submit", "work/losses.py", "--exercise", "losses", "--report", "one.json")
    done = grade_here(command, "--report", "one.json", "--homework", "week1")
    assert done.returncode == 3
    assert_one_line(done.output)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_report_one_line_says_what_to_do(command: str, tmp_path: Path) -> None:
    """No such file, and another file."""
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    for name in ("none.json", "other.json"):
        done = grade_here(command, "--report", tmp_path / name)
        assert done.returncode == 3
        assert_one_line(done.output)
        assert "`grade submit`" in done.output


@pytest.mark.parametrize("command", COMMANDS)
def test_files_that_are_newer_than_the_report_are_named(command: str, tmp_path: Path) -> None:
    """Also one of an exercise that was missing; one that is older is not."""
    report = tmp_path / "report.json"
    report.write_bytes(Path("report.json").read_bytes())
    later = report.stat().st_mtime + 5
    work = tmp_path / "work"
    grade_here("init", work)
    for path in work.iterdir():
        os.utime(path, (later - 10, later - 10))
    assert grade_here(command, "--report", report).stderr == ""
    for name in ("activations.py", "autodiff.py"):
        (work / name).write_text("x = 1\n", encoding="utf-8")
        os.utime(work / name, (later, later))
    done = grade_here(command, "--report", report)
    told = f"has changed since {report} was written; run `grade submit` again"
    assert done.stderr.splitlines() == [
        f"grade: {name} {told}" for name in ("activations.py", "autodiff.py")
    ]
    if command == "list":
        marked = [line for line in done.stdout.splitlines() if line.endswith("saved since")]
        assert [line.split()[0] for line in marked] == ["activations", "autodiff"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_report_of_another_course_is_shown_all_the_same(command: str, tmp_path: Path) -> None:
    """One line says so; its functions have no docstring here."""
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    report["course"]["suite_sha256"] = "0" * 64
    text = json.dumps(report).replace("activations", "beginnings")
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    done = grade_here(command, "--report", tmp_path / "report.json")
    assert done.returncode == 0
    assert_one_line(done.stderr)
    assert "is of another course or version; give the folder of its course" in done.stderr
    assert "Next: fix forward, which cannot be imported, and grade again." in done.stdout


@pytest.mark.parametrize("command", [*COMMANDS, "hint"])
def test_the_report_of_a_folder_above_is_found(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a kit, where `grade submit exercises` is run above the student's files."""
    expected = grade_here(command)
    monkeypatch.chdir(folder / "work")
    assert grade_here(command).stdout == expected.stdout
    inner = folder / "work" / "notebooks"
    inner.mkdir(exist_ok=True)
    monkeypatch.chdir(inner)
    assert grade_here(command).stdout == expected.stdout


@pytest.mark.parametrize("command", [*COMMANDS, "hint"])
def test_without_a_report_one_line_names_the_command_that_writes_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newcomer has not graded anything yet."""
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(inner)
    done = grade_here(command)
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert "`grade submit`" in done.stderr
