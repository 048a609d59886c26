"""Requests of the coordinator to the child that reads submissions, and the replies."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grader.records import Person, SourceFile

MAX_SIBLINGS = 64
MAX_NOTES = 100
MAX_NOTE = 600

Note = Annotated[str, msgspec.Meta(max_length=MAX_NOTE)]
Notes = Annotated[tuple[Note, ...], msgspec.Meta(max_length=MAX_NOTES)]


class Part(msgspec.Struct, frozen=True):
    """A folder, an archive or a file that is a submission, or a part of one.

    Parameters
    ----------
    path : bytes
        Where it is in the file system.
    name : str
        Its name in the submission: a platform may have added to the file's name.
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
    """One submission to be read.

    Parameters
    ----------
    parts : tuple of Part
        Its parts.
    exercises : tuple of str
        Names of the modules of the course's exercises, in order; a module is read as an
        exercise is that is one file.
    stubs : bytes
        The folder of the course's stubs.
    provided : dict of str to str
        The digest of each module that the course provides, by name.
    """

    parts: tuple[Part, ...]
    exercises: tuple[str, ...]
    stubs: bytes
    provided: dict[str, str] = {}


class Reply(msgspec.Struct, frozen=True):
    """The result of reading a submission.

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
        The fault of this machine, or an empty string.
    numpy : str
        The version in the student's own report, or an empty string.
    examples : SourceFile or None
        The student's examples of functions.
    """

    files: Annotated[tuple[SourceFile, ...], msgspec.Meta(max_length=MAX_SIBLINGS)] = ()
    siblings: Annotated[tuple[SourceFile, ...], msgspec.Meta(max_length=MAX_SIBLINGS)] = ()
    notes: Notes = ()
    answers_all: bool = False
    error: str = ""
    empty: bool = False
    fault: str = ""
    numpy: str = ""
    examples: SourceFile | None = None


class ClassRequest(msgspec.Struct, frozen=True):
    """A download to be looked into.

    Parameters
    ----------
    path : bytes
        A folder or an archive.
    into : bytes
        An empty folder for what is unpacked.
    layout : str
        The value of ``--layout``.
    exercises : tuple of str
        Names of the course's exercises, in order.
    stubs : bytes
        The folder of the course's stubs.
    only : tuple of bytes
        Files of the folder that were given one by one; by default all that is in it.
    """

    path: bytes
    into: bytes
    layout: str
    exercises: tuple[str, ...]
    stubs: bytes
    only: tuple[bytes, ...] = ()


class HandIn(msgspec.Struct, frozen=True):
    """The submission of one student or team of a class.

    Parameters
    ----------
    key : str
        The platform's number, else the login, else the name.
    parts : tuple of Part
        Files of the graded attempt that may hold code.
    students : tuple of Person
        The students who handed it in.
    attempt : int
        Which attempt is graded.
    handed_in_at : str
        When, in ISO 8601, or empty.
    late : bool or None
        A note of the platform.
    left_out : tuple of str
        Files that are not graded, and why.
    reason : str
        Why there are no parts, or empty.
    damaged : bool
        Something was handed in that cannot be read.
    original : str
        The name by which the platform takes feedback back, or empty.
    """

    key: str
    parts: tuple[Part, ...]
    students: tuple[Person, ...]
    attempt: int
    handed_in_at: str
    late: bool | None
    left_out: tuple[Note, ...]
    reason: str
    damaged: bool
    original: str = ""


class ClassReply(msgspec.Struct, frozen=True):
    """The platform and the layout of a download.

    Parameters
    ----------
    layout, title : str
        The platform; empty where it is a folder of submissions, or one submission.
    hand_ins : tuple of HandIn
        One for each student or team.
    left_out : tuple of str
        Names beside them that are not submissions.
    error : str
        Why it is refused, or empty.
    """

    layout: str = ""
    title: str = ""
    hand_ins: tuple[HandIn, ...] = ()
    left_out: tuple[Note, ...] = ()
    error: str = ""
