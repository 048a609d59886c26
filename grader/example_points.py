"""The points that a submission's examples earn, if a course counts them.

Most courses do not, so what reads examples is loaded only for those that do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from grader.errors import SubmissionError
from grader.examples.values import Example
from grader.examples.verdicts import Judgement
from grader.records import EXAMPLES, Check, Course, ExerciseScore, ModuleState, Status, Submission
from grader.scoring import WITHHELD


def grade_examples(
    course: Course,
    submission: Submission,
    exercises: Sequence[str],
    judge: Callable[[Sequence[Example]], Judgement],
) -> tuple[ExerciseScore, ...]:
    """Return the exercise of a submission's examples; none where they do not count.

    Parameters
    ----------
    exercises : sequence of str
        The exercises that are graded.
    judge : callable
        Judges examples that fit their functions.

    Raises
    ------
    GraderError
        If the machine or the course fails, which is not the student's fault.
    """
    return _grade(course, submission, exercises, judge) if course.examples.points else ()


def _grade(
    course: Course,
    submission: Submission,
    exercises: Sequence[str],
    judge: Callable[[Sequence[Example]], Judgement],
) -> tuple[ExerciseScore, ...]:
    from grader.examples.form import check_form
    from grader.examples.scoring import list_checks, score_judged, score_unjudged
    from grader.examples.signatures import has_right, read_signatures
    from grader.submissions.examples import parse_examples

    signatures = read_signatures(course)
    checks = list_checks(course, signatures.values(), exercises)
    file = submission.examples
    if not has_right(course):
        state = ModuleState(EXAMPLES, "graded", WITHHELD)
        return (score_unjudged(checks, state),)
    if file is None:
        return (score_unjudged(checks, ModuleState(EXAMPLES, "missing", "no examples.py")),)
    try:
        if file.error:
            raise SubmissionError(file.error)
        written = check_form(parse_examples(file.content, course, file.name), signatures)
    except SubmissionError as error:
        return (score_unjudged(checks, ModuleState(EXAMPLES, "unloadable", str(error))),)
    asked = [e for e in written.examples if signatures[e.function].exercise in exercises]
    scored = score_judged(checks, judge(asked) if asked else Judgement(()))
    notes = tuple(f"examples.py, line {one.line}: {one.message}" for one in written.remarks[:5])
    return (replace(scored, module=replace(scored.module, notes=notes)),)


def refuse_examples(
    course: Course, exercises: Sequence[str], status: Status, reason: str
) -> tuple[ExerciseScore, ...]:
    """Return the exercise of examples of a submission that cannot be graded."""
    if not course.examples.points:
        return ()
    from grader.examples.scoring import score_unjudged

    state = ModuleState(EXAMPLES, status, reason)
    return (score_unjudged(checks_of_examples(course, exercises), state),)


def withhold_examples(course: Course, exercises: Sequence[str]) -> Course:
    """Return a course whose checks of examples are withheld where it has nothing to judge by."""
    if not course.examples.points:
        return course
    from grader.examples.signatures import has_right

    checks = () if has_right(course) else checks_of_examples(course, exercises)
    return replace(course, withheld=(*course.withheld, *checks)) if checks else course


def checks_of_examples(course: Course, exercises: Sequence[str]) -> tuple[Check, ...]:
    """Return the checks of examples of some exercises; none where they do not count."""
    if not course.examples.points:
        return ()
    from grader.examples.scoring import list_checks
    from grader.examples.signatures import read_signatures

    return tuple(list_checks(course, read_signatures(course).values(), exercises))
