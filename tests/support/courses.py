"""Other courses for tests: whole ones, such as ``thermometer``, and small broken ones.

A folder of ``tests/courses`` is a course with one defect: the files that differ from those of
``tests/courses/sound``, and ``expected.txt`` with the beginnings of what the grader reports.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.course.stubs import outdated_stubs

ROOT = Path(__file__).resolve().parents[2]
COURSES = ROOT / "tests" / "courses"
SOUND = COURSES / "sound"
DEFECTS = sorted(path.parent.name for path in COURSES.glob("*/expected.txt"))


def write_thermometer(folder: Path) -> None:
    """Write a course of two functions that have nothing to do with backpropagation."""
    shutil.copytree(COURSES / "thermometer", folder, dirs_exist_ok=True)
    make_stubs(folder)


def write_small_course(folder: Path, defect: str = "") -> Path:
    """Write the sound course, or one with a defect, and return its manifest."""
    copy_course("sound", folder)
    if defect:
        unlike = shutil.ignore_patterns("expected.txt", "__pycache__")
        shutil.copytree(COURSES / defect, folder, ignore=unlike, dirs_exist_ok=True)
        if (COURSES / defect / "solutions").is_dir():
            make_stubs(folder)
    return folder / "course.toml"


def write_unnamed_course(folder: Path) -> Path:
    """Write our course without its misconceptions, and return its manifest.

    To name the mistakes in what is wrong all over takes ten times as long as to grade it; scores
    are the same.
    """
    manifest = folder / "course.toml"
    manifest.write_bytes(DEFAULT_COURSE.read_bytes())
    for exercise in load_course().exercises:
        suite = Path("suites", exercise.name, f"test_{exercise.name}.py")
        (folder / suite).parent.mkdir(parents=True)
        (folder / suite).symlink_to(ROOT / "grader" / suite)
    return manifest


def write_course(folder: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a course and its stubs, and return its manifest."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    make_stubs(folder)
    return folder / "course.toml"


def copy_course(name: str, folder: Path) -> Path:
    """Copy a course of ``tests/courses``, make its stubs, and return its manifest."""
    shutil.copytree(COURSES / name, folder)
    make_stubs(folder)
    return folder / "course.toml"


def make_stubs(folder: Path) -> None:
    """Make a course's stubs from its solutions."""
    course = load_course(folder / "course.toml")
    for path, content in outdated_stubs(course, folder / "solutions").items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
