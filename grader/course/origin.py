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
_WRITTEN = re.compile(rf"^{_MARK}(?=\S)([^\r\n]{{1,{_LONGEST}}})\r?$", re.MULTILINE)


def write_origin(course: Course) -> str:
    """Return the line for a file that is handed out, with the name and version of its course."""
    return f"{_MARK}{describe_version(course)}"


def renew_origin(text: str, stub: str) -> str:
    """Return a text whose line names the version of a stub, if it names the same course."""
    own, new = _WRITTEN.search(text), _WRITTEN.search(stub)
    if own is None or new is None or _name(own[1]) != _name(new[1]):
        return text
    return text[: own.start(1)] + new[1] + text[own.end(1) :]


def _name(course: str) -> str:
    return course.rpartition(" ")[0]


def note_other_courses(course: Course, files: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return a line for each other course or version that files were handed out with.

    Parameters
    ----------
    course : Course
        Which grades.
    files : iterable of (str, str)
        The names and texts of what was handed in.
    """
    graded_with = describe_version(course)
    others: dict[str, list[str]] = {}
    for name, text in files:
        found = _WRITTEN.search(text)
        if found and (handed_out := clean_line(found[1], _LONGEST)) != graded_with:
            others.setdefault(handed_out, []).append(name)
    return tuple(
        f"handed out with {other}, and graded with {graded_with}: {name_some(names, 3)}"
        for other, names in others.items()
    )


def describe_version(course: Course) -> str:
    """Return the name and the version of a course in one line."""
    return clean_line(f"{course.name} {course.version}", _LONGEST)
