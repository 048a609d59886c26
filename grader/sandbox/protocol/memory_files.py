"""Files in memory: what a check gives to a program, and what the program writes."""

from __future__ import annotations

import errno
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from grader.sandbox.protocol.opened import Content, RawFile, buffer, refuse, validate

_MAX_ENTRIES = 1_000  # files and folders
_MAX_NAME = 1_000  # characters of a name with its folders
_NO_WRITING = "the grader lets no program write files"


class Files:
    """A folder with its files and folders, by name with ``/``; its own name is empty.

    Parameters
    ----------
    given : mapping of str to bytes
        The files, by path.
    room : int
        The bytes that may be written; none where nothing may be changed.
    """

    def __init__(self, given: Mapping[str, bytes], room: int) -> None:
        self._given = given
        self._files = {name: Content(data) for name, data in given.items()}
        self._folders = {""} | {folder for name in given for folder in _folders_of(name)}
        self._room = room
        self._limit = room
        self._opened: weakref.WeakSet[Any] = weakref.WeakSet()

    def is_file(self, name: str) -> bool:
        """Return whether there is a file of that name."""
        return name in self._files

    def is_folder(self, name: str) -> bool:
        """Return whether there is a folder of that name."""
        return name in self._folders

    def exists(self, name: str) -> bool:
        """Return whether there is a file or a folder of that name."""
        return self.is_file(name) or self.is_folder(name)

    def size(self, name: str) -> int:
        """Return the bytes of a file, or 0 of a folder."""
        self.flush()
        return len(self._files[name].data) if name in self._files else 0

    def names_in(self, folder: str) -> list[str]:
        """Return the last names of what is in a folder, in alphabetical order."""
        inside = f"{folder}/" if folder else ""
        names = {*self._files, *self._folders} - {""}
        return sorted(
            name[len(inside) :]
            for name in names
            if name.startswith(inside) and "/" not in name[len(inside) :]
        )

    def written(self) -> dict[str, bytes]:
        """Return the files that are new or changed."""
        self.flush()
        now = ((name, bytes(content.data)) for name, content in self._files.items())
        return {name: data for name, data in now if self._given.get(name) != data}

    def removed(self) -> list[str]:
        """Return the names of given files that are gone."""
        return [name for name in self._given if name not in self._files]

    def flush(self) -> None:
        """Write what open files still hold back."""
        for file in list(self._opened):
            if not file.closed:
                file.flush()

    def open(
        self,
        name: str,
        path: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Any:
        """Open a file, as the function `open` does.

        Parameters
        ----------
        name : str
            The file's name here.
        path : object
            The file's name in the program.
        """
        kinds = set(mode)
        validate(mode, kinds, buffering, (encoding, errors, newline))
        changes = bool(kinds & set("wax+"))
        content = self._find(name, path, kinds, changes=changes)
        raw = RawFile(content, path, kinds, self.resize)
        file = buffer(raw, mode, buffering, encoding, errors, newline)
        if changes and file is not raw:
            self._opened.add(file)
        return file

    def _find(self, name: str, path: Any, kinds: set[str], *, changes: bool) -> Content:
        if self.is_folder(name):
            refuse(errno.EISDIR, path)
        if changes:
            self._may_change(path)
        content = self._files.get(name)
        if content is not None and "x" in kinds:
            refuse(errno.EEXIST, path)
        if content is None:
            if not kinds & set("wax"):
                refuse(errno.ENOENT, path, self.describe())
            content = self._create(name, path)
        elif "w" in kinds:
            self.resize(content, 0, path)
        return content

    def _create(self, name: str, path: Any) -> Content:
        self._may_add(name, path)
        content = self._files[name] = Content(bytearray())
        return content

    def _may_change(self, path: Any) -> None:
        if not self._limit:
            refuse(errno.EACCES, path, _NO_WRITING)

    def _may_add(self, name: str, path: Any) -> None:
        self._may_change(path)
        folder = name.rpartition("/")[0]
        if self.is_file(folder):
            refuse(errno.ENOTDIR, path)
        if not self.is_folder(folder):
            refuse(errno.ENOENT, path, self.describe())
        if len(name) > _MAX_NAME:
            refuse(errno.ENAMETOOLONG, path)
        if len(self._files) + len(self._folders) >= _MAX_ENTRIES:
            refuse(errno.ENOSPC, path, f"the grader keeps at most {_MAX_ENTRIES} files")

    def describe(self) -> str:
        """Return which files there are, in words."""
        names = sorted(self._files)
        if not names:
            return "there are no files here"
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return f"the files here are {', '.join(names[:5])}{more}"

    def resize(self, content: Content, size: int, path: Any) -> None:
        """Cut a content, or fill it up with zeros, where there is room."""
        is_own = isinstance(content.data, bytearray)
        grown = size - (len(content.data) if is_own else 0)
        if grown > self._room:
            most = f"{self._limit / 2**20:g} MiB"
            refuse(errno.ENOSPC, path, f"the grader lets a program write {most} into files")
        self._room -= grown
        if not is_own:
            content.data = bytearray(content.data[:size])
        assert isinstance(content.data, bytearray)
        del content.data[size:]
        content.data.extend(bytes(size - len(content.data)))

    def remove(self, name: str, path: Any) -> None:
        """Remove a file, as `os.remove` does."""
        self._need(name, path)
        if self.is_folder(name):
            refuse(errno.EISDIR, path)
        self._may_change(path)
        # Open files stay readable, and written bytes stay counted: they are in memory.
        del self._files[name]

    def make_folder(self, name: str, path: Any) -> None:
        """Make a folder, as `os.mkdir` does."""
        if self.exists(name):
            refuse(errno.EEXIST, path)
        self._may_add(name, path)
        self._folders.add(name)

    def remove_folder(self, name: str, path: Any) -> None:
        """Remove an empty folder, as `os.rmdir` does."""
        self._need(name, path)
        if self.is_file(name):
            refuse(errno.ENOTDIR, path)
        self._may_change(path)
        if not name or self.names_in(name):
            refuse(errno.ENOTEMPTY, path)
        self._folders.remove(name)

    def rename(self, name: str, new: str, path: Any) -> None:
        """Rename a file or a folder, as `os.replace` does."""
        self._need(name, path)
        self._may_change(path)
        if new == name:
            return
        if self.is_file(name):
            if self.is_folder(new):
                refuse(errno.EISDIR, path)
            if not self.is_file(new):
                self._may_add(new, path)
            self._files[new] = self._files.pop(name)
            return
        if not name or new.startswith(f"{name}/"):
            refuse(errno.EINVAL, path)
        self.make_folder(new, path)
        inside = f"{name}/"
        for old in [one for one in self._files if one.startswith(inside)]:
            self._files[f"{new}/{old[len(inside) :]}"] = self._files.pop(old)
        for old in [one for one in self._folders if one.startswith(inside)]:
            self._folders.add(f"{new}/{old[len(inside) :]}")
            self._folders.remove(old)
        self._folders.remove(name)

    def touch(self, name: str, path: Any) -> None:
        """Make an empty file where there is nothing of that name."""
        self._may_change(path)
        if not self.exists(name):
            self._create(name, path)

    def need_change(self, name: str, path: Any) -> None:
        """Raise the error of what cannot be found, or changed."""
        self._need(name, path)
        self._may_change(path)

    def _need(self, name: str, path: Any) -> None:
        if not self.exists(name):
            self.missing(path)

    def missing(self, path: Any) -> NoReturn:
        """Raise ``FileNotFoundError``."""
        refuse(errno.ENOENT, path, self.describe())


def _folders_of(name: str) -> Iterator[str]:
    folder = name.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
