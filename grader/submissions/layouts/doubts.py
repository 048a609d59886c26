"""Doubts about whose files are whose in plain folders, which refuse the class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

from grader.errors import SubmissionError
from grader.sanitize import clean_line, name_some
from grader.submissions.layouts.blackboard import BLACKBOARD
from grader.submissions.layouts.brightspace import BRIGHTSPACE
from grader.submissions.layouts.canvas import CANVAS
from grader.submissions.layouts.course import Clues
from grader.submissions.layouts.moodle import MOODLE
from grader.submissions.layouts.owners import find_owners
from grader.submissions.layouts.people import are_people
from grader.submissions.layouts.tree import Item, Level, levels_within
from grader.submissions.names import is_archive

# One student's own folders are not called so.
_OF_CLASSES = (MOODLE, BLACKBOARD, BRIGHTSPACE, CANVAS)
_MANY = 3
_MOST_ARCHIVES = 8  # of one student, that are looked into


def refuse_file_beside_people(name: str, level: Level, clues: Clues) -> None:
    """Refuse a file of the course beside folders of several students.

    Raises
    ------
    SubmissionError
        If there are such folders: either the file or the folders are the submissions.
    """
    people = clues.find_people(level)
    packed = [top for top in level.folders() if any(map(_is_archive, level.of(top)))]
    if len(packed) >= _MANY:
        people = people or clues.find_people(level, any_name=True)
    if people:
        raise SubmissionError(
            f"{clean_line(name, 60)} is beside folders of several students "
            f"({name_some(people, 3, 60)}); move it out, or give the students' folders one by one"
        )


def refuse_file_beside_files(name: str, files: Sequence[str]) -> NoReturn:
    """Refuse a file of the course beside files that may be of several students."""
    raise SubmissionError(
        f"{clean_line(name, 60)} is beside files that seem to be of several students "
        f"({name_some(files, 3, 60)}); move it out, or choose --layout plain if all of it is "
        "one student's"
    )


def find_archives_of_people(level: Level, clues: Clues) -> list[str]:
    """Return archives of one folder that hold code of the course and are called after people."""
    archives = list(filter(_is_archive, level.tops()))[:_MOST_ARCHIVES]
    answering = {item.stem: item.top for item in archives if _answers(item, clues)}
    pairs = pairwise(sorted(answering))
    people = {stem for pair in pairs if are_people(*pair, clues.own) for stem in pair}
    return [answering[stem] for stem in sorted(people)]


def _answers(archive: Item, clues: Clues) -> bool:
    inside = _peek(archive, clues)
    items = inside.items if inside else ()
    return any(item.may_answer and clues.exercise_of(item.path[-1]) for item in items)


def refuse_classes_inside(level: Level, clues: Clues) -> None:
    """Refuse a submission that holds the work of several students.

    Raises
    ------
    SubmissionError
        If there is one: which of its folders are submissions is in doubt.
    """
    tops = [item for item in level.tops() if item.counts]
    if len(tops) < 2:
        return
    for item in tops:
        inside = level.below(item.top) if item.kind == "folder" else _peek(item, clues)
        if inside and (people := _people_in(inside, clues)):
            raise SubmissionError(
                f"{clean_line(item.top, 60)} holds the work of several students "
                f"({name_some(people, 3, 60)}); give that folder itself to `grade batch`, move "
                "what is not this student's, or choose --layout plain if all of it is"
            )


def _people_in(level: Level, clues: Clues) -> list[str]:
    for one in levels_within(level, clues.peek, clues.has_work):
        for form in _OF_CLASSES:
            found = form.find(one)
            keys = sorted({piece.key for piece in found.pieces}) if found else []
            if len(keys) > 1:
                return keys
        people = clues.find_people(one) or find_owners(one, clues, full=True)[0]
        if people:
            return people
        archives = [item for item in one.items if _is_archive(item)]
        for item in archives[:_MOST_ARCHIVES] if len(list(one.tops())) > 1 else ():
            inside = _peek(item, clues)
            if inside and (people := _people_in(inside, clues)):
                return people
    return []


def _peek(item: Item, clues: Clues) -> Level | None:
    return clues.peek(item) if _is_archive(item) else None


def _is_archive(item: Item) -> bool:
    return item.kind == "file" and is_archive(item.path[-1])
