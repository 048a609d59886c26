"""How files of a class are recognised: by names of the course's files, and by work in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from grader.records import Exercise
from grader.submissions.layouts.people import find_people, words_of_one
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import CODE, Path, find_exercise, words_of

_ANY = ""  # the answer of code and archives of any name
Open = Callable[[Item], Level | None]


@lru_cache(maxsize=100_000)
def _find_name(path: Path, exercises: tuple[Exercise, ...]) -> str:
    """Return the exercise that a file's name means; a class has the same names many times."""
    named = find_exercise(path, exercises)
    return named.exercise.name if named else ""


@dataclass(frozen=True)
class Clues:
    """How to distinguish students' work from other files.

    Parameters
    ----------
    exercises : tuple of Exercise
        The course's.
    has_work : callable
        Returns whether a file has code for the course that is not an untouched stub.
    peek : callable
        Returns the level of an archive, without contents, or None if it cannot be read.
    answers : callable
        Returns the names of the exercises that a file answers.
    functions : frozenset of str
        The functions that the exercises ask for.
    """

    exercises: tuple[Exercise, ...]
    has_work: Callable[[Item], bool]
    peek: Open
    answers: Callable[[Item], frozenset[str]]
    functions: frozenset[str]

    def is_own_name(self, name: str) -> bool:
        """Return whether a file has the name of a module or a notebook of the course."""
        return any(name == one.name + ending for one in self.exercises for ending in CODE)

    def exercise_of(self, name: str) -> str:
        """Return the exercise in the name of a file, or an empty string."""
        return _find_name((name,), self.exercises)

    @cached_property
    def words_of_functions(self) -> frozenset[str]:
        """Return the words of the functions' names."""
        return frozenset(chain.from_iterable(map(words_of, self.functions)))

    @cached_property
    def own(self) -> frozenset[str]:
        """Return the words by which one student's folders are called."""
        return words_of_one(exercise.name for exercise in self.exercises)

    def find_people(self, level: Level, *, any_name: bool = False) -> list[str]:
        """Return the folders of a level that seem to be of different people.

        Parameters
        ----------
        any_name : bool
            Compare folders with archives and with code of any name, too.
        """

        def answers(item: Item) -> Iterator[str]:
            name = _find_name(item.path[-2:], self.exercises) if item.may_answer else ""
            if name:
                yield name
            if any_name and item.may_answer:
                yield _ANY

        return find_people(level, answers, self.own)
