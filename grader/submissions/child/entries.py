"""One file in a folder or an archive: where it is, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from grader.submissions.names import Path

IS_LINK = "it is a symbolic link, which is not followed"
NOT_REGULAR = "it is not a regular file"

Kind = Literal["file", "folder", "link"]


class UnreadableError(Exception):
    """One file cannot be read; the text completes "x cannot be read: ..."."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    Parameters
    ----------
    path : tuple of str
        Its parts, below the folder or archive.
    read : callable
        Takes the most bytes that are wanted, and returns the content. It raises
        `UnreadableError` where the file is larger or cannot be read.
    kind : str
        A folder is listed only for a class, where an empty one is a student's.
    """

    path: Path
    read: Callable[[int], bytes]
    kind: Kind = "file"


def refuse(reason: str) -> Callable[[int], bytes]:
    """Return the ``read`` of a file that cannot be read."""

    def read(_limit: int) -> bytes:
        raise UnreadableError(reason)

    return read


def too_large(limit: int) -> UnreadableError:
    """Return the error of a file that is larger than a limit."""
    return UnreadableError(f"it is larger than {limit // 1024} KiB")
