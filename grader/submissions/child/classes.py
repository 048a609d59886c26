"""The child's side of looking into the download of a class."""

from __future__ import annotations

import os
from functools import partial

import msgspec

from grader.errors import ReadingError, SubmissionError
from grader.records import Exercise
from grader.sanitize import clean_line
from grader.submissions.child.budget import MAX_ARCHIVE, MIB, Budget
from grader.submissions.child.choose import Course
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.folder import list_file
from grader.submissions.child.messages import MAX_NOTE, ClassReply, ClassRequest
from grader.submissions.child.unpack import peek, unpack
from grader.submissions.child.walk import walk
from grader.submissions.layouts.course import Clues
from grader.submissions.layouts.group import group
from grader.submissions.layouts.owners import group_owned
from grader.submissions.layouts.plain import PLAIN
from grader.submissions.layouts.recognise import recognise
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import (
    find_exercise,
    is_archive,
    printable,
    split_path,
    without_endings,
)

_MAX_NAMES = 2_000_000
_MAX_PEEKED = 64 * MIB  # of files beside the students'
# Of archives that are only looked into: bytes, which bzip2 unpacks slowly, and names.
_MAX_PACKED, _MAX_PACKED_NAMES = 256 * MIB, 500_000
_MAX_ABOUT = 256 * MIB  # of files that list the students of submissions


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
    if request.only:
        return _find_among(request)
    path, into = os.fsdecode(request.path), os.fsdecode(request.into)
    is_archived = not os.path.isdir(path)  # noqa: PTH112
    level = _open_archive(path, into) if is_archived else _open_folder(path)
    if level is None:
        return ClassReply()

    def inner(item: Item) -> Level | None:
        try:
            found = unpack(os.fsdecode(item.where), into) if item.where else []
        except SubmissionError:
            return None  # then it is one submission, whose reader reports why
        return Level(without_endings(item.top), tuple(found)) if found else None

    clues = _clues(request)
    found = recognise(level, request.layout, clues, inner, is_archived=is_archived)
    left_out = tuple(clean_line(name, MAX_NOTE) for name in found.left_out)
    if found.form is None:
        return ClassReply(left_out=left_out)
    return ClassReply(found.form.name, found.form.title, group(found.pieces), left_out)


def _find_among(request: ClassRequest) -> ClassReply:
    """Return the submissions of files that were given one by one, if they show their students."""
    places = [(os.path.join(request.path, name), name) for name in request.only]  # noqa: PTH118
    items = tuple(Item(split_path(printable(os.fsdecode(n))), where=p) for p, n in places)
    found = group_owned(Level("", items), _clues(request))
    return ClassReply(PLAIN.name, PLAIN.title, group(found.pieces)) if found else ClassReply()


def _clues(request: ClassRequest) -> Clues:
    course = Course([Exercise(name, name) for name in request.exercises], request.stubs)
    budget = Budget(_MAX_PEEKED, listed=_MAX_NAMES)

    def has_work(item: Item) -> bool:
        if item.kind != "file" or not item.may_answer:
            return False
        if not item.where or is_archive(item.path[-1]):
            return True
        entry = list_file(os.fsdecode(item.where), item.path[-1], budget)
        return course.has_work(CodeFile(entry, 0))

    def answers(item: Item) -> frozenset[str]:
        if not item.where:
            named = find_exercise(item.path, course.exercises)
            return frozenset((named.exercise.name,) if named else ())
        entry = list_file(os.fsdecode(item.where), item.path[-1], budget)
        return course.answers(CodeFile(entry, 0))

    packed = Budget(_MAX_PACKED, listed=_MAX_PACKED_NAMES)
    functions = frozenset[str]().union(*map(course.asked, course.exercises))
    return Clues(course.exercises, has_work, partial(peek, budget=packed), answers, functions)


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
