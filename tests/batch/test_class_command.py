"""`grade batch` with the download of a class: what it shows, grades and keeps."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from support import downloads
from support.downloads import BOTH, as_folder, as_zip
from support.here import grade_here
from support.running import assert_one_line

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.preview import preview
from grader.batch.reading import read_listed
from grader.records import Course

# The quickest exercise. The machine runs other tests beside it.
ONE = ("--exercise", "forward", "--jobs", "1")


def grade(*arguments: str | Path) -> CompletedProcess[str]:
    """Run a command that has to succeed."""
    done = grade_here(*arguments)
    assert done.returncode == 0, done.stderr
    return done


def rows_of(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "summary.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(text.splitlines())}


def report_of(folder: Path, identity: str) -> Any:
    path = folder / "reports" / f"{identity}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_zip_of_a_class_is_graded(tmp_path: Path) -> None:
    """Every student has a row with what is known; the scores are those of plain folders."""
    names = tmp_path / "names.csv"
    names.write_text("id,name,email\n1002,=Grace Hopper,grace@x.org\n")
    options = ("--names", names, "--due", "2026-03-01T23:59Z")
    path = as_zip(tmp_path, downloads.gradescope())
    done = grade_here("batch", path, "--output", tmp_path / "out", *ONE, *options)
    assert done.returncode == 0, done.stderr
    assert "Gradescope download: 12 students" in done.stderr
    plain = as_folder(tmp_path / "plain", downloads.plain())
    grade("batch", plain, "--output", tmp_path / "other", *ONE)
    found, expected = rows_of(tmp_path / "out"), rows_of(tmp_path / "other")
    for student in downloads.STUDENTS:
        ours = found[downloads.id_of("gradescope", student)]
        assert ours["score"] == expected[student.number]["score"]
    assert found["1002"]["name"] == "'=Grace Hopper"
    assert found["1002"]["late"] == "yes"
    assert found["1001"]["late"] == "no"
    assert found["1006"]["status"] == found["1011"]["status"] == "missing"
    submission = report_of(tmp_path / "out", "1003")["submission"]
    assert submission["attempt"] == 2
    assert submission["handed_in_at"] == "2026-03-01T09:11:12+00:00"
    assert submission["late"] is False
    assert submission["students"][0]["number"] == "1003"


@pytest.mark.slow
def test_only_some_are_graded_and_the_summary_stays_whole(tmp_path: Path) -> None:
    """With --only the other rows are those of the earlier run."""
    files = {f"ada_1{n}_2{n}_forward.py": BOTH["forward.py"] for n in range(3)}
    command = ("batch", as_folder(tmp_path, files), "--output", tmp_path / "out", *ONE)
    done = grade_here(*command, "--only", "10")
    assert done.returncode == 0, done.stderr
    assert list(rows_of(tmp_path / "out")) == ["10"]
    grade(*command)
    before = rows_of(tmp_path / "out")
    done = grade(*command, "--only", "11", "--due", "2026-03-01T23:59Z")
    assert rows_of(tmp_path / "out") == before
    assert done.stdout.startswith("1 submission: 0 graded now")


def test_a_dry_run_grades_nothing(tmp_path: Path) -> None:
    """It lists who, which files, which attempt, and what is left out and why."""
    path = as_folder(tmp_path, downloads.canvas())
    done = grade("batch", path, "--dry-run", "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    lines = done.stdout.splitlines()
    assert "1003, emmynoether, attempt 2: activations.py, forward.py" in lines
    again = "  activations.py is not graded: it was handed in again, as activations-1.py"
    assert again in lines
    assert "1002, gracehopper, late: activations.py" in lines
    assert any(line.startswith("1011, ") and "report.pdf" in line for line in lines)
    assert grade("batch", path, "--dry-run").stdout == done.stdout


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--due", "2026-03-01T23:59"), 2, "needs a time zone"),
        (("--due", "tomorrow"), 2, "is not a time"),
        (("--layout", "moodle"), 3, "not a Moodle download"),
        (("--only", "x"), 3, "no submission has the id x"),
        (("x" * 300,), 3, "cannot be read: File name too long"),
        (("no\udcff",), 3, "does not exist"),
        (("loop",), 3, "cannot be read: Too many levels"),
    ],
)
def test_wrong_options_are_refused(
    tmp_path: Path, options: tuple[str, ...], status: int, message: str
) -> None:
    """One line says what to do, and nothing is graded."""
    path = as_folder(tmp_path, downloads.canvas())
    (tmp_path / "loop").symlink_to("loop")
    done = grade_here("batch", path, "--output", tmp_path / "out", *options, cwd=tmp_path)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_what_is_in_doubt_is_refused(tmp_path: Path) -> None:
    """Exit status 3 and one line."""
    files = {f"{who}/forward.py": b"" for who in ("ada", "grace")}
    path = as_folder(tmp_path, {**files, "forward.py": b""})
    done = grade_here("batch", path, "--output", tmp_path / "out")
    assert done.returncode == 3
    assert_one_line(done.stderr)


def test_an_output_is_needed(tmp_path: Path) -> None:
    """Except for --dry-run."""
    done = grade_here("batch", as_folder(tmp_path, downloads.canvas()))
    assert done.returncode == 2
    assert "--output" in done.stderr


@pytest.mark.slow
def test_nothing_to_grade_is_the_same_in_every_layout(tmp_path: Path) -> None:
    """Missing where nothing was handed in that is read, unloadable where it is damaged."""
    rar, pdf = {"work.rar": b"Rar!\x1a\x07\0"}, {"report.pdf": b"%PDF"}
    handed_in: dict[str, tuple[str, str, downloads.Files]] = {
        "101": ("missing", "only report.pdf, work.rar; RAR and 7-Zip", {**rar, **pdf}),
        "102": ("missing", "no code in it, only report.pdf", pdf),
        "103": ("missing", "it is empty", {"": b""}),
        "104": ("missing", "only work.7z; RAR and 7-Zip", {"work.7z": b"7z"}),
        "105": ("missing", "it is a RAR archive", {"work.zip": rar["work.rar"]}),
        "106": ("unloadable", "the zip is damaged", {"work.zip": b"PK"}),
        "107": ("missing", "symbolic link, which is not followed", {}),
        "108": ("graded", "", {"forward.py": BOTH["forward.py"]}),
        "109": ("missing", "it is empty", {"x/y/": b""}),
    }
    for layout in (
        "{}",
        "Ada {0}_{0}_assignsubmission_file_",
        "{0}-5 - A {0} - Mar 1, 2026 1011 AM",
    ):
        folder = tmp_path / layout[:3]
        for number, (_, _, files) in handed_in.items():
            name = layout.format(number)
            downloads.write_files(folder, {f"{name}/{file}": text for file, text in files.items()})
        (folder / layout.format("107")).mkdir()
        (folder / layout.format("107") / "forward.py").symlink_to("nowhere")
        out = tmp_path / f"out-{layout[:3]}"
        done = grade("batch", folder, "--output", out, *ONE)
        assert "8 without code that could be graded" in done.stdout + done.stderr
        rows = rows_of(out)
        assert set(rows) == set(handed_in)
        for number, (status, reason, _) in handed_in.items():
            assert rows[number]["status"] == status, (layout, number)
            assert reason in report_of(out, number)["exercises"][0]["message"]


def test_a_dry_run_shows_what_is_read(tmp_path: Path, course: Course) -> None:
    """The files under the names that they are graded by, and each reason once."""
    folder = as_folder(tmp_path, downloads.plain())
    (tmp_path / "into").mkdir()
    listing = find_submissions([folder], course, ClassOptions(), tmp_path / "into")
    lines = {one.id: list(preview(one, read_listed(one, course))) for one in listing.submissions}
    assert listing.found == ("Plain layout: 12 submissions",)
    assert lines["1004"] == ["1004: activations.py, forward.py"]
    assert lines["1011"] == [
        "1011: nothing to grade, 1011: there is no code in it, only report.pdf; "
        "hand in .py, .ipynb or .zip"
    ]
    note = "  Copy of activations.ipynb is graded as activations.ipynb"
    assert lines["1012"] == ["1012: activations.ipynb", note]
