"""The line that names a kit's course, and the note where another course grades."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.courses import write_thermometer
from support.here import grade_here

from grader.course.manifest import load_course
from grader.course.origin import note_other_courses, write_origin
from grader.records import Course

OTHERS = st.text(min_size=1, max_size=200)


def named(course: Course, name: str, version: str) -> Course:
    return replace(course, name=name, version=version)


def test_another_version_is_noted_once_for_all_its_files(course: Course) -> None:
    """Each other course has a line, with the files that were handed out with it."""
    old, other = named(course, "backpropagation", "0.9"), named(course, "mine", "2")
    files = [
        ("a.py", f"{write_origin(old)}\nimport numpy\n"),
        ("b.ipynb", f"x = 1\n\n{write_origin(old)}\n"),
        ("c.py", f'"""Doc."""\n{write_origin(other)}'),
        ("d.py", f"{write_origin(course)}\n"),
        ("e.py", "import numpy\n"),
    ]
    graded = f"{course.name} {course.version}"
    assert note_other_courses(course, files) == (
        f"handed out with backpropagation 0.9, and graded with {graded}: a.py, b.ipynb",
        f"handed out with mine 2, and graded with {graded}: c.py",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Course:",
        "# Course: ",
        "#Course: other 1",
        "    # Course: other 1",
        'x = "# Course: other 1"',
        "# Course: " + "x" * 1000,
        "# Course: {same}  ",
        "# Course: {same}\r\nimport numpy\r\n",
    ],
)
def test_nothing_else_is_a_note(course: Course, text: str) -> None:
    """A line that was deleted or is not whole, other comments, and other ends of lines."""
    text = text.replace("{same}", f"{course.name} {course.version}")
    assert note_other_courses(course, [("a.py", text)]) == ()


@given(name=OTHERS, version=OTHERS)
def test_any_name_is_one_line_and_is_known_again(name: str, version: str) -> None:
    """Whatever characters it has, long or not printable; its own line is not a note."""
    strange = named(load_course(), name, version)
    line = write_origin(strange)
    assert len(line.splitlines()) == 1
    assert note_other_courses(strange, [("a.py", f"{line}\nx = 1\n")]) == ()


@given(text=st.text(max_size=300))
def test_hostile_text_is_a_short_printable_note_or_none(text: str) -> None:
    """It comes from a student's file."""
    for note in note_other_courses(load_course(), [("a.py", f"# Course: {text}\n")]):
        assert len(note) < 400
        assert note.isprintable()


@pytest.mark.slow
def test_a_hand_in_of_an_older_kit_is_graded_with_a_note(tmp_path: Path) -> None:
    """As modules; without the line, and with the same version, there is none."""
    source = tmp_path / "thermometer"
    write_thermometer(source)
    made = grade_here("release", tmp_path / "kit", "--course", source)
    assert made.returncode == 0, made.stderr
    work = Path(shutil.copytree(tmp_path / "kit" / "exercises", tmp_path / "work"))
    stub = work / "temperature.py"
    solution = (source / "solutions" / "temperature.py").read_text(encoding="utf-8")
    mark = stub.read_text(encoding="utf-8").splitlines()[0]
    assert mark.startswith("# Course: ")

    def notes(text: str) -> tuple[list[str], float]:
        stub.write_text(text, encoding="utf-8")
        done = grade_here("submit", work, "--course", source, "--report", tmp_path / "r.json")
        assert done.returncode == 0, done.stderr
        report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
        for note in report["submission"]["notes"]:
            assert note in done.stdout
        return report["submission"]["notes"], report["percent"]

    assert notes(f"{mark}\n{solution}") == ([], 100)
    manifest = source / "course.toml"
    text = manifest.read_text(encoding="utf-8")
    version = load_course(manifest).version
    manifest.write_text(text.replace(f'version = "{version}"', 'version = "9.1"'), encoding="utf-8")
    (note,), percent = notes(f"{mark}\n{solution}")
    name = load_course(manifest).name
    assert note == (f"handed out with {name} {version}, and graded with {name} 9.1: temperature.py")
    assert percent == 100
    assert notes(solution) == ([], 100)
