"""Files of the file system: regular ones only, and no link is followed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePath

from grader.errors import ReadingError, SubmissionError
from grader.submissions.child.budget import MAX_FOLDERS, Budget
from grader.submissions.child.entries import (
    IS_LINK,
    NOT_REGULAR,
    Entry,
    UnreadableError,
    refuse,
    too_large,
)
from grader.submissions.names import ENVIRONMENT, is_junk, split_path

# Errors of a disk, a network or a full machine, and a file that is gone by now.
_FAULTS = frozenset(
    getattr(errno, name)
    for name in (
        "EIO ENOENT ENOMEM ENFILE EMFILE ESTALE ETIMEDOUT ENOTCONN ENETDOWN EHOSTDOWN "
        "ENOLINK EREMOTEIO"
    ).split()
    if hasattr(errno, name)
)
_Listing = tuple[str, list[str], list[str]]


def list_folder(folder: str, budget: Budget) -> list[Entry]:
    """Return what is below a folder.

    Parameters
    ----------
    folder : str
        Its path; environments, caches and hidden folders below it are passed over.
    budget : Budget
        Counts their names, and the bytes when they are read.

    Returns
    -------
    list of Entry
        The files, the links, and the folders that cannot be read.

    Raises
    ------
    SubmissionError
        If the folder cannot be read, or has too many files.
    """
    found: list[Entry] = []
    for parts, folders, files in _walk(folder, found):
        budget.take_names(len(folders) + len(files))
        if parts and ENVIRONMENT in files:
            folders.clear()
            continue
        folders[:] = sorted(n for n in folders if not is_junk((n,)))
        links = [name for name in folders if _is_link(folder, parts, name)]
        if len(parts) >= MAX_FOLDERS:
            folders.clear()
        found += [
            Entry(
                split_path("/".join((*parts, name))),
                partial(_read_below, folder, parts, name, budget),
                "link" if _is_link(folder, parts, name) else "file",
            )
            for name in (*sorted(files), *links)
        ]
    return found


def _is_link(folder: str, parts: Sequence[str], name: str) -> bool:
    return os.path.islink(os.path.join(folder, *parts, name))  # noqa: PTH114, PTH118


def _walk(
    folder: str, found: list[Entry]
) -> Iterator[tuple[tuple[str, ...], list[str], list[str]]]:
    def complain(error: OSError) -> None:
        refuse_fault(error)
        reason = f"it cannot be read: {error.strerror}"
        if error.filename in (folder, None) and not listed:
            raise SubmissionError(reason) from error
        below = PurePath(error.filename or folder).relative_to(folder).parts
        found.append(Entry(split_path("/".join(below)), refuse(reason), "folder"))

    listed = False
    for path, folders, files in os.walk(folder, onerror=complain):
        listed = True
        parts = PurePath(path).relative_to(folder).parts
        yield parts, folders, files


def refuse_fault(error: OSError) -> None:
    """Raise `ReadingError` if an error is the machine's, not a property of what was handed in."""
    if error.errno in _FAULTS:
        raise ReadingError(
            f"it cannot be read on this machine: {error.strerror}; run the same command again"
        ) from error


def list_file(path: str, name: str, budget: Budget) -> Entry:
    """Return one file of the file system under a name."""
    folder, last = os.path.split(path)
    return Entry(split_path(name), partial(_read_below, folder, (), last, budget))


def _read_below(
    folder: str, parts: tuple[str, ...], name: str, budget: Budget, limit: int
) -> bytes:
    try:
        with contextlib.ExitStack() as opened:
            fd = _open_below(opened, folder, parts, name)
            content = _read_regular(fd, min(limit, budget.bytes_left) + 1)
    except OSError as error:
        refuse_fault(error)
        reason = IS_LINK if _is_link(folder, parts, name) else error.strerror
        raise UnreadableError(reason or type(error).__name__) from error
    budget.take_bytes(len(content))
    if len(content) > limit:
        raise too_large(limit)
    return content


def _open_below(
    opened: contextlib.ExitStack, folder: str, parts: tuple[str, ...], name: str
) -> int:
    """Open a file, folder by folder, so that no link is followed on the way."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    if os.open not in os.supports_dir_fd:
        fd = os.open(os.path.join(folder, *parts, name), flags)  # noqa: PTH118
        opened.callback(os.close, fd)
        return fd
    at = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY)
    opened.callback(os.close, at)
    for part in (*parts, name):
        at = os.open(part, flags, dir_fd=at)
        opened.callback(os.close, at)
    return at


def _read_regular(fd: int, count: int) -> bytes:
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        raise UnreadableError(NOT_REGULAR)
    with os.fdopen(os.dup(fd), "rb") as file:
        return file.read(count)
