"""Choosing the file that answers each exercise, always by the same rule.

Of several files for one exercise the first of these is taken:

1. a file with work in it; then one that cannot be read; then an untouched stub;
2. a file that is in no folder called old, backup or archive;
3. the exact name before one that is nearly right, that before one that resembles it;
4. a file outside an archive before one in an archive beside it;
5. of folders that differ only in a number at the end, the file in the one with the higher;
6. the file whose folder holds more of the course;
7. the newer copy, by the number in its name; one that is called old is the oldest;
8. ``.py`` before ``.ipynb``; fewer folders; the path in the order of its letters.

A file's time has no part in it: the same files have other times in a clone, a folder and an
archive, and must get the same score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from grader.errors import SubmissionError
from grader.records import Exercise
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.sources import Read, read_code
from grader.submissions.child.stubs import Stub, is_untouched, names_bound, names_defined, read_stub
from grader.submissions.names import CODE, Match, Named, Path, find_exercise, is_newer, is_old

MAX_CANDIDATES = 200


class State(IntEnum):
    """The content of a file; the best first."""

    WORK = 0
    UNREADABLE = 1
    UNTOUCHED = 2


@dataclass(frozen=True)
class Candidate:
    """A file that may answer an exercise.

    Parameters
    ----------
    read : Read
        The file.
    named : Named
        The exercise that its name means.
    state : State
        The content of the file.
    """

    read: Read
    named: Named
    state: State

    @cached_property
    def folder(self) -> Path:
        """Return the folder in which it is."""
        return self.read.path[:-1]

    @property
    def name(self) -> str:
        """Return the name that it has in the submission."""
        return self.named.file_name(self.read.ending)


@dataclass(frozen=True, slots=True)
class Choice:
    """The file that answers an exercise, and those that were left out."""

    taken: Candidate
    left_out: tuple[Candidate, ...]


class Course:
    """The course's exercises and stubs, as far as they are needed here.

    Parameters
    ----------
    exercises : sequence of Exercise
        In order.
    stubs : bytes
        The folder of the stubs.
    """

    def __init__(self, exercises: Sequence[Exercise], stubs: bytes) -> None:
        self.exercises = tuple(exercises)
        self._stubs = stubs

    def stub(self, exercise: Exercise, ending: str) -> Stub | None:
        """Return an exercise's stub as a module or as a notebook, or None."""
        return read_stub(self._stubs, exercise.name, ending)

    def asked(self, exercise: Exercise) -> frozenset[str]:
        """Return the functions of an exercise, as far as its stubs show them."""
        stubs = (self.stub(exercise, ending) for ending in CODE)
        return next((stub.asked for stub in stubs if stub), frozenset())

    def answered(self, text: str) -> list[Exercise]:
        """Return the exercises of which a text defines any function."""
        bound = names_bound(text)
        return [exercise for exercise in self.exercises if self.asked(exercise) & bound]

    def asked_of(self, names: frozenset[str]) -> frozenset[str]:
        """Return the names among some that any exercise asks for."""
        return names & frozenset().union(*map(self.asked, self.exercises))

    def answers(self, file: CodeFile) -> frozenset[str]:
        """Return the exercises that a file answers: the one in its name, or any."""
        read = read_code(file)
        named = find_exercise(file.path, self.exercises)
        if named:
            fits = named.match is Match.EXACT or _belongs(read, named.exercise, self)
            return frozenset((named.exercise.name,) if fits else ())
        return frozenset(exercise.name for exercise in self.answered(read.text))

    def has_work(self, file: CodeFile) -> bool:
        """Return whether a file may be a student's answer, and is not an untouched stub."""
        read = read_code(file)
        if read.problem:
            return True
        named = find_exercise(file.path, self.exercises)
        if named:
            return _state(read, named, self) is State.WORK
        return any(names_defined(read.text).get(n) for n in self.asked_of(names_bound(read.text)))


def find_candidates(code: Iterable[CodeFile], course: Course) -> list[Candidate]:
    """Return the files that are named after an exercise, or nearly so.

    A name that is only nearly right is not enough: the file has to define a function of
    the exercise.

    Raises
    ------
    SubmissionError
        If there are more than one submission can need.
    """
    named = [(file, find_exercise(file.path, course.exercises)) for file in code]
    fitting = [(file, found) for file, found in named if found]
    if len(fitting) > MAX_CANDIDATES:
        raise SubmissionError(
            f"{len(fitting)} files in it are named after the course's exercises; give one "
            "student's folder, or grade a class with `grade batch`"
        )
    return list(_read_all(fitting, course))


def _read_all(fitting: Iterable[tuple[CodeFile, Named]], course: Course) -> Iterator[Candidate]:
    for file, named in fitting:
        read = read_code(file)
        if named.match is Match.EXACT or _belongs(read, named.exercise, course):
            yield Candidate(read, named, _state(read, named, course))


def _belongs(read: Read, exercise: Exercise, course: Course) -> bool:
    asked = course.asked(exercise)
    return bool(read.problem) or not asked or bool(asked & names_bound(read.text))


def _state(read: Read, named: Named, course: Course) -> State:
    if read.problem:
        return State.UNREADABLE
    stub = course.stub(named.exercise, read.ending)
    untouched = stub is not None and is_untouched(read.text, stub)
    return State.UNTOUCHED if untouched else State.WORK


def choose(candidates: Sequence[Candidate], course: Course) -> list[Choice]:
    """Return which file answers which exercise, in the course's order."""
    held = _count_held(candidates)
    return [
        Choice(ranked[0], tuple(ranked[1:]))
        for exercise in course.exercises
        if (ranked := _rank_all(exercise, candidates, held))
    ]


def _count_held(candidates: Iterable[Candidate]) -> Counter[Path]:
    """Return for how many exercises each folder holds work."""
    work = [c for c in candidates if c.state is State.WORK and c.named.match <= Match.NEAR]
    return Counter(folder for folder, _ in {(c.folder, c.named.exercise.name) for c in work})


def _rank_all(
    exercise: Exercise, candidates: Iterable[Candidate], held: Counter[Path]
) -> list[Candidate]:
    fitting = [c for c in candidates if c.named.exercise == exercise]
    return sorted(fitting, key=lambda one: _rank(one, fitting, held))


def _rank(one: Candidate, all_: Sequence[Candidate], held: Counter[Path]) -> tuple[object, ...]:
    """Return what a file is sorted by: the first that differs of these decides."""
    path = one.read.path
    newer = sum(is_newer(c.read.path, path) for c in all_ if c.state is one.state)
    return (
        one.state,
        is_old(path),
        one.named.match,
        one.read.file.nesting,
        newer,
        -held[one.folder],
        -one.named.copy,
        CODE.index(one.read.ending),
        len(path),
        [part.casefold() for part in path],
        path,
    )
