"""Whether a submission holds the work of more than one student."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from grader.errors import SubmissionError
from grader.records import Exercise
from grader.sanitize import clean_line
from grader.submissions.child.choose import Candidate, State
from grader.submissions.layouts.people import are_people, words_of_one
from grader.submissions.names import Match

# How platforms name what they hand over: the person's name and number come first.
_PLATFORM = re.compile(
    r"(?P<moodle>.+_\d+)_assignsubmission_\w+"
    r"|(?P<canvas>[^\W_]+_(?:LATE_)?\d+)_\d+_.+"
    r"|(?P<brightspace>\d+-\d+ - .+) - .+"
    r"|(?P<gradescope>submission_\d+)"
)

_MANY = 3  # people who may hand in the same


def find_students(candidates: Sequence[Candidate], exercises: Iterable[Exercise]) -> list[str]:
    """Return the names under which several students' work is in a submission, or nothing.

    Two answers of different content to one exercise are the sign, in folders or files
    that are named after people and not after versions, weeks or kinds of files. Of equal
    content three are: two may be one student's copies.

    Parameters
    ----------
    candidates : sequence of Candidate
        All files for exercises.
    exercises : iterable of Exercise
        The course's; their names are not names of people.
    """
    own = words_of_one(exercise.name for exercise in exercises)
    for exercise in {c.named.exercise.name for c in candidates}:
        answers = [c for c in candidates if c.named.exercise.name == exercise and _counts(c)]
        found = _distinct(answers, own)
        if len(found) > 1:
            return sorted(found)
    return []


def refuse_several(names: Sequence[str]) -> None:
    """Raise `SubmissionError` if there are names of several students."""
    if names:
        listed = ", ".join(clean_line(name, 40) for name in names[:3])
        raise SubmissionError(
            f"it seems to hold the work of several students ({listed}); "
            "`grade batch` grades a class, or give one student's folder"
        )


def _counts(candidate: Candidate) -> bool:
    return candidate.state is State.WORK and candidate.named.match <= Match.NEAR


def _distinct(answers: Sequence[Candidate], own: frozenset[str]) -> set[str]:
    found: set[str] = set()
    alike: set[str] = set()
    for place, one in enumerate(answers):
        for other in answers[place + 1 :]:
            owners = found if one.read.content != other.read.content else alike
            owners.update(_owners(one, other, own))
    return found or (alike if len(alike) >= _MANY else set())


def _owners(one: Candidate, other: Candidate, own: frozenset[str]) -> Iterator[str]:
    parts = zip(one.read.path, other.read.path, strict=False)
    a, b = next(((a, b) for a, b in parts if a != b), ("", ""))
    by_platform = [m[m.lastgroup or 0] for part in (a, b) if (m := _PLATFORM.fullmatch(part))]
    if len(by_platform) == 2:
        yield from by_platform if by_platform[0] != by_platform[1] else ()
    elif _are_beside(one, other) and are_people(a, b, own):
        yield from (a, b)


def _are_beside(one: Candidate, other: Candidate) -> bool:
    """Return whether two files of the same name are in different folders, equally deep."""
    exact = one.named.match is other.named.match is Match.EXACT
    return exact and len(one.read.path) == len(other.read.path) and one.folder != other.folder
