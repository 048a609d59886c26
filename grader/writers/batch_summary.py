"""Reading ``summary.json`` of a batch: the submissions that it lists, and those that are alike."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.errors import ReportError
from grader.invocation import find_program
from grader.records import Person

_MAX_SUMMARY = 64 * 2**20


class Listed(msgspec.Struct, frozen=True):
    """A submission, whose it is, and whether it was given to the last run."""

    id: str
    students: tuple[Person, ...] = ()
    given: bool = True


class Alike(msgspec.Struct, frozen=True):
    """Who handed in the same code for an exercise."""

    exercise: str
    ids: tuple[str, ...]
    same_bytes: bool


class BatchSummary(msgspec.Struct, frozen=True):
    """What is read of a summary."""

    submissions: tuple[Listed, ...]
    alike: tuple[Alike, ...]


def read_summary(path: Path) -> BatchSummary:
    """Return the summary of a batch; an empty one if there is no such file.

    Raises
    ------
    ReportError
        If it cannot be read, or no batch wrote it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SUMMARY + 1)
    except FileNotFoundError:
        return BatchSummary((), ())
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return msgspec.json.decode(content[:_MAX_SUMMARY], type=BatchSummary)
    except (msgspec.DecodeError, RecursionError) as error:
        again = f"run `{find_program()} batch` again"
        raise ReportError(f"{path} is not a summary of a batch; {again}") from error
