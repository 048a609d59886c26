"""Which of several files that are not named after a module answers the whole course.

Versions of one another have the same name apart from marks of copies and old files, and
define a function of the course in common. Of them one is taken, by the rules of `choose`. Of
a file and another that imports it, the one is taken that has more of the course's functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.records import Exercise
from grader.submissions.child.choose import Candidate, Course, State
from grader.submissions.child.sources import Read
from grader.submissions.child.stubs import names_bound, names_defined, names_imported
from grader.submissions.child.students import find_students, refuse_several
from grader.submissions.names import CODE, Match, Named, is_newer, is_old, split_name, split_version


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that answers more than one exercise.

    Parameters
    ----------
    read : Read
        The file.
    versions : tuple of Read
        Other versions of it, which are left out.
    """

    read: Read
    versions: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file, its functions of the course, those that it defines itself, and its imports."""

    read: Read
    functions: frozenset[str]
    written: frozenset[str]
    imported: frozenset[str]
    untouched: bool

    @property
    def module(self) -> str:
        """Return the last part of the name by which it is imported."""
        return split_name(self.read.path[-1])[0]

    @property
    def base(self) -> str:
        """Return what its versions have in common in their names."""
        return split_version(self.read.path[-1])[0]


def choose_whole(reads: Sequence[Read], course: Course) -> Whole | None:
    """Return the one file that answers, of some that define functions of the course.

    Parameters
    ----------
    reads : sequence of Read
        All such files; none is named after an exercise.
    course : Course
        The course whose functions are looked for.

    Raises
    ------
    SubmissionError
        If they are the work of several students.
    """
    files = [_describe(read, course) for read in reads]
    groups = _group_versions(files)
    for group in groups:
        _refuse_students(group, course.exercises)
    ranked = [sorted(group, key=lambda one: _rank(one, group)) for group in groups]
    first = [group[0] for group in ranked]
    left = [group for group in ranked if not any(_stands_behind(group[0], f) for f in first)]
    if len(left) != 1:
        return None
    taken, *versions = [file.read for file in left[0]]
    return Whole(taken, tuple(versions))


def _describe(read: Read, course: Course) -> _File:
    text = read.text
    functions = course.asked_of(names_bound(text))
    defined = names_defined(text)
    written = frozenset(name for name in functions if defined.get(name))
    untouched = all(defined.get(name) is False for name in functions)
    return _File(read, functions, written, names_imported(text), untouched)


def _group_versions(files: Sequence[_File]) -> list[list[_File]]:
    groups: list[list[_File]] = []
    for file in files:
        for group in groups:
            if group[0].base == file.base and any(f.functions & file.functions for f in group):
                group.append(file)
                break
        else:
            groups.append([file])
    return groups


def _refuse_students(group: Sequence[_File], exercises: Sequence[Exercise]) -> None:
    names = sorted({file.module for file in group})
    for name in names if len(group) > 1 else ():
        same = [
            Candidate(file.read, Named(exercises[0], Match.EXACT), State.WORK)
            for file in group
            if file.module == name
        ]
        refuse_several(find_students(same, exercises))


def _rank(one: _File, group: Sequence[_File]) -> tuple[object, ...]:
    """Return what versions are sorted by: the first that differs of these decides."""
    path = one.read.path
    return (
        one.untouched,
        is_old(path),
        one.read.file.nesting,
        sum(is_newer(file.read.path, path) for file in group),
        -split_version(path[-1])[1],
        CODE.index(one.read.ending),
        len(path),
        [part.casefold() for part in path],
        path,
    )


def _stands_behind(one: _File, other: _File) -> bool:
    """Return whether another file, which it imports or is imported by, answers before it."""
    if one is other:
        return False
    if one.module in other.imported:
        more = len(other.functions) > len(one.functions)
        return more or (other.functions == one.functions and bool(other.written))
    if other.module in one.imported:
        # It only tries out what the other has.
        return one.functions < other.functions or (
            one.functions == other.functions and not one.written
        )
    return False
