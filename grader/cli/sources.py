"""The submissions behind the reports of a class: what `grade batch` was given, found by id."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.batch.listing import Listed
    from grader.records import Course, Submission


class Sources:
    """The submissions of a class, by id."""

    def __init__(self, course: Course, listed: Sequence[Listed]) -> None:
        self.course = course
        self._listed = {one.id: one for one in listed}

    def path_of(self, identity: str) -> str:
        """Return the path of a submission; empty if it has none of its own, as in a download."""
        listed = self._listed.get(identity)
        return "" if listed is None or listed.parts else str(listed.path)

    def read(self, identity: str) -> Submission | None:
        """Return what was handed in, or None if there is no such submission.

        Raises
        ------
        SandboxError
            If this machine cannot start the process that reads.
        """
        from grader.batch.reading import read_listed

        listed = self._listed.get(identity)
        return None if listed is None else read_listed(listed, self.course).submission


@contextlib.contextmanager
def open_sources(paths: Sequence[Path], course: Course, layout: str = "auto") -> Iterator[Sources]:
    """Find the submissions below some paths as `grade batch` does; they are read when needed.

    Raises
    ------
    SubmissionError
        As `grader.batch.classes.find_submissions`.
    """
    from grader.batch.classes import ClassOptions, find_submissions
    from grader.batch.scratch import open_scratch

    with open_scratch() as unpacked:
        found = find_submissions(paths, course, ClassOptions(layout), unpacked)
        yield Sources(course, found.submissions)
