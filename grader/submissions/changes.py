"""The exercises that a save has changed."""

from __future__ import annotations

from collections.abc import Mapping

from grader.records import Course, SourceFile, Submission
from grader.submissions.outline import Code, is_same_code

# The part of a file that decides how it is graded: of a notebook its code, not its pictures.
Answer = tuple[str, Code, str, tuple[tuple[str, Code], ...]]


def answers_of(submission: Submission, course: Course) -> dict[str, Answer | None]:
    """Return what a submission answers each exercise with.

    Parameters
    ----------
    submission : Submission
        A snapshot.
    course : Course
        The course whose exercises are compared.

    Returns
    -------
    dict of str to Answer or None
        By exercise, in the course's order; None where there is no file.
    """
    imported = _imported(submission)
    answers: dict[str, Answer | None] = {}
    for exercise in course.exercises:
        answers[exercise.name] = None
        if files := [*submission.sources_of(exercise).values()]:
            first, *rest = files
            others = ((file.name, _code(file)) for file in rest)
            answers[exercise.name] = first.name, _code(first), first.error, (*others, *imported)
    return answers


def _imported(submission: Submission) -> tuple[tuple[str, Code], ...]:
    """Return the other code, where any of it may be imported."""
    text = b"\n".join(map(_text, (*submission.files, *submission.siblings)))
    stems = {file.name.split("/")[0].partition(".")[0] for file in submission.siblings}
    if not any(stem.encode() in text for stem in stems):
        return ()
    return tuple((file.name, _code(file)) for file in submission.siblings)


def _text(source: SourceFile) -> bytes:
    return source.content if source.cells is None else "\n".join(source.cells).encode()


def _code(source: SourceFile) -> Code:
    return source.content if source.cells is None else source.cells


def changed_exercises(
    before: Mapping[str, Answer | None], after: Mapping[str, Answer | None]
) -> list[str]:
    """Return the exercises whose answers differ, those without an answer left out.

    Parameters
    ----------
    before, after : mapping
        Results of `answers_of`; ``before`` may lack exercises.
    """
    return [name for name, now in after.items() if now is not None and before.get(name) != now]


def is_same_answer(before: Answer | None, after: Answer | None, *, in_place: bool) -> bool:
    """Return whether two answers differ in comments, layout and docstrings alone.

    Parameters
    ----------
    in_place : bool
        Whether each line with code must be the same and have the same number, too.
    """
    if before is None or after is None:
        return before is after
    (name, code, error, imported), (now_name, now_code, now_error, now_imported) = before, after
    if error != now_error or len(imported) != len(now_imported):
        return False
    files = zip(((name, code), *imported), ((now_name, now_code), *now_imported), strict=True)
    return all(a == b and is_same_code(x, y, in_place=in_place) for (a, x), (b, y) in files)
