"""A submission with a mistake in every function, from the course's own catalogues."""

from __future__ import annotations

from collections.abc import Callable

from grader.records import Course
from grader.testing.catalogue import Entry, load_catalogue, source_of


def make_mistakes(course: Course, solution: Callable[[str], str], part: float) -> dict[str, str]:
    """Return the source of each exercise with a known mistake in every function.

    Parameters
    ----------
    part : float
        Which of the mistakes of each function: from 0, the first, to less than 1.
    """
    sources = {}
    for exercise in course.select():
        edits: dict[str, list[Entry]] = {}
        whole: list[Entry] = []
        for entry in load_catalogue(course.suites, exercise, "misconceptions"):
            if entry.loses_points and entry.edited is not None:
                edits.setdefault(entry.function, []).append(entry)
            elif entry.loses_points and isinstance(entry.implementation, type):
                whole.append(entry)
        # The helpers of whole classes have the same names, so one file has one of them.
        groups = [*edits.values(), *([whole] if whole else [])]
        wrong = [entries[int(len(entries) * part)] for entries in groups]
        sources[exercise] = "\n\n".join([solution(exercise), *(source_of([e]) for e in wrong)])
    return sources
