"""The names below a folder of a class; no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from grader.errors import SubmissionError
from grader.submissions.child.budget import MAX_FOLDERS, Budget
from grader.submissions.child.entries import UnreadableError
from grader.submissions.child.folder import list_file, refuse_fault
from grader.submissions.layouts.own import MAX_OWN, decode_own, is_own
from grader.submissions.layouts.tree import MARKERS, Item
from grader.submissions.names import Path, is_junk, printable, split_path


def walk(folder: str, budget: Budget) -> list[Item]:
    """Return what is below a folder, in the order of names.

    Parameters
    ----------
    folder : str
        Its path.
    budget : Budget
        Counts names, and the bytes of files about the class.

    Raises
    ------
    SubmissionError
        If it cannot be read, or has too many files.
    ReadingError
        If that is a fault of this machine, or something is gone by now.
    """
    try:
        present = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError as error:
        refuse_fault(error)
        raise SubmissionError(f"it cannot be read: {error.strerror}") from error
    return [item for name in present for item in _items(folder, name, (), budget)]


def _items(folder: str, name: str, above: Path, budget: Budget) -> Iterator[Item]:
    budget.take_names(1)
    place = os.path.join(folder, name)  # noqa: PTH118
    # A backslash in the name of a file is of a program that unpacked a zip so. Of a folder's
    # name it is a letter.
    one = split_path(printable(name).replace("\\", "_"))
    path = (*above, *(split_path(printable(name)) or one))
    if is_junk((name,)):
        if name in MARKERS:
            yield Item((*above, name), "folder")
        return
    try:
        mode = os.lstat(place).st_mode
    except OSError as error:
        refuse_fault(error)
        yield Item(path, problem=error.strerror or "it cannot be read")
        return
    if stat.S_ISDIR(mode):
        yield from _folder(place, (*above, *one), budget)
    elif stat.S_ISLNK(mode):
        yield Item(path, "link")
    else:
        yield _file(place, path, budget)


def _folder(place: str, path: Path, budget: Budget) -> Iterator[Item]:
    if len(path) > MAX_FOLDERS:
        return
    try:
        present = sorted(os.listdir(place))  # noqa: PTH208
    except OSError as error:
        refuse_fault(error)
        yield Item(path, "folder", problem=error.strerror or "it cannot be read")
        return
    below = [item for name in present for item in _items(place, name, path, budget)]
    yield from below or (Item(path, "folder"),)


def _file(place: str, path: Path, budget: Budget) -> Item:
    where = os.fsencode(place)
    if not is_own(path[-1]):
        item = Item(path, where=where)
        return item if item.may_answer else Item(path)
    try:
        content = list_file(place, path[-1], budget).read(MAX_OWN)
    except UnreadableError as error:
        return Item(path, problem=str(error))
    return Item(path, text=decode_own(content))
