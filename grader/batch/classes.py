"""Find the submissions of a class in what a learning platform hands over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from grader.batch.attempts import Given, keep_latest
from grader.batch.listing import (
    Listed,
    Listing,
    list_submissions,
    name_keys,
    refuse_unreachable,
    students_of,
)
from grader.batch.names import Names
from grader.errors import SubmissionError
from grader.files import explain_no_space
from grader.records import Course, Exercise
from grader.sanitize import clean_line
from grader.submissions.child.messages import ClassReply, HandIn
from grader.submissions.classes import read_class
from grader.submissions.layouts.times import is_late
from grader.submissions.names import Match, find_exercise, is_archive, is_code


@dataclass(frozen=True, slots=True)
class ClassOptions:
    """How to look for submissions.

    Parameters
    ----------
    layout : str
        ``auto``, ``plain`` or the name of a platform.
    names : Names
        Names of the students.
    due : datetime, optional
        When it was due, with a time zone.
    only : tuple of str
        Ids; each has to be there.
    """

    layout: str = "auto"
    names: Names = field(default_factory=Names)
    due: datetime | None = None
    only: tuple[str, ...] = ()


def find_submissions(
    paths: Sequence[Path], course: Course, options: ClassOptions, into: Path
) -> Listing:
    """Find the submissions below some paths.

    Parameters
    ----------
    paths : sequence of Path
        Downloads of a platform, packed or not; folders whose children are one submission
        each; or submissions themselves.
    into : Path
        A private folder for what has to be unpacked.

    Returns
    -------
    Listing
        Each submission with a unique id: the platform's number, else the login, else the
        name. Of several attempts it has the latest.

    Raises
    ------
    SubmissionError
        If there is nothing below a path, it can be read in more than one way, two
        students have the same id, or an id of ``only`` is not there.
    """
    plain: list[Path] = []
    places: dict[Path, int] = {}
    given: list[Given] = []
    found: list[str] = []
    left_out: list[Path] = []
    together = _files_by_folder(paths, course) if options.layout == "auto" else {}
    known: set[int] = set()
    for folder, numbers in together.items():
        only = [paths[number].resolve().name for number in numbers]
        reply = read_class(folder, course, options.layout, into, only)
        if reply.layout:
            of_path = _list_hand_ins(reply, folder, options)
            given += [Given(max(numbers), one) for one in of_path]
            found.append(_describe(reply, of_path))
            known.update(numbers)
    for number, path in enumerate(paths):
        if number in known:
            continue
        reply = _look_into(path, course, options, into / str(number))
        if reply.layout:
            of_path = _list_hand_ins(reply, path, options)
            given += [Given(number, one) for one in of_path]
            found.append(_describe(reply, of_path))
        else:
            plain.append(path)
            places[path.resolve()] = number
        left_out += [path.resolve() / name for name in reply.left_out]
    if plain:
        rest = list_submissions(plain, course, left_out)
        left_out = [*dict.fromkeys((*left_out, *rest.left_out))]
        given += [
            Given(_place(one.path, places), _with_names(one, options)) for one in rest.submissions
        ]
        found.append(f"Plain layout: {_count(len(rest.submissions), 'submission')}")
    listed = sorted(keep_latest(given), key=lambda one: one.id)
    _refuse_same_numbers(listed)
    _refuse_absent(listed, options.only)
    return Listing(tuple(listed), tuple(left_out), tuple(found))


def _place(path: Path, places: Mapping[Path, int]) -> int:
    """Return where a submission, or the folder that it is in, was given last."""
    return max(places.get(path, -1), places.get(path.parent, -1))


def _files_by_folder(paths: Sequence[Path], course: Course) -> dict[Path, list[int]]:
    """Return where files are in the paths that have more in their names than an exercise.

    Several of one folder may be of one student.
    """
    exercises = [Exercise(name) for name in course.modules]
    found: dict[Path, list[int]] = {}
    for number, path in enumerate(paths):
        named = find_exercise((path.name,), exercises) if is_code(path.name) else None
        # Path.is_file raises for some paths, which are refused later with the reason.
        if named and named.match is Match.NEAR and os.path.isfile(path):  # noqa: PTH113
            found.setdefault(path.resolve().parent, []).append(number)
    return found


def _look_into(path: Path, course: Course, options: ClassOptions, into: Path) -> ClassReply:
    refuse_unreachable(path)
    if not path.is_dir() and not is_archive(path.name):
        return ClassReply()
    with explain_no_space():
        into.mkdir()
    return read_class(path, course, options.layout, into)


def _list_hand_ins(reply: ClassReply, path: Path, options: ClassOptions) -> list[Listed]:
    ids = name_keys([one.key for one in reply.hand_ins])
    return [_listed(one, ids[one.key], path, options) for one in reply.hand_ins]


def _listed(one: HandIn, identity: str, path: Path, options: ClassOptions) -> Listed:
    listed = Listed(
        identity,
        path,
        one.parts,
        one.students or students_of(one.key, identity),
        one.attempt,
        one.handed_in_at,
        one.late,
        one.left_out,
        one.reason,
        one.damaged,
        one.original,
    )
    return _with_names(listed, options)


def _with_names(listed: Listed, options: ClassOptions) -> Listed:
    students = options.names.complete(listed.id, listed.students)
    late = listed.late
    if options.due is not None and listed.handed_in_at:
        late = is_late(listed.handed_in_at, options.due)
    return replace(listed, students=students, late=late)


def _describe(reply: ClassReply, listed: Sequence[Listed]) -> str:
    files = sum(len(one.parts) for one in listed)
    counts = [_count(len(listed), "student"), _count(files, "file")]
    facts: Mapping[str, int] = {
        "by a team": sum(len(one.students) > 1 for one in listed),
        "late": sum(one.late is True for one in listed),
        "handed in again": sum(one.attempt > 1 for one in listed),
        "without code": sum(bool(one.reason) for one in listed),
    }
    counts += [f"{count} {fact}" for fact, count in facts.items() if count]
    return f"{reply.title} download: {', '.join(counts)}"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _refuse_same_numbers(listed: Iterable[Listed]) -> None:
    """Refuse two submissions of one student: which one counts is in doubt."""
    owners: dict[str, Listed] = {}
    for one in listed:
        for number in {person.number for person in one.students} - {""}:
            other = owners.setdefault(number, one)
            if other is not one:
                raise SubmissionError(
                    f"{clean_line(number, 60)} is the number of a student of two submissions, "
                    f"{other.id} and {one.id}; correct it, or remove one of them"
                )


def _refuse_absent(listed: Iterable[Listed], only: Iterable[str]) -> None:
    ids = {one.id for one in listed}
    absent = [identity for identity in only if identity not in ids]
    if absent:
        raise SubmissionError(
            f"no submission has the id {', '.join(absent)}; `--dry-run` lists all ids"
        )
