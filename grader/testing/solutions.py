"""Executing the solution of an exercise, on the trusted side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.errors import CourseError
from grader.sandbox.protocol.provided import import_all
from grader.testing.execution import execute


def execute_solution(exercise: str, sources: Mapping[str, str]) -> dict[str, Any]:
    """Return what the modules of a solution define; they may import one another.

    Parameters
    ----------
    sources : mapping of str to str
        By module.

    Raises
    ------
    CourseError
        If one cannot be executed.
    """
    try:
        if list(sources) != [exercise]:
            return import_all({name: text.encode() for name, text in sources.items()})
        return execute(exercise, sources[exercise])
    except Exception as error:
        raise CourseError(f"the solution of {exercise} fails: {error!r}") from error
