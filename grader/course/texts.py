"""Read the files of a course's author: suites, stubs, solutions."""

from __future__ import annotations

from pathlib import Path

from grader.errors import CourseError


def read_text(path: Path) -> str:
    """Return the text of a file of the course, or raise a `CourseError`."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not valid UTF-8") from error
