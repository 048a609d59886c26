"""Whether folders are named after people, or after versions, weeks and kinds of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import words_of

# Folders of one student are called so: versions, weeks, parts, kinds of files.
_OF_ONE = frozenset(
    """
    a b c code copy course current day deliverable draft ex exercise exercises file files final
    first fixed handin hand homework homeworks hw in improved ipynb jupyter kopie lab labs last
    latest lecture lesson mine module modules my new newer newest nb notebook notebooks of old
    older original out part project prev previous problem ps py pyfiles python rev revised scripts
    second session sheet solution solutions solved sol source sources src step stub stubs
    submission submissions submit submitted task tasks template templates tmp to todo try trial
    unit updated upload uploads v ver version versions von vorher week weeks work working attempt
    assignment assignments backup bak alt archiv archive archived done test tests reference
    ref wip zip tar gz tgz bz xz with without and the for lib package pkg main app
    bonus clean commented corrected debug demo experiment extra extras fast helper helpers
    improvement loop loops naive np numpy optimized optimised plot plots simple slow stable torch
    util utils vectorized vectorised
    """.split()
)

_NUMBER = 4  # digits of a student's number
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
# Universities put letters before a number: s1234567.
_LETTERED = re.compile(r"[^\W\d_]{1,3}(\d{5,})")
# Before a number: one of many.
_PEOPLE = frozenset(("student", "students", "team", "group", "participant"))


def words_of_one(exercises: Iterable[str]) -> frozenset[str]:
    """Return the words by which one student's folders are called, names of exercises included."""
    return _OF_ONE.union(*map(words_of, exercises))


def are_people(one: str, other: str, own: frozenset[str]) -> bool:
    """Return whether two folders differ in words that may be people's names."""
    if one != other and _is_number(one) and _is_number(other):
        return True
    words, others = frozenset(words_of(one)), frozenset(words_of(other))
    if words & others & _PEOPLE:
        return words != others
    ours, theirs = words - others, others - words
    named = any(map(str.isalpha, ours)) and any(map(str.isalpha, theirs))
    return named and not own & (ours | theirs)


def is_of_many(name: str) -> bool:
    """Return whether a number in a name is that of a student, a team or a group."""
    return bool(_PEOPLE & set(words_of(name)))


def is_date(number: str) -> bool:
    """Return whether digits are a year, or a day as in 20260301."""
    return bool(_YEAR.fullmatch(number) or _DATE.fullmatch(number))


def _is_number(name: str) -> bool:
    """Return whether a name is a student's number, and not a year."""
    if lettered := _LETTERED.fullmatch(name):
        return not is_date(lettered[1])
    return name.isdecimal() and len(name) >= _NUMBER and not _YEAR.fullmatch(name)


def find_people(
    level: Level, answers: Callable[[Item], Iterable[str]], own: frozenset[str]
) -> list[str]:
    """Return the folders of a level that seem to be of different people.

    Parameters
    ----------
    answers : callable
        Returns what a file may answer. Folders with the same answers are compared.
    own : frozenset of str
        Names of one student's folders; see `words_of_one`.
    """
    folders: dict[str, set[str]] = {}
    for item in level.items:
        for answer in answers(item) if len(item.path) > 1 and item.kind == "file" else ():
            folders.setdefault(answer, set()).add(item.top)
    found = {
        name
        for holders in folders.values()
        for pair in pairwise(sorted(holders))
        if are_people(*pair, own)
        for name in pair
    }
    return sorted(found)
