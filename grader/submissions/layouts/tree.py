"""The names in a download, as a flat list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from grader.submissions.child.entries import Kind
from grader.submissions.names import Path, is_archive, is_code, without_endings

# Folders of a version control system show that a folder is a clone. They are not looked into.
MARKERS = (".git", ".github")
_MAX_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A file, folder or link of a download.

    Parameters
    ----------
    path : tuple of str
        Its parts, below the level that is looked at.
    kind : str
        A link is not followed.
    where : bytes
        The path of its content in the file system, or empty if it was not unpacked.
    problem : str
        Why its content cannot be read, or empty.
    text : str
        The text of a file of the platform's own.
    """

    path: Path
    kind: Kind = "file"
    where: bytes = b""
    problem: str = ""
    text: str = ""

    @property
    def top(self) -> str:
        """Return the first part of its path."""
        return self.path[0]

    @property
    def may_answer(self) -> bool:
        """Return whether it may hold code: a module, a notebook, an archive."""
        return self.kind != "folder" and (is_code(self.path[-1]) or is_archive(self.path[-1]))

    @property
    def counts(self) -> bool:
        """Return whether it may be of a student: a folder, or what may hold code."""
        return self.kind == "folder" or self.may_answer

    @property
    def stem(self) -> str:
        """Return the first part of its path, of a file without the ending."""
        return self.top if self.kind == "folder" else without_endings(self.top)


@dataclass(frozen=True)
class Level:
    """One folder of a download, with all that is in and below it.

    Parameters
    ----------
    name : str
        Its name.
    items : tuple of Item
        Their paths are below it.
    """

    name: str
    items: tuple[Item, ...]

    @cached_property
    def _by_top(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.top, []).append(item)
        return found

    def tops(self) -> Iterator[Item]:
        """Yield what is directly in it, a folder once."""
        for name, items in self._by_top.items():
            yield items[0] if len(items[0].path) == 1 else Item((name,), "folder")

    def of(self, top: str) -> Sequence[Item]:
        """Return all items of a name that is directly in it."""
        return self._by_top.get(top, ())

    def folders(self) -> list[str]:
        """Return the names of the folders that are directly in it."""
        return [item.top for item in self.tops() if item.kind == "folder"]

    def below(self, folder: str) -> Level:
        """Return the level of a folder that is directly in it."""
        below = (item for item in self.of(folder) if len(item.path) > 1)
        return Level(folder, tuple(replace(item, path=item.path[1:]) for item in below))


def levels_within(
    level: Level, unpack: Callable[[Item], Level | None], has_work: Callable[[Item], bool]
) -> Iterator[Level]:
    """Yield a level, and those within that hold all of it.

    Parameters
    ----------
    unpack : callable
        Returns the level of an archive, or None if it cannot be read.
    has_work : callable
        Returns whether a file may be a student's; others may be beside what holds all.
    """
    for _ in range(_MAX_LEVELS):
        yield level
        found = (i for i in level.tops() if i.kind == "folder" or (i.counts and has_work(i)))
        inner = list(islice(found, 2))  # most classes have many, and each is read
        if len(inner) != 1:
            return
        (only,) = inner
        if only.kind == "folder":
            level = level.below(only.top)
        elif only.kind == "file" and is_archive(only.top):
            unpacked = unpack(only)
            if unpacked is None:
                return
            level = unpacked
        else:
            return
