"""Copies of stubs as they were handed out, in a hidden folder beside the files of a student.

A later update reads them to know what the student has changed. A kit has them, too: there,
students work in the only other copy of the stubs.
"""

from __future__ import annotations

import errno
from pathlib import Path

from grader.course.origin import describe_version
from grader.files import replace_whole
from grader.records import Course
from grader.sanitize import clean_line

# Its name begins with a dot, so it is never a part of a submission.
PRISTINE = ".stubs"
VERSION = "VERSION"
_LONGEST = 120


def find_pristine(file: Path) -> Path:
    """Return where the copy of a file is, or where it belongs if there is none.

    The notebooks in a folder of a kit have theirs in the same folder of the copies.
    """
    beside = file.parent / PRISTINE / file.name
    absolute = file.absolute()
    above = absolute.parent.parent / PRISTINE / absolute.parent.name / file.name
    return above if above.is_file() and not beside.is_file() else beside


def keep_pristine(file: Path, content: bytes) -> None:
    """Write the copy of a file, whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    _write(find_pristine(file), content)


def read_version(folder: Path) -> str:
    """Return of which course the copies in a folder are; empty if it is not known."""
    path = folder / PRISTINE / VERSION
    try:
        if not path.is_file():
            return ""
        with path.open(encoding="utf-8") as file:
            return clean_line(file.read(_LONGEST), _LONGEST).strip()
    except (OSError, UnicodeDecodeError):
        return ""


def write_version(folder: Path, course: Course) -> None:
    """Write of which course the copies in a folder are.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    _write(folder / PRISTINE / VERSION, f"{describe_version(course)}\n".encode())


def is_elsewhere(folder: Path) -> bool:
    """Return whether the copies for a folder are a link, perhaps to a student's own files."""
    return (folder / PRISTINE).is_symlink()


def _write(path: Path, content: bytes) -> None:
    if is_elsewhere(path.parent.parent):
        raise OSError(errno.ELOOP, f"{path.parent} is a link; delete it")
    path.parent.mkdir(exist_ok=True)
    replace_whole(path, content)
