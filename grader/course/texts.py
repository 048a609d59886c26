"""Read the files of a course's author: suites, stubs, solutions."""

from __future__ import annotations

from pathlib import Path

from grader.errors import CourseError
from grader.invocation import find_program
from grader.records import Course, Exercise
from grader.sanitize import quote_path


def read_solutions(course: Course, folder: Path) -> dict[str, str]:
    """Return the sources of all exercises' solutions, by module."""
    missing = "write it: the stub is made from it"
    return {name: read_text(folder / f"{name}.py", missing) for name in course.modules}


def read_stubs(course: Course, exercise: Exercise) -> dict[str, str]:
    """Return the stubs of an exercise, by module."""
    advice = advise_stubs(course)
    return {name: read_text(course.stubs / f"{name}.py", advice) for name in exercise.modules}


def advise_stubs(course: Course) -> str:
    """Return what to do where a stub is missing or out of date."""
    return f"make it with `{find_program()} stubs --course {quote_path(course.manifest.parent)}`"


def read_text(path: Path, missing: str = "") -> str:
    """Return the text of a file of the course.

    Parameters
    ----------
    missing : str
        How to make the file, for the message where it does not exist.

    Raises
    ------
    CourseError
        If there is no such file, or it is not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CourseError("; ".join(filter(None, (f"{path} does not exist", missing)))) from error
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not valid UTF-8") from error
