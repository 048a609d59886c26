"""Sixty students keep their files, attempts and times in every variant of a download."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from support import variants
from support.downloads import Files, Student
from support.here import grade_here
from support.samples import sample
from support.variants import CLASS, PAIRS, VARIANTS, Variant

from grader.batch.classes import ClassOptions, find_submissions
from grader.batch.listing import Listed, Listing
from grader.records import Course
from grader.submissions.names import is_archive, is_code

DUE = datetime.fromisoformat("2026-03-01T23:59Z")


def find(path: Path, course: Course, into: Path) -> Listing:
    into.mkdir()
    return find_submissions([path], course, ClassOptions(due=DUE), into)


def contents(listed: Listed) -> Files:
    return {
        part.name.removeprefix("hw1/"): Path(os.fsdecode(part.path)).read_bytes()
        for part in listed.parts
    }


def gradable(student: Student) -> Files:
    files = {n: c for n, c in student.files.items() if is_code(n) or is_archive(n)}
    return {} if set(files) <= {"work.rar"} else files


def is_late(variant: Variant, student: Student) -> bool | None:
    if variant.has_times:
        return student.late
    return True if variant.marks_late and student.late else None


NAMED = [(f"{variant.__name__}-{form.__name__}", (variant, form)) for variant, form in PAIRS]


@pytest.mark.parametrize(("variant", "form"), sample(NAMED, each=3))
def test_each_student_has_what_was_handed_in(
    course: Course,
    tmp_path: Path,
    variant: Callable[[], Variant],
    form: Callable[[Path, Files], Path],
) -> None:
    """The id, the files to the byte, the attempt, whether late, and the name."""
    made = variant()
    listing = find(form(tmp_path / "in", made.files), course, tmp_path / "into")
    assert len(listing.submissions) == len(CLASS)
    found = {one.id: one for one in listing.submissions}
    if variant is variants.canvas_anonymous:
        found = {one.students[0].number: one for one in listing.submissions}
        assert len({identity.casefold() for identity in found}) < len(CLASS)
    assert set(found) == set(made.ids)
    for student, identity in zip(CLASS, made.ids, strict=True):
        one = found[identity]
        assert contents(one) == gradable(student)
        assert one.attempt == (2 if made.has_attempts and student.earlier else 1)
        assert one.late == is_late(made, student)
        assert bool(one.reason) == (not gradable(student))
        if made.has_names:
            (person,) = one.students
            assert person.name == unicodedata.normalize("NFC", student.name)
    line = listing.found[0]
    late = sum(is_late(made, student) is True for student in CLASS)
    again = sum(made.has_attempts and bool(student.earlier) for student in CLASS)
    files = sum(len(gradable(student)) for student in CLASS)
    nothing = sum(not gradable(student) for student in CLASS)
    counts = [f"60 students, {files} files", *([f"{late} late"] if late else [])]
    counts += [f"{again} handed in again"] if again else []
    assert line.partition("download: ")[2] == ", ".join([*counts, f"{nothing} without code"])


@pytest.mark.parametrize("form", variants.FORMS)
def test_a_plain_layout_has_the_same_students(
    course: Course, tmp_path: Path, form: Callable[[Path, Files], Path]
) -> None:
    """Also where all folders are called by numbers."""
    made = variants.plain()
    listing = find(form(tmp_path / "in", made.files), course, tmp_path / "into")
    ids = [one.id for one in listing.submissions if one.id != "grades"]
    assert ids == sorted(made.ids)


@pytest.mark.slow
def test_the_points_are_those_of_plain_folders(tmp_path: Path) -> None:
    """In the summary of each, for every student."""
    options = ("--exercise", "activations", "--exercise", "forward")

    def points(name: str, path: Path) -> dict[str, tuple[str, str]]:
        done = grade_here("batch", path, "--output", tmp_path / name, *options)
        assert done.returncode == 0, done.stderr
        text = (tmp_path / name / "summary.csv").read_text(encoding="utf-8")
        return {
            row["id"]: (row["status"], row["score"]) for row in csv.DictReader(text.splitlines())
        }

    expected = points("plain", variants.as_folder(tmp_path / "0", variants.plain().files))
    assert len(set(expected.values())) > 4
    for variant in (variants.canvas, variants.moodle_flat, variants.classroom50):
        made = variant()
        found = points(variant.__name__, variants.wrapped(tmp_path / variant.__name__, made.files))
        for student, identity in zip(CLASS, made.ids, strict=True):
            assert found[identity] == expected[student.number], (variant, student)


def test_every_variant_is_tried() -> None:
    """Each platform has one."""
    names = {variant().platform for variant in VARIANTS}
    assert names == set("canvas moodle blackboard brightspace gradescope github nbgrader".split())
