"""Homeworks of a course: what the manifest has, and a course of one of them."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from grader.course.manifest import load_course, write_manifest
from grader.records import Check, Course, Homework


def test_each_exercise_of_our_course_is_in_one_homework(course: Course) -> None:
    """In the course's order, so that the homeworks are the course."""
    names = [name for homework in course.homeworks for name in homework.exercises]
    assert names == course.select()


def test_a_manifest_that_is_written_is_read_back(course: Course, tmp_path: Path) -> None:
    """Names, titles with quotes, and exercises."""
    homework = Homework("hw-1.b", ("losses", "forward"), 'The "first" week\\')
    path = tmp_path / "course.toml"
    text = write_manifest(replace(course, homeworks=(homework,)))
    path.write_text(text, encoding="utf-8")
    assert load_course(path).homeworks == (homework,)


def test_a_narrow_course_has_what_belongs_to_its_exercises(course: Course) -> None:
    """Its exercises in order, their withheld checks, and the homeworks without another."""
    checks = tuple(
        Check(f"{name}/f/values", name, "f", "Right", 100, "hidden", "value")
        for name in course.select()
    )
    whole = replace(course, withheld=checks)
    narrow = whole.narrow(("forward", "losses", "training"))
    assert narrow.select() == ["losses", "forward", "training"]
    assert [check.exercise for check in narrow.withheld] == narrow.select()
    assert [homework.name for homework in narrow.homeworks] == ["week2"]
    assert whole.narrow(()) == whole


def test_the_readme_lists_our_homeworks(course: Course) -> None:
    """Each exercise beside the homework that has it."""
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(week\d)` \| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [(h.name, name) for h in course.homeworks for name in h.exercises]
