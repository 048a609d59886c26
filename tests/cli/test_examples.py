"""`grade examples`: for students, with a kit and with the whole course."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from support.courses import write_thermometer
from support.here import grade_here
from support.right_examples import RIGHT
from support.running import assert_one_line, run_grade

from grader.examples.parse import MOST_BYTES

MIXED = """# my examples
sigmoid(0.0) == 0.5
sigmoid(2.0) == 0.881
sigmoid(1.0) == 0.72
relu([-1, 2]) == [0, 3]
sigmod(1) == 2
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with some examples, of which three lines are to be changed."""
    (tmp_path / "examples.py").write_text(MIXED, encoding="utf-8")
    return tmp_path


def test_it_shows_what_is_right_and_what_that_tells_apart(work: Path) -> None:
    """A line for each function, one for each line to change, no value, and status 1."""
    done = grade_here("examples", work)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "activations"
    assert lines[1].startswith("  sigmoid: 2 of 3 are right (line 4 is not); ")
    assert lines[1].endswith(" known mistakes are ruled out")
    assert lines[2] == "  relu: 0 of 1 are right (line 5 is not)"
    assert "line 4: sigmoid is not right" in lines
    assert "line 5: relu is not right" in lines
    assert "line 6: no stub has a function sigmod; did you mean sigmoid?" in lines
    assert "0.731" not in done.stdout
    assert "A1-" not in done.stdout


def test_all_right_is_status_0(tmp_path: Path) -> None:
    """The file can be named itself, in any place and under any name."""
    file = tmp_path / "mine.txt"
    file.write_text("\n".join(RIGHT[:10]), encoding="utf-8")
    assert grade_here("examples", file).returncode == 0


def test_json_has_the_same_content(work: Path) -> None:
    """For scripts: counts, lines, remarks, and what has no example."""
    done = grade_here("examples", "--format", "json", cwd=work)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["judged"], report["examples"], report["right"]) == (True, 4, 2)
    sigmoid, relu = report["functions"]
    assert (sigmoid["name"], sigmoid["right"], sigmoid["wrong_lines"]) == ("sigmoid", 2, [4])
    assert 0 < sigmoid["wrong_ways"]["caught"] <= sigmoid["wrong_ways"]["known"]
    assert relu["wrong_ways"]["caught"] == 0
    assert [remark["line"] for remark in report["remarks"]] == [4, 5, 6]
    assert "gelu" in report["without"]
    assert report["left_out"]["Dual"]


def test_without_right_implementations_form_and_docstrings_are_checked(
    tmp_path: Path, kit_of_week1: Path
) -> None:
    """A kit: the rest is judged at hand-in, and the command reports that."""
    kit = Path(shutil.copytree(kit_of_week1, tmp_path / "kit"))
    given = (kit / "exercises" / "examples.py").read_text(encoding="utf-8")
    assert "# sigmoid(0.0) == 0.5\n" in given
    empty = grade_here("examples", "exercises", "--course", ".", cwd=kit)
    assert (empty.returncode, empty.stdout.count("\n")) == (1, 1)
    lines = "sigmoid(0.0) == 0.5\nsigmoid(1.0) == 7.5\n"
    (kit / "exercises" / "examples.py").write_text(lines, encoding="utf-8")
    fine = grade_here("examples", "exercises", "--course", ".", cwd=kit)
    assert fine.returncode == 0, fine.stderr
    assert "sigmoid: 2 of 2 may be right" in fine.stdout
    assert "checked after you hand in" in fine.stdout
    with (kit / "exercises" / "examples.py").open("a", encoding="utf-8") as file:
        file.write("tanh_prime(0.0) == 2.0\nrelu(1, 2) == 1\n")
    wrong = grade_here("examples", "exercises", "--course", ".", "--format", "json", cwd=kit)
    report = json.loads(wrong.stdout)
    assert (wrong.returncode, report["judged"], report["right"]) == (1, False, None)
    assert [remark["line"] for remark in report["remarks"]] == [3, 4]


def test_a_course_with_solutions_alone_is_judged_by_them(tmp_path: Path) -> None:
    """A course of an author's own has no variants at first."""
    write_thermometer(tmp_path)
    (name,) = [path.stem for path in (tmp_path / "exercises").glob("*.py")]
    function = (tmp_path / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    assert "def to_fahrenheit(" in function
    (tmp_path / "examples.py").write_text(
        "to_fahrenheit(100.0) == 212.0\nto_fahrenheit(0.0) == 0.0\n", encoding="utf-8"
    )
    done = grade_here("examples", tmp_path, "--course", tmp_path)
    assert done.returncode == 1
    assert "1 of 2 is right (line 2 is not)" in done.stdout


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\0", "null bytes"),
        (b"\xff\xfe", "not valid UTF-8"),
        (b"#" * (MOST_BYTES + 1), "more than 64 KiB"),
    ],
)
def test_a_hostile_file_is_one_line(tmp_path: Path, content: bytes, expected: str) -> None:
    """What cannot be read at all is status 3, as JSON where that is asked for."""
    (tmp_path / "examples.py").write_bytes(content)
    done = grade_here("examples", tmp_path)
    assert done.returncode == 3
    assert_one_line(done.stderr)
    assert expected in done.stderr
    as_json = grade_here("examples", tmp_path, "--format", "json")
    assert expected in json.loads(as_json.stdout)["error"]["message"]


def test_what_is_no_file_is_one_line(tmp_path: Path) -> None:
    """Nothing there, a folder of that name, a pipe that nobody writes to."""
    missing = grade_here("examples", tmp_path)
    assert missing.returncode == 3
    assert "grade init" in missing.stderr
    assert_one_line(missing.stderr)
    (tmp_path / "examples.py").mkdir()
    folder = grade_here("examples", tmp_path)
    assert folder.returncode == 3
    assert_one_line(folder.stderr)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        pipe = run_grade("examples", tmp_path / "pipe", timeout=60)
        assert pipe.returncode == 3
        assert "is not a file" in pipe.stderr


def test_the_only_examples_nearby_are_suggested(tmp_path: Path) -> None:
    """From the root of a kit, from its notebooks, and with the name of the folder itself."""
    notebooks = tmp_path / "my exercises" / "notebooks"
    notebooks.mkdir(parents=True)
    (notebooks.parent / "examples.py").write_text("sigmoid(0.0) == 0.5\n", encoding="utf-8")
    for folder, typed, named in (
        (tmp_path, (), "'my exercises'"),
        (notebooks, (), ".."),
        (notebooks.parent, ("exercises",), "."),
    ):
        done = grade_here("examples", *typed, cwd=folder)
        assert done.returncode == 3
        assert_one_line(done.stderr)
        assert f"grade examples {named}` reads " in done.stderr
        assert "init" not in done.stderr
    (tmp_path / "examples.py").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "examples.py").write_text("", encoding="utf-8")
    several = grade_here("examples", tmp_path / "none", cwd=tmp_path)
    assert f"grade init {tmp_path}`" in several.stderr


def test_deep_nesting_is_a_remark_and_no_crash(tmp_path: Path) -> None:
    """A parser that recurses meets it in a child process, behind a limit."""
    lines = ["sigmoid(" + "(" * 5000, "sigmoid(" + "-" * 9000 + "1) == 1", "sigmoid(0.0) == 0.5"]
    lines.append("sigmoid(" + "not " * 2000 + "1) == 1")
    (tmp_path / "examples.py").write_text("\n".join(lines), encoding="utf-8")
    done = run_grade("examples", tmp_path)
    assert done.returncode == 1
    assert "sigmoid: 1 of 1 is right" in done.stdout
    assert done.stdout.count("\nline ") == 3


def test_init_writes_a_file_of_examples_once(tmp_path: Path) -> None:
    """It teaches what an example is; a student's own is kept."""
    folder = tmp_path / "work"
    first = grade_here("init", folder)
    assert "examples.py" in first.stdout
    text = (folder / "examples.py").read_text(encoding="utf-8")
    assert all(line.startswith("#") for line in text.splitlines())
    assert "# sigmoid(0.0) == 0.5" in text
    assert max(map(len, text.splitlines())) <= 92
    (folder / "examples.py").write_text(MIXED, encoding="utf-8")
    assert grade_here("init", folder).returncode == 0
    assert (folder / "examples.py").read_text(encoding="utf-8") == MIXED
