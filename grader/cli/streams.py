"""Standard output and error: any character, closed pipes, and ``-o -``."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

_NAME = "grader.plain"
# Characters of our own output and of courses' texts that some code pages of Windows lack.
_PLAIN = dict(
    zip("─━█░✓✗·\u00d7→²³≤≥≠≈", "- - # - + x . x -> ^2 ^3 <= >= != ~".split(), strict=True)
) | {"…": "...", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2018": "'", "\u2019": "'"}


def print_anything() -> None:
    """Print plainer characters where the encoding lacks one, and nothing to a closed stream."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    codecs.register_error(_NAME, _in_plain_characters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)


def _in_plain_characters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(map(_plain, characters)), error.end


def _plain(character: str) -> str:
    """Return a character in ASCII: the letter below an accent, or else a question mark."""
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _PLAIN.get(character) or letters or "?"


def write_line(text: str, *, err: bool = False) -> None:
    """Print text, each line of which is folded between words in a terminal, and whole elsewhere."""
    stream = sys.stderr if err else sys.stdout
    width = shutil.get_terminal_size().columns if stream.isatty() else None
    for each in text.split("\n"):
        pieces: Iterable[str] = (each,)
        if width is not None and len(each) > width // 2:
            from grader.writers.terminal.hanging import wrap_hanging

            pieces = wrap_hanging(each, width)
        for piece in pieces:
            click.echo(piece, err=err)


@contextlib.contextmanager
def unbroken_pipe() -> Iterator[None]:
    """Ignore a pipe that its reader closed, as in ``grade submit | head``."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        close_output()


def close_output() -> None:
    """Send the rest of standard output nowhere: Python flushes again when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_output(content: bytes | Iterable[bytes], output: str) -> None:
    """Write the result of a command to a file, or to standard output where it is ``-``.

    Parameters
    ----------
    content : bytes or iterable of bytes
        The result, or its parts one after the other.
    """
    from grader.files import write_whole

    if output == "-":
        with unbroken_pipe():
            for part in [content] if isinstance(content, bytes) else content:
                click.echo(part, nl=False)
        return
    write_whole(Path(output), content)
    write_line(f"written  {output}", err=True)
