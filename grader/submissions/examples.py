"""Reading the examples that a student wrote; a child process with limits parses them."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.examples import parse
from grader.examples.values import FILE, Written
from grader.invocation import find_program
from grader.records import Course
from grader.sandbox.limited import ChildError, ChildLimits, ask_child
from grader.sanitize import clean_line, quote_path

_LIMITS = ChildLimits(memory_mib=512, cpu_s=6, wall_s=60.0)


def read_examples(path: Path, course: Course) -> Written:
    """Return the examples of a folder's ``examples.py``, or of a file.

    Raises
    ------
    SubmissionError
        If there is no such file, or it cannot be read.
    ReadingError, SandboxError
        If this machine cannot read it.
    """
    file = path / FILE if path.is_dir() else path
    return parse_examples(_read_bytes(file), course, str(file))


def parse_examples(content: bytes, course: Course, name: str) -> Written:
    """Return the examples of a file's content.

    Parameters
    ----------
    name : str
        The file's name in an error.

    Raises
    ------
    SubmissionError, ReadingError, SandboxError
        As for `read_examples`.
    """
    if len(content) > parse.MOST_BYTES:
        raise SubmissionError(f"{name}: {parse.TOO_LARGE}")
    request = parse.Request(content, tuple(course.examples.functions))
    try:
        packed = ask_child(parse.__name__, msgspec.msgpack.encode(request), _LIMITS)
    except ChildError as error:
        raise SubmissionError(f"{name} cannot be read: {error}; write smaller examples") from error
    reply = msgspec.msgpack.decode(packed, type=parse.Reply)
    if reply.problem:
        raise SubmissionError(f"{name}: {reply.problem}")
    return reply.written


def _advise(file: Path) -> str:
    """Return where else examples are, as seen from a kit's root or notebooks; else what to do."""
    here = file.parent
    with contextlib.suppress(OSError):
        near = [one for one in (here, *here.glob("*/"), here / "..") if (one / FILE).is_file()]
        if len(near) == 1:
            folder = quote_path(near[0])
            return f"`{find_program()} examples {folder}` reads {clean_line(str(near[0] / FILE))}"
    return (
        "write one with lines like sigmoid(0.0) == 0.5, or get one with "
        f"`{find_program()} init {quote_path(here)}`"
    )


def _read_bytes(file: Path) -> bytes:
    shown = clean_line(str(file))
    try:
        # Not blocking: a pipe of that name would be waited for.
        fd = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(fd, "rb") as opened:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise SubmissionError(f"{shown} is not a file; give a folder with {FILE}")
            return opened.read(parse.MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SubmissionError(f"{shown} does not exist; {_advise(file)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SubmissionError(f"{shown} cannot be read: {reason}") from error
