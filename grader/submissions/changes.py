"""Which exercises a save has changed."""

from __future__ import annotations

from collections.abc import Mapping

from grader.records import Course, SourceFile, Submission

# What of a file decides how it is graded: of a notebook its code, not its pictures.
Answer = tuple[str, object, str]


def answers_of(submission: Submission, course: Course) -> dict[str, Answer | None]:
    """Return what a submission answers each exercise with.

    Parameters
    ----------
    submission : Submission
        A snapshot.
    course : Course
        Whose exercises.

    Returns
    -------
    dict of str to Answer or None
        By exercise, in the course's order; None where there is no file.
    """
    found = {e.name: submission.source_of(e) for e in course.exercises}
    return {name: None if source is None else _answer(source) for name, source in found.items()}


def _answer(source: SourceFile) -> Answer:
    return source.name, source.content if source.cells is None else source.cells, source.error


def changed_exercises(
    before: Mapping[str, Answer | None], after: Mapping[str, Answer | None]
) -> list[str]:
    """Return the exercises whose answers differ, those without an answer left out.

    Parameters
    ----------
    before, after : mapping
        What `answers_of` returned; of ``before`` exercises may be missing.
    """
    return [name for name, now in after.items() if now is not None and before.get(name) != now]
