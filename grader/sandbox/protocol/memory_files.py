"""Files in memory: what a check gives to a program, and what the program writes."""

from __future__ import annotations

import errno
import io
import os
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

_MAX_ENTRIES = 1_000  # files and folders
_MAX_NAME = 1_000  # characters of a name with its folders
_KINDS = (
    OSError,
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
_NO_WRITING = "the grader lets no program write files"
_NO_FILE = "the grader keeps this file in memory; there is no descriptor of it"


def refuse(number: int, path: Any, advice: str = "") -> NoReturn:
    """Raise the ``OSError`` of that number for a path, with advice for the student."""
    error = OSError(number, os.strerror(number), path)
    error.advice = advice  # type: ignore[attr-defined]
    raise error


def advice_of(error: BaseException) -> str:
    """Return the advice of an exception that `refuse` raised; of another one an empty text."""
    # A class of a program's own could do anything when it is asked.
    kind = type(error)
    if not any(kind is known for known in _KINDS):
        return ""
    advice = error.__dict__.get("advice", "")
    return advice if isinstance(advice, str) else ""


class _Content:
    """What is in a file; bytes until it is changed."""

    def __init__(self, data: bytes | bytearray) -> None:
        self.data = data


class Files:
    """A folder with its files and folders, by name with ``/``; its own name is empty.

    Parameters
    ----------
    given : mapping of str to bytes
        What is in it.
    room : int
        The bytes that may be written; none where nothing may be changed.
    """

    def __init__(self, given: Mapping[str, bytes], room: int) -> None:
        self._given = given
        self._files = {name: _Content(data) for name, data in given.items()}
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
            What the program calls it.
        """
        kinds = set(mode)
        _validate(mode, kinds, buffering, (encoding, errors, newline))
        writes, updates = bool(kinds & set("wax")), "+" in kinds
        content = self._find(name, path, kinds, changes=writes or updates)
        raw = _RawFile(self, content, path, kinds)
        if buffering == 0:
            return raw
        size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
        buffered: Any
        if updates:
            buffered = io.BufferedRandom(raw, size)
        else:
            buffered = io.BufferedWriter(raw, size) if writes else io.BufferedReader(raw, size)
        file = buffered
        if "b" not in kinds:
            text: Any = io.TextIOWrapper(
                buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1
            )
            text.mode = mode
            file = text
        if writes or updates:
            self._opened.add(file)
        return file

    def _find(self, name: str, path: Any, kinds: set[str], *, changes: bool) -> _Content:
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

    def _create(self, name: str, path: Any) -> _Content:
        self._may_add(name, path)
        content = self._files[name] = _Content(bytearray())
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

    def resize(self, content: _Content, size: int, path: Any) -> None:
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
        # What is open stays readable, and what was written keeps its room: it is in memory.
        del self._files[name]

    def make_folder(self, name: str, path: Any) -> None:
        """Make a folder, as `os.mkdir` does."""
        if self.is_file(name) or self.is_folder(name):
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
        if not self.is_file(name) and not self.is_folder(name):
            self._create(name, path)

    def need_change(self, name: str, path: Any) -> None:
        """Raise the error of what cannot be found, or changed."""
        self._need(name, path)
        self._may_change(path)

    def _need(self, name: str, path: Any) -> None:
        if not self.is_file(name) and not self.is_folder(name):
            self.missing(path)

    def missing(self, path: Any) -> NoReturn:
        """Raise ``FileNotFoundError``."""
        refuse(errno.ENOENT, path, self.describe())


class _RawFile(io.RawIOBase):
    """An open file, without a buffer."""

    def __init__(self, files: Files, content: _Content, path: Any, kinds: set[str]) -> None:
        self._files = files
        self._content = content
        self._reads = bool(kinds & set("r+"))
        self._writes = bool(kinds & set("wax+"))
        self._appends = "a" in kinds
        self._place = len(content.data) if self._appends else 0
        self.name = path
        self.mode = "".join(sorted(kinds - set("bt"))) + "b"

    def fileno(self) -> NoReturn:
        raise io.UnsupportedOperation(_NO_FILE)

    def readable(self) -> bool:
        """Return whether it can be read."""
        return self._reads

    def writable(self) -> bool:
        """Return whether it can be written."""
        return self._writes

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as fit."""
        self._check(self._reads, "not readable")
        part = self._content.data[self._place : self._place + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)

    def write(self, data: Any) -> int:
        """Write all of some bytes."""
        self._check(self._writes, "not writable")
        part = bytes(data)
        if self._appends:
            self._place = len(self._content.data)
        end = self._place + len(part)
        if part and (end > len(self._content.data) or isinstance(self._content.data, bytes)):
            self._files.resize(self._content, max(end, len(self._content.data)), self.name)
        if part:
            assert isinstance(self._content.data, bytearray)
            self._content.data[self._place : end] = part
        self._place = end
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place."""
        self._check()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: len(self._content.data)}
        if whence not in start:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        if start[whence] + offset < 0:
            refuse(errno.EINVAL, self.name)
        self._place = start[whence] + offset
        return self._place

    def tell(self) -> int:
        """Return the place."""
        self._check()
        return self._place

    def truncate(self, size: int | None = None) -> int:
        """Cut the file, by default here."""
        self._check(self._writes, "not writable")
        size = self._place if size is None else size
        if size < 0:
            refuse(errno.EINVAL, self.name)
        self._files.resize(self._content, size, self.name)
        return size

    def _check(self, can: bool = True, why: str = "") -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not can:
            raise io.UnsupportedOperation(why)


def _folders_of(name: str) -> Iterator[str]:
    folder = name.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _validate(mode: str, kinds: set[str], buffering: int, of_text: tuple[str | None, ...]) -> None:
    """Refuse what `open` refuses, in its words."""
    if kinds - set("axrwb+t") or len(mode) > len(kinds):
        raise ValueError(f"invalid mode: {mode!r}")
    if {"b", "t"} <= kinds:
        raise ValueError("can't have text and binary mode at once")
    if len(kinds & set("axrw")) != 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    if "b" in kinds:
        for what, value in zip(("encoding", "errors", "newline"), of_text, strict=True):
            if value is not None:
                article = "an" if what[0] == "e" else "a"
                raise ValueError(f"binary mode doesn't take {article} {what} argument")
    elif buffering == 0:
        raise ValueError("can't have unbuffered text I/O")
