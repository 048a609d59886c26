"""Replacements of the terminal and the notebook: text streams, `display`, `get_ipython`."""

from __future__ import annotations

import builtins
import io
import sys
from typing import Any, NoReturn, TextIO

_MAX_PRINTED = 2_000
_NO_INPUT = "the grader runs your code without a keyboard, so input() has no answer"
_NO_FILE = "the grader keeps what is printed in memory; there is no file behind this stream"


class NoInput(EOFError):
    """The student's code asked for input."""


# Its name in messages.
NoInput.__name__ = "EOFError"


class _Text(io.TextIOBase):
    encoding = "utf-8"
    errors = "replace"
    newlines = None
    name = "<stream>"

    def fileno(self) -> NoReturn:
        raise io.UnsupportedOperation(_NO_FILE)

    def reconfigure(self, **_options: Any) -> None:
        """Accept any encoding and buffering, and change nothing."""


class Printed(_Text):
    """A stream that keeps the first characters written to it.

    Parameters
    ----------
    most : int
        How many characters are kept.
    also : text stream, optional
        A stream that gets the same.

    Attributes
    ----------
    size : int
        How many were written in all.
    """

    def __init__(self, most: int = _MAX_PRINTED, also: Printed | TextIO | None = None) -> None:
        self._most = most
        self._also = also
        self._parts: list[str] = []
        self.size = 0
        self.buffer = _PrintedBytes(self)

    @property
    def text(self) -> str:
        """Return what is kept."""
        self._parts = ["".join(self._parts)]
        return self._parts[0]

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Keep the text, as long as there is room."""
        if self.size < self._most:
            self._parts.append(text[: self._most - self.size])
        self.size += len(text)
        if self._also is not None:
            self._also.write(text)
        return len(text)


class _PrintedBytes(io.RawIOBase):
    def __init__(self, text: Printed) -> None:
        self._text = text

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        written = bytes(data)
        self._text.write(written.decode("utf-8", "replace"))
        return len(written)

    def fileno(self) -> NoReturn:
        raise io.UnsupportedOperation(_NO_FILE)


class _Keyboard(_Text):
    def readable(self) -> bool:
        return True

    def _refuse(self, *_args: Any) -> NoReturn:
        raise NoInput(_NO_INPUT)

    # `input` calls readline; the others are for sys.stdin itself.
    read = readline = readlines = __next__ = _refuse

    @property
    def buffer(self) -> _Keyboard:
        return self


class _Shell:
    """The object that `get_ipython()` returns: every method accepts everything."""

    def getoutput(self, *_args: Any, **_kwargs: Any) -> list[str]:
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _ignore


def _ignore(*_args: Any, **_kwargs: Any) -> None:
    """Do nothing."""


def take_terminal(file_name: str) -> None:
    """Replace the standard streams and arguments, and add what a notebook offers.

    Parameters
    ----------
    file_name : str
        The content of ``sys.argv``.
    """
    sys.argv = [file_name]
    sys.stdin = _Keyboard()
    sys.stdout = sys.stderr = Printed()
    shell = _Shell()
    vars(builtins).update(display=_ignore, get_ipython=lambda: shell)
