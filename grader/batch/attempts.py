"""Of several attempts of one student, given in several paths, keep the latest."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from grader.batch.listing import Listed, fold_id
from grader.errors import SubmissionError
from grader.sanitize import clean_line, name_some
from grader.submissions.child.messages import Part

_MAX_NOTE = 300


@dataclass(frozen=True, slots=True)
class Given:
    """A submission, and the place of its path on the command line."""

    place: int
    listed: Listed


def keep_latest(found: Iterable[Given]) -> Iterator[Listed]:
    """Yield one submission for each id.

    The later is what was handed in later; where a time is not known, what was given later. A
    submission that was given twice, with the same files, is one attempt.

    Raises
    ------
    SubmissionError
        If two students have the same id.
    """
    same: dict[str, list[Given]] = {}
    for one in found:
        same.setdefault(fold_id(one.listed.id), []).append(one)
    for attempts in same.values():
        _refuse_two_students(attempts)
        first, *others = _in_order(attempts)
        latest = first.listed
        for other in others:
            latest = _supersede(latest, other.listed)
        yield latest


def _refuse_two_students(attempts: list[Given]) -> None:
    for one, other in pairwise(attempts):
        names = {_name(one.listed), _name(other.listed)} - {""}
        if one.place == other.place or len(names) > 1:
            raise SubmissionError(
                f"two submissions have the id {one.listed.id}, in {one.listed.path} and in "
                f"{other.listed.path}; grade them into two folders, or remove one"
            )


def _name(listed: Listed) -> str:
    """Return the name of the only student, or an empty string: teams may change."""
    names = [fold_id(person.name) for person in listed.students]
    return names[0] if len(names) == 1 else ""


def _in_order(attempts: list[Given]) -> list[Given]:
    by_place = sorted(attempts, key=lambda one: one.place)
    texts = [one.listed.handed_in_at for one in by_place]
    if not all(texts):
        return by_place
    times = [datetime.fromisoformat(text) for text in texts]
    if len({time.tzinfo is None for time in times}) > 1:
        return by_place  # a time without a zone is neither before nor after one with a zone
    pairs = sorted(zip(times, by_place, strict=True), key=lambda pair: pair[0])
    return [one for _, one in pairs]


def _supersede(earlier: Listed, later: Listed) -> Listed:
    students = later.students or earlier.students
    if _have_same_files(earlier, later):
        return replace(later, students=students, replaced=earlier.replaced)
    attempt = later.attempt if later.attempt > earlier.attempt else earlier.attempt + 1
    replaced = (*earlier.replaced, _describe(earlier))
    return replace(later, students=students, attempt=attempt, replaced=replaced)


def _describe(listed: Listed) -> str:
    time = f" of {listed.handed_in_at}" if listed.handed_in_at else ""
    # Students read this: no more of the path than they know.
    where = f"{listed.path.parent.name}/{listed.path.name}"
    names = [part.name for part in listed.parts]
    files = f"{name_some(names, 4)} in {listed.path.name}" if names else where
    return clean_line(f"an earlier attempt{time} is not graded: {files}", _MAX_NOTE)


def _have_same_files(one: Listed, other: Listed) -> bool:
    """Return whether two downloads have the same files of a student."""
    if not one.parts or len(one.parts) != len(other.parts):
        return False
    pairs = zip(_sorted(one), _sorted(other), strict=True)
    try:
        return all(
            (a.name, a.inside, a.is_folder) == (b.name, b.inside, False)
            and filecmp.cmp(a.path, b.path, shallow=False)
            for a, b in pairs
        )
    except OSError:
        return False  # the reader of the later attempt reports why


def _sorted(listed: Listed) -> list[Part]:
    return sorted(listed.parts, key=lambda part: part.name)
