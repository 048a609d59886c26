"""The names of a class's archive, and its code in files that are called by numbers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO

from grader.errors import ReadingError, SubmissionError
from grader.submissions.child.budget import MAX_ARCHIVE, MAX_NOTEBOOK, MIB, Budget
from grader.submissions.child.entries import NOT_REGULAR, Entry, UnreadableError, refuse
from grader.submissions.child.tars import limit_of_code, list_tar
from grader.submissions.child.zips import open_large_zip
from grader.submissions.layouts.own import MAX_OWN, decode_own, is_own
from grader.submissions.layouts.tree import MARKERS, Item, Level
from grader.submissions.names import (
    ARCHIVES,
    Path,
    is_archive,
    is_code,
    is_junk,
    printable,
    split_name,
    without_endings,
)

# Of all that is unpacked. Code and notebooks take a tenth or more of their size.
MAX_UNPACKED = 4096 * MIB
_ANY_UNPACKED = 256 * MIB
_MOST_RATIO = 20
_MAX_NAMES = 1_000_000
_MAX_PEEKED = 20_000  # names of an archive that is looked into only for its names
_OTHERS = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_TARS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def unpack(path: str, into: str) -> list[Item]:
    """Return the files of an archive; those that may hold code are unpacked.

    Parameters
    ----------
    path : str
        The archive; it is not opened if it is a link.
    into : str
        A folder for the files, which get numbers as names.

    Raises
    ------
    SubmissionError
        If it cannot be read.
    ReadingError
        If there is no space to unpack it.
    """
    fd = _open(path)
    below = os.path.join(into, str(len(os.listdir(into))))  # noqa: PTH118, PTH208
    try:
        os.mkdir(below)  # noqa: PTH102
    except OSError as error:
        os.close(fd)
        raise _no_space(error) from error
    with os.fdopen(fd, "rb") as file:
        most = min(MAX_UNPACKED, _ANY_UNPACKED + _MOST_RATIO * os.fstat(fd).st_size)
        budget = Budget(most, _MAX_NAMES, _MAX_NAMES)
        wanted = enumerate(_wanted(_list(file, budget)))
        return [_take(entry, f"{below}/{number}") for number, entry in wanted]


def peek(item: Item, budget: Budget) -> Level | None:
    """Return the names in an archive of a download, or None if it cannot be read.

    Parameters
    ----------
    budget : Budget
        For all archives of the class together, so that those of one student do not keep a class
        from being read.
    """
    try:
        fd = _open(os.fsdecode(item.where)) if item.where else -1
    except SubmissionError:
        fd = -1
    if fd < 0:
        return None
    with os.fdopen(fd, "rb") as file:
        try:
            if os.fstat(fd).st_size > MAX_ARCHIVE:
                return None
            share = Budget(MAX_ARCHIVE, listed=_MAX_PEEKED, outer=budget)
            entries = _wanted(_list(file, share))
        except SubmissionError:
            return None  # the reader of the submission reports why
    return Level(without_endings(item.path[-1]), tuple(Item(e.path, e.kind) for e in entries))


def _open(path: str) -> int:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise SubmissionError(f"it cannot be read: {error.strerror}") from error


def _list(file: IO[bytes], budget: Budget) -> list[Entry]:
    start = file.read(512)
    if start.startswith(_OTHERS):
        raise SubmissionError("it is a RAR or 7-Zip archive; unpack it and give the folder")
    if not start.startswith(_TARS) and start[257:262] != b"ustar":
        return open_large_zip(file, budget)
    content = start + file.read(MAX_ARCHIVE)
    if len(content) > MAX_ARCHIVE:
        raise SubmissionError("the tar is too large; unpack it and give the folder")
    return list_tar(content, budget, _limit_of)


def _limit_of(name: str) -> int:
    return MAX_OWN if is_own(name) else limit_of_code(name)


def _wanted(entries: Sequence[Entry]) -> list[Entry]:
    named = [Entry(tuple(map(printable, e.path)), e.read, e.kind) for e in entries]
    kept = [entry for entry in named if not is_junk(entry.path) or _marks(entry.path)]
    # A folder is listed only where there is nothing in it but what came along.
    full = {entry.path[:n] for entry in kept for n in range(1, len(entry.path))}
    folders = {_folder_of(entry) for entry in named} - full - {()}
    files = [entry for entry in kept if entry.kind != "folder"]
    empty = [Entry(path, refuse(NOT_REGULAR), "folder") for path in folders]
    return sorted([*files, *empty], key=lambda entry: entry.path)


def _folder_of(entry: Entry) -> Path:
    """Return the innermost folder of an entry that did not just come along."""
    path = entry.path if entry.kind == "folder" else entry.path[:-1]
    return next((path[:n] for n in range(len(path), 0, -1) if not is_junk(path[:n])), ())


def _marks(path: Path) -> bool:
    return any(part in MARKERS for part in path[:-1])


def _take(entry: Entry, stem: str) -> Item:
    name = entry.path[-1]
    if _marks(entry.path):
        place = next(n for n, part in enumerate(entry.path) if part in MARKERS)
        return Item(entry.path[: place + 1], "folder")
    if entry.kind != "file":
        return Item(entry.path, entry.kind)
    try:
        if is_own(name):
            return Item(entry.path, text=decode_own(entry.read(MAX_OWN)))
        if not is_code(name) and not is_archive(name):
            return Item(entry.path)
        content = entry.read(MAX_ARCHIVE if is_archive(name) else MAX_NOTEBOOK)
    except UnreadableError as error:
        return Item(entry.path, problem=str(error))
    return Item(entry.path, where=os.fsencode(_write(content, name, stem)))


def _write(content: bytes, name: str, stem: str) -> str:
    ending = next((e for e in ARCHIVES if name.casefold().endswith(e)), split_name(name)[1])
    path = stem + ending
    try:
        with open(path, "xb") as file:  # noqa: PTH123
            file.write(content)
    except OSError as error:
        raise _no_space(error) from error
    return path


def _no_space(error: OSError) -> ReadingError:
    return ReadingError(
        f"it cannot be unpacked: {error.strerror}; free space, or set TMPDIR to a folder with space"
    )
