"""Counts the known wrong ways that fail an example of a docstring."""

from __future__ import annotations

import contextlib
import doctest
import io
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.examiner.replay import limited
from grader.examples.verdicts import WrongWays
from grader.records import Course
from grader.sandbox.protocol.memory_files import Files
from grader.sandbox.protocol.overlay import overlaid
from grader.sanitize import clean
from grader.testing.catalogue import Entry, implement, load_catalogue
from grader.testing.execution import execute_solution

# Processor time for the examples of one docstring; a wrong way may take for ever.
_LIMIT_S = 1.0
_ROOM = 2**20  # bytes that they may write


def count_caught(course: Course, solutions: Mapping[str, str]) -> WrongWays:
    """Return how many wrong ways fail an example of their function's docstring, and of how many.

    Ways that lose no points are not counted: their values are right.

    Parameters
    ----------
    solutions : mapping of str to str
        The sources of the solutions by module.

    Raises
    ------
    CourseError
        If a solution cannot be executed.
    """
    caught = known = 0
    for exercise in course.exercises:
        sources = {name: solutions[name] for name in exercise.modules if name in solutions}
        if not sources:
            continue
        ways: dict[str, list[Entry]] = {}
        for entry in load_catalogue(course.suites, exercise.name, "misconceptions"):
            if entry.loses_points:
                ways.setdefault(entry.id, []).append(entry)
        if not ways:
            continue  # of a program there are none, and it may ask for input
        module = execute_solution(exercise.name, sources)
        known += len(ways)
        # One mistake in several right ways to write the function is one wrong way.
        caught += sum(all(_fails(e, module) for e in entries) for entries in ways.values())
    return WrongWays(caught, known)


def find_failing_examples(
    exercise: str, sources: Mapping[str, str], functions: Iterable[str]
) -> Iterator[str]:
    """Yield findings where the solution does not give what an example in a docstring shows.

    Parameters
    ----------
    sources : mapping of str to str
        Those of the solution by module.
    functions : iterable of str
        The functions and classes of the exercise.

    Raises
    ------
    CourseError
        If a solution cannot be executed.
    """
    names = list(functions)
    if not names:
        return  # a program, which may ask for input
    module = execute_solution(exercise, sources)
    for name in names:
        runner = _Runner(verbose=False, optionflags=doctest.FAIL_FAST)
        stdin = _Unread()
        try:
            _run(runner, name, module, {**module}, stdin)
        except TimeoutError:
            runner.failing = f"took more than {_LIMIT_S:g} s"
        # Its input is not known here.
        if runner.failing and not stdin.is_read:
            yield (
                f"an example in the docstring of {name} does not hold for the solution: "
                f"{runner.failing}"
            )


class _Unread(io.StringIO):
    """A standard input that has nothing, and notes that it was asked for something."""

    is_read = False

    def read(self, size: int | None = -1) -> str:
        self.is_read = True
        return super().read(size)

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        self.is_read = True
        return super().readline(size)

    def __next__(self) -> str:  # type: ignore[override]
        self.is_read = True
        return super().__next__()

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Be the standard input in a context."""
        before, sys.stdin = sys.stdin, self
        try:
            yield
        finally:
            sys.stdin = before


class _Runner(doctest.DocTestRunner):
    """Runs the examples of a docstring, and keeps in words what the first wrong one gave."""

    failing = ""

    def report_failure(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str
    ) -> None:
        del out, test
        self.failing = f"{_word(example.source)} gives {_word(got) or 'nothing'}"

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: Any
    ) -> None:
        del out, test
        if isinstance(exc_info[1], TimeoutError):
            raise exc_info[1]
        if isinstance(exc_info[1], OSError):
            return  # a file that is not here
        raised = f"{exc_info[0].__name__}: {exc_info[1]}"
        self.failing = f"{_word(example.source)} raises {_word(raised)}"


def _word(text: str) -> str:
    """Return text on one line, with the spaces that it has."""
    return clean(text.strip(), 200).replace("\n", " ")


def _run(
    runner: doctest.DocTestRunner,
    function: str,
    module: Mapping[str, Any],
    names: dict[str, Any],
    stdin: _Unread,
) -> doctest.TestResults:
    """Run the examples of a function's docstring.

    They find an empty folder, and write into memory: not where the course is.

    Raises
    ------
    TimeoutError
        If they take too long.
    """
    docstring = getattr(module.get(function), "__doc__", None) or ""
    test = doctest.DocTestParser().get_doctest(docstring, names, function, None, None)
    with warnings.catch_warnings(), stdin.in_place(), overlaid(Files({}, _ROOM)):
        warnings.simplefilter("ignore")
        with limited(_LIMIT_S):
            return runner.run(test, out=lambda _text: None)


def _fails(entry: Entry, module: Mapping[str, Any]) -> bool:
    """Return whether a docstring's example fails with a wrong way in the function's place."""
    implementation = implement([entry])
    names = getattr(implementation, "__globals__", {})
    for name, value in module.items():
        names.setdefault(name, value)  # the other functions of the module
    globs = {**module, entry.function: implementation}
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.FAIL_FAST)
    try:
        return _run(runner, entry.function, module, globs, _Unread()).failed > 0
    except TimeoutError:
        return True
