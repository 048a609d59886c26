"""A file in memory that is open: what `open` returns of it, and how it refuses."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from typing import Any, NoReturn

_KINDS = (
    OSError,
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
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


class Content:
    """The content of a file; bytes until it is changed."""

    def __init__(self, data: bytes | bytearray) -> None:
        self.data = data


class RawFile(io.RawIOBase):
    """An open file, without a buffer.

    Parameters
    ----------
    content : Content
        The content of the file.
    path : object
        The file's name in the program.
    kinds : set of str
        The letters of its mode.
    resize : callable
        Makes a content longer or shorter, where there is room.
    """

    def __init__(
        self,
        content: Content,
        path: Any,
        kinds: set[str],
        resize: Callable[[Content, int, Any], None],
    ) -> None:
        self._resize = resize
        self._content = content
        self._reads = bool(kinds & set("r+"))
        self._writes = bool(kinds & set("wax+"))
        self._appends = "a" in kinds
        self._place = len(content.data) if self._appends else 0
        self.name = path
        self.mode = "".join(sorted(kinds - set("bt"))) + "b"

    def fileno(self) -> NoReturn:
        """Raise an error: it has no descriptor."""
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
            self._resize(self._content, max(end, len(self._content.data)), self.name)
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
        self._resize(self._content, size, self.name)
        return size

    def _check(self, can: bool = True, why: str = "") -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not can:
            raise io.UnsupportedOperation(why)


def validate(mode: str, kinds: set[str], buffering: int, of_text: tuple[str | None, ...]) -> None:
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


def buffer(
    raw: RawFile,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    """Return the file that `open` returns: with a buffer, and of text in its encoding."""
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    buffered: Any
    if "+" in mode:
        buffered = io.BufferedRandom(raw, size)
    else:
        buffered = (io.BufferedReader if "r" in mode else io.BufferedWriter)(raw, size)
    if "b" in mode:
        return buffered
    text: Any = io.TextIOWrapper(
        buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1
    )
    text.mode = mode
    return text
