"""The conditions under which a submission is graded, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.report import Report
from grader.sanitize import name_some
from grader.seeds import PUBLIC


class Conditions(msgspec.Struct, frozen=True):
    """Everything that a result depends on, apart from the submission.

    Parameters
    ----------
    course : str
        Digest of manifest and suites.
    exercises : tuple of str
        The graded exercises in alphabetical order; all if it is empty.
    seed : str
        Digest of the seed, or ``public``.
    grader : str
        The grader's version.
    isolation : str
        The value of ``--isolation``.
    """

    course: str
    exercises: tuple[str, ...]
    seed: str
    grader: str
    isolation: str

    @classmethod
    def of_report(cls, report: Report) -> Conditions:
        """Return the conditions that a report names; its exercises are never empty."""
        return cls(
            report.course.suite_sha256,
            tuple(sorted(exercise.name for exercise in report.exercises)),
            report.seed.id,
            report.environment.grader,
            report.isolation.level,
        )


def describe_earlier(earlier: Conditions, now: Conditions) -> Iterator[str]:
    """Yield in words how a result was graded, as far as it is not done so now."""
    if earlier.course != now.course:
        yield "with another version of the course (suites or course.toml)"
    if earlier.seed != now.seed:
        if PUBLIC in (earlier.seed, now.seed):
            yield "without a secret" if earlier.seed == PUBLIC else "with a secret"
        else:
            yield "with another secret"
    if earlier.exercises != now.exercises:
        names = name_some(earlier.exercises, 4)
        word = "exercise" if len(earlier.exercises) == 1 else "exercises"
        yield f"with {word} {names} only" if names else "with all exercises"
    if earlier.grader != now.grader:
        yield f"with grader {earlier.grader}"
    if earlier.isolation != now.isolation:
        yield f"with --isolation {earlier.isolation}"


def explain_change(before: Conditions, now: Conditions) -> Iterator[str]:
    """Yield in words what changed between two gradings."""
    if before.course != now.course:
        yield "the course's suites changed"
    if before.seed != now.seed:
        yield "another secret"
    if before.exercises != now.exercises:
        yield "other exercises"
    if before.grader != now.grader:
        yield "another grader version"
    if before.isolation != now.isolation:
        yield "another isolation"
