"""A second course for tests: the one that docs/write-your-own-course.md makes."""

from __future__ import annotations

import re
from pathlib import Path

from grader.course.manifest import load_course
from grader.course.stubs import outdated_stubs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "write-your-own-course.md").read_text(encoding="utf-8")
FILES = dict(
    re.findall(r"<!-- file: (.+?) -->\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
)


def write_thermometer(folder: Path) -> None:
    """Write the course of the page, with its stub made."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    make_stubs(folder)


def make_stubs(folder: Path) -> None:
    """Make a course's stubs from its solutions."""
    course = load_course(folder / "course.toml")
    for path, content in outdated_stubs(course, folder / "solutions").items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
