"""The child's side of looking into the download of a class."""

from __future__ import annotations

import os

import msgspec

from grader.errors import ReadingError, SubmissionError
from grader.sanitize import clean_line
from grader.submissions.child.budget import MAX_ARCHIVE, MIB, Budget
from grader.submissions.child.messages import MAX_NOTE, ClassReply, ClassRequest
from grader.submissions.child.unpack import unpack
from grader.submissions.child.walk import walk
from grader.submissions.layouts.group import group
from grader.submissions.layouts.people import words_of_one
from grader.submissions.layouts.recognise import Words, recognise
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import CODE, without_endings

_MAX_NAMES = 2_000_000
_MAX_ABOUT = 256 * MIB  # of files that say whose the submissions are


def answer(request: bytes) -> bytes:
    """Return the packed `ClassReply` to a packed `ClassRequest`."""
    try:
        reply = find_class(msgspec.msgpack.decode(request, type=ClassRequest))
    except (ReadingError, SubmissionError) as error:
        reply = ClassReply(error=clean_line(str(error), MAX_NOTE))
    except (MemoryError, RecursionError):
        reply = ClassReply(error="it takes too much memory to look into; give its parts")
    return msgspec.msgpack.encode(reply)


def find_class(request: ClassRequest) -> ClassReply:
    """Return which platform's a download is, and what each student handed in.

    Raises
    ------
    SubmissionError
        If it cannot be read, or can be read in more than one way.
    """
    path, into = os.fsdecode(request.path), os.fsdecode(request.into)
    is_archived = not os.path.isdir(path)  # noqa: PTH112
    level = _open_archive(path, into) if is_archived else _open_folder(path)
    if level is None:
        return ClassReply()

    def inner(item: Item) -> Level | None:
        try:
            found = unpack(os.fsdecode(item.where), into) if item.where else []
        except SubmissionError:
            return None  # the reader of the one submission that it then is says why
        return Level(without_endings(item.top), tuple(found)) if found else None

    words = _words(request.exercises)
    found = recognise(level, request.layout, words, inner, is_archived=is_archived)
    if found is None:
        return ClassReply()
    form, pieces = found
    return ClassReply(form.name, form.title, group(pieces.pieces))


def _words(exercises: tuple[str, ...]) -> Words:
    files = frozenset(name + ending for name in exercises for ending in CODE)
    return Words(files, words_of_one(exercises))


def _open_folder(path: str) -> Level:
    budget = Budget(_MAX_ABOUT, listed=_MAX_NAMES)
    return Level(os.path.basename(path), tuple(walk(path, budget)))  # noqa: PTH119


def _open_archive(path: str, into: str) -> Level | None:
    name = os.path.basename(path)  # noqa: PTH119
    try:
        return Level(without_endings(name), tuple(unpack(path, into)))
    except SubmissionError:
        # One that a student may have handed in gets a report with the reason.
        if os.lstat(path).st_size > MAX_ARCHIVE:
            raise
        return None
