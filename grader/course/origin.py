"""The course that a file of a kit is from: a comment, and what it shows where another one grades.

A student may change or delete the comment. Without it nothing is known, and nothing is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.records import Course
from grader.sanitize import clean_line, name_some

_MARK = "# Course: "
_LONGEST = 120
_WRITTEN = re.compile(rf"^{_MARK}(?=\S)(.{{1,{_LONGEST}}})$", re.MULTILINE)


def write_origin(course: Course) -> str:
    """Return the line for a file that is handed out, with the name and version of its course."""
    return f"{_MARK}{_describe(course)}"


def note_other_courses(course: Course, files: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return a line for each other course or version that files were handed out with.

    Parameters
    ----------
    course : Course
        Which grades.
    files : iterable of (str, str)
        The names and texts of what was handed in.
    """
    graded_with = _describe(course)
    others: dict[str, list[str]] = {}
    for name, text in files:
        found = _WRITTEN.search(text)
        if found and (handed_out := clean_line(found[1], _LONGEST)) != graded_with:
            others.setdefault(handed_out, []).append(name)
    return tuple(
        f"handed out with {other}, and graded with {graded_with}: {name_some(names, 3)}"
        for other, names in others.items()
    )


def _describe(course: Course) -> str:
    return clean_line(f"{course.name} {course.version}", _LONGEST)
