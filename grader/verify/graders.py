"""Warm graders, of which each thread takes the one that is idle."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
    """Several graders of one course, a context manager; they share processes, which it starts.

    Parameters
    ----------
    count : int
        How many gradings run at once.
    """

    def __init__(self, course: Course, isolation: IsolationOption, count: int) -> None:
        self._idle: queue.SimpleQueue[Grader] = queue.SimpleQueue()
        with ExitStack() as stack:
            first: Grader | None = None
            for _ in range(count):
                grader = stack.enter_context(Grader(course, isolation, first))
                first = first or grader
                self._idle.put(grader)
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

    @contextmanager
    def lend(self) -> Iterator[Grader]:
        """Return an idle grader for a while, in a context; safe to call from several threads."""
        grader = self._idle.get()
        try:
            yield grader
        finally:
            self._idle.put(grader)

    def grade(
        self,
        exercise: Exercise,
        sources: Mapping[str, str],
        seed: str = PUBLIC,
        functions: Sequence[str] = (),
        expected: str = "",
    ) -> ScoreReport:
        """Grade sources as an exercise's files; safe to call from several threads.

        Parameters
        ----------
        sources : mapping of str to str
            By module.
        functions, expected
            As for `Grader.grade`, which raises the same errors.
        """
        files = tuple(SourceFile(f"{name}.py", text.encode()) for name, text in sources.items())
        submission = Submission("verify", files)
        with self.lend() as grader:
            return grader.grade(
                submission, seed, (exercise.name,), functions=functions, expected=expected
            )
