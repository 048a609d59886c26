"""Warm graders, of which each thread takes the one that is idle."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from grader.engine import Grader
from grader.records import (
    Course,
    Exercise,
    IsolationOption,
    ScoreReport,
    SourceFile,
    Submission,
)
from grader.seeds import PUBLIC


class Graders:
    """Several graders of one course, a context manager; their processes start with it.

    Parameters
    ----------
    count : int
        How many gradings run at once.
    """

    def __init__(self, course: Course, isolation: IsolationOption, count: int) -> None:
        self._idle: queue.SimpleQueue[Grader] = queue.SimpleQueue()
        with ExitStack() as stack:
            for _ in range(count):
                self._idle.put(stack.enter_context(Grader(course, isolation)))
            self._started = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._started.__exit__(kind, error, traceback)

    def grade(
        self, exercise: Exercise, source: str, seed: str = PUBLIC, functions: Sequence[str] = ()
    ) -> ScoreReport:
        """Grade a source as an exercise's file; safe to call from several threads.

        Parameters
        ----------
        functions : sequence of str
            As for `Grader.grade`, which raises the same errors.
        """
        file = SourceFile(exercise.file_name, source.encode())
        grader = self._idle.get()
        try:
            submission = Submission("verify", (file,))
            return grader.grade(submission, seed, (exercise.name,), functions=functions)
        finally:
            self._idle.put(grader)
