"""The one code file of any name that answers each exercise of which it defines a function."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import SubmissionError
from grader.sanitize import name_some
from grader.submissions.child.choose import Choice, Course, State
from grader.submissions.child.collect import CodeFile
from grader.submissions.child.sources import Read, read_code
from grader.submissions.child.whole import Whole, choose_whole
from grader.submissions.names import Match

MAX_SEARCHED = 64  # files of other names that are looked into for functions of the course


def find_alone(
    others: Sequence[CodeFile], choices: Sequence[Choice], course: Course
) -> Whole | None:
    """Return the one file that answers all exercises, or None.

    Of versions of one file one is taken, see `whole`.
    Untouched stubs beside it answer nothing, and files that define no function of the
    course are there to be imported.

    Parameters
    ----------
    others : sequence of CodeFile
        The files that are not named after an exercise.
    choices : sequence of Choice
        The files that would answer each exercise otherwise.
    course : Course
        The course whose functions are looked for.

    Raises
    ------
    SubmissionError
        If it is the only file and cannot be read, or several students wrote such files.
    """
    if any(choice.taken.state is not State.UNTOUCHED for choice in choices):
        return _find_nearly_named(others, choices, course)
    if len(others) == 1 and not choices:
        read = read_code(others[0])
        if read.problem:
            raise SubmissionError(read.problem)
        return Whole(read)
    return choose_whole(_find_answering(others, course), course)


def advise(others: Sequence[CodeFile], course: Course) -> str:
    """Return what to do where several files define functions of the course, or nothing."""
    answering = _find_answering(others, course)
    names = [_names_for(read, course) for read in answering]
    if not names:
        return ""
    if all(len(fitting) == 1 for fitting in names) and len({n for (n,) in names}) == len(names):
        pairs = zip(answering, names, strict=True)
        listed = ", ".join(f"{read.shown} should be {name}{read.ending}" for read, (name,) in pairs)
        return f"no file with work in it has its right name: {listed}"
    listed = name_some([read.shown for read in answering], 3)
    example = course.exercises[0].file_name
    return (
        f"it is not clear which file to grade: {listed} define functions of the course; "
        f"hand in only one of them, or one file for each exercise, with its name ({example})"
    )


def _find_answering(others: Sequence[CodeFile], course: Course) -> list[Read]:
    """Return the files that define a function of the course."""
    if len(others) > MAX_SEARCHED:
        return []
    return [read for read in map(read_code, others) if course.answered(read.text)]


def _names_for(read: Read, course: Course) -> list[str]:
    return [exercise.name for exercise in course.answered(read.text)]


def _find_nearly_named(
    others: Sequence[CodeFile], choices: Sequence[Choice], course: Course
) -> Whole | None:
    """Return the only work there is, where its name is inexact and it answers more than that."""
    files = [c for choice in choices for c in (choice.taken, *choice.left_out)]
    work = [c for c in files if c.state is not State.UNTOUCHED]
    if others or len(work) != 1 or work[0].named.match is Match.EXACT:
        return None
    read = work[0].read
    return Whole(read) if len(course.answered(read.text)) > 1 else None
