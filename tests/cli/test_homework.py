"""`--homework NAME` stands for exercises, wherever `--exercise` is taken."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from support.courses import write_thermometer
from support.here import grade_here
from support.running import assert_one_line

from grader.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
WEEK1 = ("activations", "gradient_check")
TAKING = [
    "init",
    "submit",
    "watch",
    "list",
    "next",
    "hint",
    "batch",
    "page",
    "export",
    "release",
    "verify",
]


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a submission of every exercise, of which one is solved."""
    folder = tmp_path_factory.mktemp("whole")
    grade_here("init", folder / "work")
    solved = (ROOT / "solutions" / "gradient_check.py").read_bytes()
    (folder / "work" / "gradient_check.py").write_bytes(solved)
    report = folder / "report.json"
    assert grade_here("submit", folder / "work", "--report", report).returncode == 1
    return report


def test_submit_grades_the_exercises_of_a_homework(whole: Path, tmp_path: Path) -> None:
    """Out of their points, as with each of them by name, and under the homework's title."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    done = grade_here("submit", whole.parent / "work", "--homework", "week1", "--report", one)
    assert done.returncode == 1
    assert "Activations and a gradient checker" in done.output
    assert "6 / 18 points" in done.output
    names = [word for name in reversed(WEEK1) for word in ("--exercise", name)]
    grade_here("submit", whole.parent / "work", *names, "--report", two)
    by_homework, by_name = read(one), read(two)
    assert [e["name"] for e in by_homework["exercises"]] == list(WEEK1)
    for report in (by_homework, by_name):
        del report["started_at"], report["duration_s"]
        for exercise in report["exercises"]:
            for function in exercise["functions"]:
                for check in function["checks"]:
                    del check["duration_s"]
    assert by_homework == by_name


def test_homeworks_and_exercises_add_up(whole: Path, tmp_path: Path) -> None:
    """Several homeworks and an exercise are all that they name, in the course's order."""
    options = ("--exercise", "forward", "--homework", "week5", "--homework", "week4")
    path = tmp_path / "report.json"
    grade_here("submit", whole.parent / "work", *options, "--report", path)
    found = [exercise["name"] for exercise in read(path)["exercises"]]
    assert found == ["forward", "optimizers", "training", "autodiff"]


@pytest.mark.parametrize("command", TAKING)
def test_an_unknown_homework_is_refused(command: str, whole: Path, tmp_path: Path) -> None:
    """Wrong usage, with the name that is most like it, and nothing is written."""
    arguments: dict[str, tuple[str | Path, ...]] = {
        "init": (tmp_path / "new",),
        "batch": (whole.parent, "--output", tmp_path / "new"),
        **dict.fromkeys(("list", "next", "hint"), ("--report", whole)),
        "export": (whole, "--to", "csv", "-o", tmp_path / "new"),
        "page": (whole, "-o", tmp_path / "new"),
        "release": (tmp_path / "new",),
    }
    done = grade_here(command, *arguments.get(command, ()), "--homework", "wek1")
    assert done.returncode == 2
    assert "'wek1' is not a homework; did you mean week" in done.output
    assert not (tmp_path / "new").exists()


def test_a_course_without_homeworks_has_none(tmp_path: Path) -> None:
    """The message does not list names that are not there."""
    write_thermometer(tmp_path / "course")
    done = grade_here(
        "init", tmp_path / "w", "--course", tmp_path / "course", "--homework", "week1"
    )
    assert done.returncode == 2
    assert "'week1' is not a homework; the course has none" in done.output


def test_the_shell_completes_homeworks() -> None:
    """With the title beside each name."""
    complete = ShellComplete(main, {}, "grade", "_GRADE_COMPLETE")
    found = complete.get_completions(["submit", "--homework"], "week")
    assert [item.value for item in found] == ["week1", "week2", "week3", "week4", "week5"]
    assert found[2].help == "Backpropagation"


def test_init_writes_the_stubs_of_a_homework(tmp_path: Path) -> None:
    """And names the commands that grade it."""
    folder = tmp_path / "week2"
    done = grade_here("init", folder, "--homework", "week2")
    assert sorted(path.name for path in folder.glob("[!.]*.py")) == [
        *("examples.py", "forward.py", "losses.py")
    ]
    assert f"grade submit {folder} --homework week2" in done.output
    assert f"grade watch {folder} --homework week2" in done.output


def test_hint_lists_the_checks_of_a_homework(tmp_path: Path) -> None:
    """Those that failed, and none of another exercise."""
    report = tmp_path / "report.json"
    work = tmp_path / "work"
    grade_here("init", work, "--homework", "week2")
    for name, function in (("losses", "mse"), ("forward", "affine_forward")):
        (work / f"{name}.py").write_text(f"def {function}(*a):\n    return a\n")
    grade_here("submit", work, "--homework", "week2", "--report", report)
    listed = grade_here("hint", "--report", report).output
    assert "losses/" in listed
    assert "forward/" in listed
    only = grade_here("hint", "--report", report, "--exercise", "forward").output
    assert "losses/" not in only
    assert "forward/" in only
    refused = grade_here("hint", "--report", report, "--homework", "week1")
    assert refused.returncode == 3
    assert_one_line(refused.output)


def test_an_export_of_a_homework_is_out_of_its_points(whole: Path) -> None:
    """Score, maximum and total are of these exercises."""
    done = grade_here("export", whole, "--to", "csv", "-o", "-", "--homework", "week1")
    (row,) = csv.DictReader(done.stdout.splitlines())
    assert (row["score"], row["max_score"], row["total"]) == ("6", "18", "6")
    assert (row["activations"], row["gradient_check"]) == ("0", "6")
    assert "losses" not in row


def test_a_report_without_the_homework_is_refused(tmp_path: Path) -> None:
    """One line with what it lacks; nothing is written."""
    grade_here("init", tmp_path / "work", "--homework", "week2")
    report = tmp_path / "report.json"
    grade_here("submit", tmp_path / "work", "--homework", "week2", "--report", report)
    for command in (("export", report, "--to", "csv"), ("page", report)):
        done = grade_here(*command, "-o", tmp_path / "out", "--homework", "week1")
        assert done.returncode == 3
        assert_one_line(done.output)
        assert "does not have activations, gradient_check, but losses, forward" in done.output
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("given", ["graded", "graded/reports", "graded/reports/ada.json"])
def test_a_page_of_a_homework_shows_nothing_else(given: str, whole: Path, tmp_path: Path) -> None:
    """Of one report, and of a class with its links, however a batch's reports are given."""
    grade_here("page", whole, "-o", tmp_path / "one.html", "--homework", "week1")
    folder = tmp_path / "graded" / "reports"
    folder.mkdir(parents=True)
    (folder / "ada.json").write_bytes(whole.read_bytes())
    (folder.parent / "journal.jsonl").touch()
    other = read(whole)
    other["submission"]["id"] = "other"
    (tmp_path / "other.json").write_text(json.dumps(other))
    alike = [
        {"exercise": "forward", "ids": ["bo", "cyrus"], "same_bytes": True},
        {"exercise": "activations", "ids": ["dee", "eli"], "same_bytes": True},
    ]
    summary = {"alike": alike, "submissions": [{"id": "ada"}]}
    (tmp_path / "graded" / "summary.json").write_text(json.dumps(summary))
    done = grade_here(
        *("page", tmp_path / given, tmp_path / "other.json", "--homework", "week1"),
        *("-o", tmp_path / "class.html", "--pages", tmp_path / "pages", "--no-pictures"),
    )
    assert done.returncode == 0, done.output
    pages = list((tmp_path / "pages").iterdir())
    assert len(pages) == 2
    for path in (tmp_path / "one.html", tmp_path / "class.html", *pages):
        text = path.read_text(encoding="utf-8")
        assert "gradient_check" in text
        assert "autodiff" not in text
        assert "backprop" not in text.replace("backpropagation", "").replace("backprop-grader", "")
    assert "18" in (tmp_path / "one.html").read_text(encoding="utf-8")
    text = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert "dee" in text
    assert "cyrus" not in text


@pytest.mark.parametrize("command", [("export", "--to", "csv"), ("page",)])
def test_a_course_that_is_not_used_is_refused(command: tuple[str, ...], whole: Path) -> None:
    """`--course` alone has nothing to describe."""
    done = grade_here(*command, whole, "-o", "-", "--course", ROOT)
    assert done.returncode == 2
    assert "--course is for" in done.output


@pytest.mark.slow
def test_verify_checks_one_exercise() -> None:
    """Its trials and no others."""
    done = grade_here("verify", "--exercise", "forward", "--seeds", "1", "--jobs", "2")
    assert done.returncode == 0, done.output
    assert "forward" in done.stdout
    assert "losses" not in done.stdout


@pytest.mark.slow
def test_a_course_without_solutions_beside_it_needs_the_option(tmp_path: Path) -> None:
    """An installed course has none; the line names the option, and nothing is written."""
    write_thermometer(tmp_path / "course")
    (tmp_path / "course" / "solutions").rename(tmp_path / "elsewhere")
    command = ["release", tmp_path / "kit", "--course", tmp_path / "course"]
    refused = grade_here(*command)
    assert refused.returncode == 3
    assert "give their folder with --solutions" in refused.output
    assert not (tmp_path / "kit").exists()
    assert grade_here(*command, "--solutions", tmp_path / "elsewhere").returncode == 0
