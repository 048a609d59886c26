"""What a kit explains depends on what its course has: functions, programs, modules, arrays."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.files_course import MANIFEST, write_files_course

from grader.course.manifest import load_course
from grader.course.programs import TODO
from grader.examples.template import draft_examples
from grader.records import PROVIDED_FOLDER, Course
from grader.release.kit_readme import write_readme

FUNCTIONS = "The docstring of a function is its specification."
PROGRAM = "The docstring of a file is the specification of its program."
RAISE = "and the line below it"


def readme(course: Course) -> str:
    """Return the README of the course's kit."""
    text = write_readme(course, [], [], notebooks=False, install="wheels/a.whl", in_kit=True)
    assert max(map(len, text.splitlines())) <= 100
    assert "{" not in text
    return text


def plain(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


@pytest.fixture
def files(tmp_path: Path) -> Course:
    """A course with a program, which is its first exercise, and with functions."""
    return load_course(write_files_course(tmp_path))


def test_functions_are_described_as_such(files: Course, course: Course) -> None:
    """With their examples, and how to reset one."""
    for one in (files.narrow(("tables", "logs")), course):
        text = readme(one)
        assert FUNCTIONS in plain(text)
        assert PROGRAM not in plain(text)
        assert f"write your code instead of the first `TODO` {RAISE}, save" in plain(text)
        assert "grade reset FUNCTION" in text
        assert "`examples.py`" in text
        assert TODO not in text


def test_a_program_is_described_as_such(files: Course) -> None:
    """It has neither functions to reset nor examples of them."""
    text = readme(files.narrow(("average",)))
    assert PROGRAM in plain(text)
    assert f"`exercises/average.py`, write your program instead of `{TODO}`, save" in plain(text)
    for absent in (FUNCTIONS, RAISE, "FUNCTION", "examples.py"):
        assert absent not in plain(text)


def test_a_course_may_have_both(files: Course) -> None:
    """Then both are named; the first file is a program here."""
    text = readme(files)
    assert f"{FUNCTIONS} {PROGRAM}" in plain(text)
    assert f"`{TODO}`" in text
    assert "grade reset FUNCTION" in text


def test_derivations_are_named_where_there_are_some(files: Course, course: Course) -> None:
    """This course has a page for each exercise."""
    assert "`exercises/derivations`" in readme(course)
    assert "derivations" not in readme(files)


def test_provided_modules_have_nothing_to_write(tmp_path: Path) -> None:
    """They are beside the stubs, and need not be handed in."""
    manifest = write_files_course(tmp_path)
    (tmp_path / PROVIDED_FOLDER).mkdir()
    (tmp_path / PROVIDED_FOLDER / "units.py").write_text('"""Units."""\n', encoding="utf-8")
    text = readme(load_course(manifest).narrow(("logs",)))
    assert "`exercises/units.py` is provided" in text


def test_arrays_are_explained_where_there_is_numpy(tmp_path: Path, course: Course) -> None:
    """The rest of the examples' file stays."""
    arrays = "Nested lists are arrays: [[1.0, 2.0]] has one row. "
    manifest = MANIFEST.replace('version = "1"', 'version = "1"\npackages = []')
    without = draft_examples(load_course(write_files_course(tmp_path, manifest)))
    assert "arrays" not in without
    assert "# - Several results are in parentheses.\n" in without
    assert f"# - {arrays}Several results are in parentheses.\n" in draft_examples(course)
