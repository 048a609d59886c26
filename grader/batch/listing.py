"""Find the submissions of a batch, and give each an id."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from grader.errors import SubmissionError
from grader.records import Course, Person
from grader.sanitize import clean_line
from grader.submissions.child.messages import Part
from grader.submissions.names import CODE, is_archive, is_code, is_junk, without_endings

_MAX_ID = 80
# A name that every file system and spreadsheet accepts; letters of any script.
_PLAIN = re.compile(r"[^\W_][\w .,@()+=&'-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission that was found.

    Parameters
    ----------
    id : str
        Unique; it can be a file name.
    path : Path
        Where it is, or the download that it is in.
    parts : tuple of Part
        Files of a download that may hold code; empty where ``path`` is the submission.
    students, attempt, handed_in_at, late
        As for `grader.records.Submission`.
    notes : tuple of str
        Files that are not graded, and why.
    reason : str
        Why there is nothing to read, or empty.
    damaged : bool
        Something was handed in that cannot be read.
    original : str
        As for `grader.records.Submission`.
    replaced : tuple of str
        Earlier attempts that were given too, one line each.
    """

    id: str
    path: Path
    parts: tuple[Part, ...] = ()
    students: tuple[Person, ...] = ()
    attempt: int = 1
    handed_in_at: str = ""
    late: bool | None = None
    notes: tuple[str, ...] = ()
    reason: str = ""
    damaged: bool = False
    original: str = ""
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """All submissions in the order of their ids, and the files that were left out.

    Parameters
    ----------
    found : tuple of str
        A line for each download of a platform: what is in it.
    """

    submissions: tuple[Listed, ...]
    left_out: tuple[Path, ...]
    found: tuple[str, ...] = ()

    def choose(self, only: Collection[str]) -> tuple[Listed, ...]:
        """Return the submissions with some ids, or all where none are given."""
        return tuple(one for one in self.submissions if not only or one.id in only)


def list_submissions(
    paths: Iterable[Path], course: Course, beside: Collection[Path] = ()
) -> Listing:
    """Find the submissions below some paths.

    Parameters
    ----------
    paths : iterable of Path
        Folders whose children are one submission each, or submissions themselves: a
        folder with a file of the course, an archive, a ``.py``, an ``.ipynb``.
    beside : collection of Path
        Files in the folders that are not part of a submission.

    Returns
    -------
    Listing
        Each submission with an id that can be a file name: the stem of its path, with as much
        more of the path as makes it unique in its folder. The same id in two folders is the
        same student.

    Raises
    ------
    SubmissionError
        If a path does not exist, or there is nothing below them.
    """
    names = {f"{name}{ending}" for name in course.modules for ending in CODE}
    found: dict[Path, None] = {}
    left_out: list[Path] = []
    for child in (child for path in paths for child in _children(path, names, beside)):
        if child not in beside and _is_submission(child):
            found[child] = None
        else:
            left_out.append(child)
    if not found:
        listed = ", ".join(map(str, paths))
        raise SubmissionError(
            f"there is no submission in {listed}; give a folder whose children are one "
            "submission each (a folder, an archive, .py or .ipynb)"
        )
    siblings: dict[Path, list[Path]] = {}
    for path in found:
        siblings.setdefault(path.parent, []).append(path)
    listing = [listed for same in siblings.values() for listed in name_all(same)]
    return Listing(tuple(sorted(listing, key=lambda one: one.id)), tuple(sorted(left_out)))


def refuse_unreachable(path: Path) -> None:
    """Raise `SubmissionError` if there is no such file or folder, or it cannot be looked at."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SubmissionError(
            f"{path} does not exist; give a folder of submissions or a download"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SubmissionError(f"{path} cannot be read: {reason}") from error


def _children(path: Path, names: set[str], beside: Collection[Path]) -> Iterator[Path]:
    refuse_unreachable(path)
    if not path.is_dir():
        yield path.resolve()
        return
    try:
        present = sorted(path.resolve().iterdir())
    except OSError as error:
        raise SubmissionError(f"{path} cannot be read: {error.strerror}") from error
    if any(child.name in names for child in present if child not in beside):
        yield path.resolve()
        return
    yield from (child for child in present if not is_junk((child.name,)))


def _is_submission(path: Path) -> bool:
    # Path.is_dir raises if the folder cannot be entered.
    if os.path.isdir(path) or is_code(path.name) or is_archive(path.name):  # noqa: PTH112
        return True
    # Of a link that leads nowhere it is not known what it was.
    return os.path.islink(path) and not os.path.exists(path)  # noqa: PTH110, PTH114


def name_all(paths: Sequence[Path]) -> Iterator[Listed]:
    """Give each path the shortest id that no other path has, and yield them."""
    left = {path: _possible_names(path) for path in paths}
    taken: set[str] = set()
    for place in range(4):
        wanted: dict[str, list[Path]] = {}
        for path, names in left.items():
            # On some file systems Ada and ada are the same name.
            wanted.setdefault(fold_id(names[place]), []).append(path)
        for key, same in wanted.items():
            if len(same) == 1 and key not in taken:
                taken.add(key)
                yield _named(left.pop(same[0])[place], same[0])
    for path, names in left.items():
        free = next(name for n in count(2) if fold_id(name := f"{names[-1]}-{n}") not in taken)
        taken.add(fold_id(free))
        yield _named(free, path)


def _named(identity: str, path: Path) -> Listed:
    name = _stem(path)
    return Listed(identity, path, students=students_of(name, make_safe(name)))


def students_of(name: str, identity: str) -> tuple[Person, ...]:
    """Return the student of a name from which an id was made, if the id does not show it."""
    shown = unicodedata.normalize("NFC", name)
    return () if shown == identity else (Person(shown),)


def name_keys(keys: Collection[str]) -> dict[str, str]:
    """Return a safe id for each key, different from all others as file systems see it."""
    safe = {key: make_safe(key) for key in keys}
    same = Counter(map(fold_id, safe.values()))
    return {
        key: one if same[fold_id(one)] == 1 else f"{one[:40]}-{_digest(key)}"
        for key, one in safe.items()
    }


def fold_id(identity: str) -> str:
    """Return an id as file systems and people compare it."""
    return unicodedata.normalize("NFKC", identity).casefold()


def _possible_names(path: Path) -> list[str]:
    stem = _stem(path)
    names = stem, path.name, f"{path.parent.name}-{path.name}", f"{stem}-{_digest(str(path))}"
    return list(map(make_safe, names))


def _stem(path: Path) -> str:
    return path.name if os.path.isdir(path) else without_endings(path.name)  # noqa: PTH112


def make_safe(name: str) -> str:
    """Return the name if it can be a file name, else one like it that can."""
    name = unicodedata.normalize("NFC", name)
    plain = _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name.partition(".")[0])
    if plain and len(os.fsencode(name)) <= _MAX_ID and not name.endswith((" ", ".")):
        return name
    kept = re.sub(r"[^\w.@+-]+", "_", clean_line(name, 40))
    # Nor does an id begin a formula in a table.
    kept = kept.lstrip("._-+@").rstrip("._-")
    return f"{kept}-{_digest(name)}".lstrip("-")


def _digest(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:8]
