"""Whether folders are named after people, or after versions, weeks and kinds of files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from grader.submissions.layouts.tree import Level
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
    """.split()
)

# Before a number: one of many.
_PEOPLE = frozenset(("student", "students", "team", "group", "participant"))


def words_of_one(exercises: Iterable[str]) -> frozenset[str]:
    """Return the words by which one student's folders are called, names of exercises included."""
    return _OF_ONE.union(*map(words_of, exercises))


def are_people(one: str, other: str, own: frozenset[str]) -> bool:
    """Return whether two folders differ in words that may be people's names."""
    words, others = frozenset(words_of(one)), frozenset(words_of(other))
    if words & others & _PEOPLE:
        return words != others
    ours, theirs = words - others, others - words
    named = any(map(str.isalpha, ours)) and any(map(str.isalpha, theirs))
    return named and not own & (ours | theirs)


def find_people(level: Level, files: frozenset[str], own: frozenset[str]) -> list[str]:
    """Return the folders of a level that seem to be of different people.

    Parameters
    ----------
    files : frozenset of str
        Names of the course's modules and notebooks. Folders with the same ones are compared.
    own : frozenset of str
        What one student's folders are called; see `words_of_one`.
    """
    folders: dict[str, set[str]] = {}
    for item in level.items:
        if len(item.path) > 1 and item.path[-1] in files and item.kind == "file":
            folders.setdefault(item.path[-1], set()).add(item.top)
    found = {
        name
        for holders in folders.values()
        for pair in pairwise(sorted(holders))
        if are_people(*pair, own)
        for name in pair
    }
    return sorted(found)
