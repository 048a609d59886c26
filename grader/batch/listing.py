"""Which submissions there are, and what each is called."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError
from grader.records import Course
from grader.sanitize import clean_line
from grader.submissions.names import is_archive, is_code, is_junk, without_endings

_MAX_ID = 80
# What every file system and spreadsheet takes as a name; letters of any script.
_PLAIN = re.compile(r"[^\W_][\w .,@()+=&'-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """One submission to be graded: what it is called, and where it lies."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Listing:
    """All submissions in the order of their names, and what was passed over."""

    submissions: tuple[Listed, ...]
    left_out: tuple[Path, ...]


def list_submissions(paths: Iterable[Path], course: Course) -> Listing:
    """Find the submissions below some paths.

    Parameters
    ----------
    paths : iterable of Path
        Folders whose children are one submission each, or submissions themselves: a
        folder that holds a file of the course's, an archive, a ``.py``, an ``.ipynb``.
    course : Course
        Whose file names tell a submission from a folder of submissions.

    Returns
    -------
    Listing
        Each submission with an id that is unique and can be a file's name: the stem of
        its path, with as much more of the path as tells it from the others.

    Raises
    ------
    SubmissionError
        If a path does not exist, or there is nothing below them.
    """
    names = {name for exercise in course.exercises for name in exercise.file_names}
    found: dict[Path, None] = {}
    left_out: list[Path] = []
    for path in paths:
        for child in _children(path, names):
            (found.__setitem__(child, None) if _can_be_one(child) else left_out.append(child))
    if not found:
        listed = ", ".join(map(str, paths))
        raise SubmissionError(
            f"there is no submission in {listed}; give a folder whose children are one "
            "submission each (a folder, an archive, .py or .ipynb)"
        )
    listing = sorted(_name_all(list(found)), key=lambda listed: listed.id)
    return Listing(tuple(listing), tuple(sorted(left_out)))


def _children(path: Path, names: set[str]) -> Iterator[Path]:
    if not path.exists():
        raise SubmissionError(f"there is no {path}; give a folder of submissions")
    if not path.is_dir():
        yield path.resolve()
        return
    try:
        present = sorted(path.resolve().iterdir())
    except OSError as error:
        raise SubmissionError(f"{path} cannot be looked into: {error.strerror}") from error
    if any(child.name in names for child in present):
        yield path.resolve()
        return
    yield from (child for child in present if not is_junk((child.name,)))


def _can_be_one(path: Path) -> bool:
    # Path.is_dir raises where the folder may not be entered.
    return os.path.isdir(path) or is_code(path.name) or is_archive(path.name)  # noqa: PTH112


def _name_all(paths: list[Path]) -> Iterator[Listed]:
    """Give each path the shortest of its names that no other path has."""
    left = dict.fromkeys(paths)
    taken: set[str] = set()
    for name in (_stem, _full_name, _with_folder, _with_digest):
        wanted: dict[str, list[Path]] = {}
        for path in left:
            # Some file systems do not tell Ada from ada.
            wanted.setdefault(_tame(name(path)).casefold(), []).append(path)
        for key, same in wanted.items():
            if len(same) == 1 and key not in taken:
                taken.add(key)
                del left[same[0]]
                yield Listed(_tame(name(same[0])), same[0])


def _stem(path: Path) -> str:
    return path.name if os.path.isdir(path) else without_endings(path.name)  # noqa: PTH112


def _full_name(path: Path) -> str:
    return path.name


def _with_folder(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def _with_digest(path: Path) -> str:
    return f"{_stem(path)}-{_digest(str(path))}"


def _tame(name: str) -> str:
    """Return a name that can be a file's, the same where it already can."""
    plain = _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name.partition(".")[0])
    if plain and len(os.fsencode(name)) <= _MAX_ID and not name.endswith((" ", ".")):
        return name
    kept = re.sub(r"[^\w.@+-]+", "_", clean_line(name, 40)).strip("._-")
    return f"{kept}-{_digest(name)}".lstrip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:8]
