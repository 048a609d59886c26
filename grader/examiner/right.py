"""Right implementations that the course has: of one function, and of every name of an exercise."""

from __future__ import annotations

import types
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.testing.canonical import Canonical, EditedFunction
from grader.testing.catalogue import Entry, load_catalogue

Implementation = Callable[..., Any]
Names = dict[str, Any]


@cache
def load_right(suites: Path, exercise: str, function: str) -> tuple[Implementation, ...]:
    """Return the right implementations of a function that the course has; they are read once."""
    right: list[Implementation] = []
    with suppress(CourseError):
        canonical = _read_canonical(suites / exercise / "canonical.py")
        right.append(EditedFunction(canonical, function, ()).choose())
    right += [
        entry.implementation
        for entry in _read_variants(suites, exercise)
        if entry.function == function and not entry.float32 and entry.implementation is not None
    ]
    return tuple(right)


@cache
def _read_canonical(path: Path) -> Canonical:
    return Canonical(path)


@cache
def _read_variants(suites: Path, exercise: str) -> tuple[Entry, ...]:
    return load_catalogue(suites, exercise, "variants")


@cache
def load_names(suites: Path, exercise: str) -> RightNames:
    """Return the right names of an exercise; they are read when they are first asked for."""
    return RightNames(suites, exercise)


class RightNames:
    """The names of an exercise's module, as far as the course has a right implementation.

    They are what ``canonical.py`` defines, and for functions that it lacks the first of
    ``variants.py``. Without an exercise there is none.

    Parameters
    ----------
    suites : Path, optional
        The course's folder of suites.
    exercise : str
        The exercise.
    """

    def __init__(self, suites: Path | None = None, exercise: str = "") -> None:
        self._suites = suites
        self._exercise = exercise
        self._completed: set[int] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._own

    def get(self, name: str) -> Implementation | None:
        """Return a right implementation, or None where there is none."""
        return self._own.get(name)

    def beside(self, entry: Entry | None) -> Names:
        """Return the names of a module in which a mistake can take the place of its function.

        Parameters
        ----------
        entry : Entry or None
            The mistake, whose own file may have some of the names; None for no mistake.
        """
        if entry is None:
            return self._own
        if entry.edited is not None:
            return self._complete(entry.edited.module)
        if entry.implementation is not None:
            # It may call another function of the course, as the student's would.
            self._complete(getattr(entry.implementation, "__globals__", {}))
        return self._complete(self._own if entry.names is None else entry.names)

    def _complete(self, names: Names) -> Names:
        if id(names) not in self._completed:
            self._completed.add(id(names))
            for name, value in self._own.items():
                names.setdefault(name, value)
        return names

    @cached_property
    def _own(self) -> Names:
        if self._suites is None:
            return {}
        # With the catalogues the provided modules can be imported.
        variants = _read_variants(self._suites, self._exercise)
        names = _read_canonical(self._suites / self._exercise / "canonical.py").execute()
        for entry in variants:
            if entry.implementation is not None and not entry.float32:
                names.setdefault(entry.function, entry.implementation)
        return names


def uses(implementation: object, name: str) -> bool:
    """Return whether a function, or a method of a class, uses a name of its module."""
    if isinstance(implementation, type):
        return any(uses(method, name) for method in vars(implementation).values())
    code = getattr(implementation, "__code__", implementation)
    return isinstance(code, types.CodeType) and (
        name in code.co_names or any(uses(inner, name) for inner in code.co_consts)
    )


def is_of(implementation: object, names: Names) -> bool:
    """Return whether a function, or a method of a class, finds its names among these."""
    if isinstance(implementation, type):
        return any(is_of(method, names) for method in vars(implementation).values())
    return getattr(implementation, "__globals__", None) is names
