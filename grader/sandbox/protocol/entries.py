"""The replacement of `os.scandir` for folders in memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from typing import Any


class _Entry:
    """An entry of `os.scandir` for a file in memory."""

    def __init__(self, folder: Any, name: str, status: Callable[..., os.stat_result]) -> None:
        self._status = status
        self.name: Any = os.fsencode(name) if isinstance(folder, bytes) else name
        self.path = os.path.join(folder, self.name)  # noqa: PTH118 - it may be bytes

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def inode(self) -> int:
        """Return 0."""
        return 0

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        """Return its status."""
        return self._status(self.path, follow_symlinks=follow_symlinks)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Return whether it is a folder."""
        return stat.S_ISDIR(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Return whether it is a file."""
        return stat.S_ISREG(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_symlink(self) -> bool:
        """Return False."""
        return False

    def is_junction(self) -> bool:
        """Return False."""
        return False


class Scan:
    """The entries of a folder in memory, as `os.scandir` returns them.

    Parameters
    ----------
    folder : str or bytes
        The folder, as the program calls it.
    names : sequence of str
        The names of its entries.
    status : callable
        `os.stat`, as the program finds it.
    """

    def __init__(
        self, folder: Any, names: Sequence[str], status: Callable[..., os.stat_result]
    ) -> None:
        self._entries = iter([_Entry(folder, name, status) for name in names])

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> _Entry:
        return next(self._entries)

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Yield nothing more."""
        self._entries = iter(())
