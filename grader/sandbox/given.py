"""The input and files that a suite gives to a program, checked before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.sandbox.protocol.messages import MAX_LISTED

# Bytes of the input and the files of one call, and of the files that a suite looks at after it.
MAX_GIVEN = 2 * 2**20
_MAX_NAME = 1_000


@dataclass(frozen=True)
class Output:
    """The result of a program that was run.

    Parameters
    ----------
    text : str
        Its standard output, complete.
    errors : str
        Its standard error.
    status : int
        Its exit status: 0 where it ran to its end.
    """

    text: str
    errors: str
    status: int


def check_input(text: str) -> str:
    """Return the text of an input, or raise ``TypeError`` or ``ValueError`` for another value."""
    if not isinstance(text, str):
        raise TypeError(
            f"input is given as text, not as {type(text).__name__}: "
            'one line for each input(), as in student.give_input("3\\n4\\n")'
        )
    _check_size(len(text.encode("utf-8", "surrogatepass")))
    return text


def check_files(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Return the contents of files by name.

    Raises
    ------
    TypeError, ValueError
        If a name or a content is none that can be given.
    """
    given: dict[str, bytes] = {}
    for name, content in files.items():
        if not isinstance(name, str) or not isinstance(content, str | bytes | bytearray):
            raise TypeError(
                "files are given as a dict of names and their text or bytes, "
                f"not {type(name).__name__} and {type(content).__name__}"
            )
        plain = name.removeprefix("./")
        if not is_file_name(plain):
            raise ValueError(
                f"{name!r} cannot be the name of a file that is given: use a name without .. "
                "that is relative to the program's folder, such as data.csv or data/points.csv"
            )
        given[plain] = content.encode() if isinstance(content, str) else bytes(content)
    for name in given:
        if any(other.startswith(f"{name}/") for other in given):
            raise ValueError(f"{name!r} cannot be both a file and a folder")
    if len(given) > MAX_LISTED // 2:
        raise ValueError(f"{len(given)} files are given; {MAX_LISTED // 2} are allowed")
    _check_size(size_of(given))
    return given


def is_file_name(name: str) -> bool:
    """Return whether a name can be that of a file in memory."""
    parts = name.split("/")
    return len(name) <= _MAX_NAME and "\0" not in name and not {"", ".", ".."} & {*parts}


def size_of(files: Mapping[str, bytes]) -> int:
    """Return the bytes of files with their names."""
    return sum(len(name) + len(data) for name, data in files.items())


def _check_size(size: int) -> None:
    if size > MAX_GIVEN:
        raise ValueError(f"{size:,} bytes are given to one call; {MAX_GIVEN:,} are allowed")
