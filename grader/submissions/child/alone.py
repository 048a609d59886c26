"""The one code file of any name that answers each exercise of which it defines a function."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import SubmissionError
from grader.submissions.child.choose import Choice, Course, State
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.sources import Read, read_code
from grader.submissions.names import Match

MAX_SEARCHED = 64  # files of other names that are looked into for functions of the course


def find_alone(
    others: Sequence[CodeFile], choices: Sequence[Choice], course: Course
) -> Read | None:
    """Return the one file that answers all exercises, or None.

    Untouched stubs beside it answer nothing, and files that define no function of the
    course are there to be imported.

    Parameters
    ----------
    others : sequence of CodeFile
        The files that are not named after an exercise.
    choices : sequence of Choice
        What would answer each exercise otherwise.
    course : Course
        Whose functions are looked for.

    Raises
    ------
    SubmissionError
        If it is the only file, and cannot be read.
    """
    if any(choice.taken.state is not State.UNTOUCHED for choice in choices):
        return _find_nearly_named(others, choices, course)
    if len(others) == 1 and not choices:
        read = read_code(others[0])
        if read.problem:
            raise SubmissionError(read.problem)
        return read
    answering = [read for read, _ in find_answering(others, course)]
    return answering[0] if len(answering) == 1 else None


def find_answering(others: Sequence[CodeFile], course: Course) -> list[tuple[Read, str]]:
    """Return the files that define a function of the course, each with the name it should have."""
    if len(others) > MAX_SEARCHED:
        return []
    found = [(read, course.answered(read.text)) for read in map(read_code, others)]
    return [(read, answered[0].name + read.ending) for read, answered in found if answered]


def _find_nearly_named(
    others: Sequence[CodeFile], choices: Sequence[Choice], course: Course
) -> Read | None:
    """Return the only work there is, where its name is inexact and it answers more than that."""
    files = [c for choice in choices for c in (choice.taken, *choice.left_out)]
    work = [c for c in files if c.state is not State.UNTOUCHED]
    if others or len(work) != 1 or work[0].named.match is Match.EXACT:
        return None
    return work[0].read if len(course.answered(work[0].read.text)) > 1 else None
