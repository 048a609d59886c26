"""The names in a download, as a flat list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from grader.submissions.names import Path, is_archive, is_code

Kind = Literal["file", "folder", "link"]

# Folders of a version control system show that a folder is a clone. They are not looked into.
MARKERS = (".git", ".github")


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
        What a file of the platform's own says.
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


@dataclass(frozen=True, slots=True)
class Level:
    """One folder of a download, with all that is in and below it.

    Parameters
    ----------
    name : str
        What it is called.
    items : tuple of Item
        Their paths are below it.
    """

    name: str
    items: tuple[Item, ...]

    def tops(self) -> Iterator[Item]:
        """Yield what is directly in it, a folder once."""
        seen = set()
        for item in self.items:
            if item.top not in seen:
                seen.add(item.top)
                yield item if len(item.path) == 1 else Item(item.path[:1], "folder")

    def folders(self) -> list[str]:
        """Return the names of the folders that are directly in it."""
        return [item.top for item in self.tops() if item.kind == "folder"]

    def below(self, folder: str) -> Level:
        """Return the level of a folder that is directly in it."""
        return Level(folder, tuple(strip(self.items, folder)))


def strip(items: Iterable[Item], folder: str) -> Iterator[Item]:
    """Yield what is below a folder, with paths below it."""
    for item in items:
        if item.top == folder and len(item.path) > 1:
            yield replace(item, path=item.path[1:])
