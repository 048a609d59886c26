"""What the coordinator asks the reading child, and what the child answers."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grader.records import SourceFile

MAX_SIBLINGS = 64
MAX_NOTES = 100
MAX_NOTE = 600

Note = Annotated[str, msgspec.Meta(max_length=MAX_NOTE)]
Notes = Annotated[tuple[Note, ...], msgspec.Meta(max_length=MAX_NOTES)]


class Part(msgspec.Struct, frozen=True):
    """A folder, an archive or a file that is a hand-in, or a part of one.

    Parameters
    ----------
    path : bytes
        Where it is in the file system.
    name : str
        What it is called in the hand-in: a platform may have added to the file's name.
    is_folder : bool
        Whether it is a folder.
    inside : str
        Of a folder or archive, the path in it of the file or folder that is meant; by
        default all.
    """

    path: bytes
    name: str
    is_folder: bool = False
    inside: str = ""


class Request(msgspec.Struct, frozen=True):
    """One hand-in to be read.

    Parameters
    ----------
    parts : tuple of Part
        What it consists of.
    exercises : tuple of str
        Names of the course's exercises, in order.
    stubs : bytes
        The folder of the course's stubs.
    """

    parts: tuple[Part, ...]
    exercises: tuple[str, ...]
    stubs: bytes


class Reply(msgspec.Struct, frozen=True):
    """What was found.

    Parameters
    ----------
    files, siblings, notes
        As for `grader.records.Submission`.
    answers_all : bool
        The one file answers each exercise of which it defines a function.
    error : str
        Why there is nothing to grade, or an empty string.
    empty : bool
        There is nothing of the course in it at all.
    fault : str
        What failed on this machine, or an empty string.
    """

    files: Annotated[tuple[SourceFile, ...], msgspec.Meta(max_length=MAX_SIBLINGS)] = ()
    siblings: Annotated[tuple[SourceFile, ...], msgspec.Meta(max_length=MAX_SIBLINGS)] = ()
    notes: Notes = ()
    answers_all: bool = False
    error: str = ""
    empty: bool = False
    fault: str = ""
