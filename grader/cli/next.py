"""``grade next``: show what to do first."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.options import REPORT, Selection, course_option, report_option, selection_options
from grader.cli.saved import read_last
from grader.cli.streams import unbroken_pipe
from grader.invocation import find_program
from grader.sanitize import name_some

if TYPE_CHECKING:
    from grader.problems import Next
    from grader.records import Course
    from grader.report import Report


@click.command("next", cls=GradeCommand)
@report_option(type=click.Path(path_type=Path), help="Read this report of `grade submit`.")
@course_option
@selection_options
def next_(report_file: Path, course: Path | None, selection: Selection) -> None:
    r"""Show what to do first, with file and line.

    Nothing is graded: this is the next step of your last report. If the function is not
    written yet, you see what it does. If it is wrong, you see the problem.

    Exit status: 0 the report was read, 2 wrong usage, 3 no such report.

    \b
    Examples:
      grade next
      grade next --exercise backprop
    """
    from grader.writers.terminal.console import ResultConsole
    from grader.writers.terminal.overview import show_task
    from grader.writers.words import command

    last = read_last(report_file, course, selection)
    report = last.decided
    advice = ""
    if report.next is not None and report.next.problem is None:
        advice = _summary_of(last.course, report.next)
    elif report.next is not None:
        elsewhere = None if report_file == Path(REPORT) else report_file
        hint = command("hint", report.next.function, course=course, report=elsewhere)
        advice = f"Stuck? Try `{hint}`."
    elif not selection.names(last.course):
        advice = _not_in_report(last.course, last.report)
    with unbroken_pipe():
        show_task(ResultConsole(soft_wrap=False), report, advice)


def _not_in_report(course: Course, report: Report) -> str:
    """Return how to grade the exercises that the last report does not have, if there are any."""
    others = [name for name in course.select() if name not in {e.name for e in report.exercises}]
    again = f"run `{find_program()} submit` to grade them"
    return f"The last report does not have {name_some(others, 3)}; {again}." if others else ""


def _summary_of(course: Course, following: Next) -> str:
    """Return the first sentence of a function's docstring, or an empty string."""
    from grader.course.functions import read_functions
    from grader.errors import CourseError

    exercise, _, function = following.function.partition("/")
    # The report may be of another course, and in a kit the stub is the student's own file.
    with contextlib.suppress(KeyError, CourseError):
        found = read_functions(course, course.exercise(exercise))
        return "".join(one.summary for one in found if one.name == function)
    return ""
