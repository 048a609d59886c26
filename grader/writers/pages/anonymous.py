"""Reports without names, for pages that are shared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec.structs import replace

from grader.check_report import CheckReport
from grader.records import Adjustment
from grader.report import (
    ExerciseReport,
    Report,
    UnexaminedReport,
    map_checks,
    with_problems,
)
from grader.writers.batch_summary import Alike

_R = TypeVar("_R", bound=Report | UnexaminedReport)
_REASONS = {"missing": "not handed in", "unloadable": "could not be imported"}


def choose_pseudonyms(digests: Mapping[str, str]) -> dict[str, str]:
    """Return a name such as ``student 3`` for each id.

    Parameters
    ----------
    digests : mapping of str to str
        The digest of each submission by its id. The order follows the digests, so it is the same
        for the same submissions and does not show that of ids or names.
    """
    whole = hashlib.sha256("".join(sorted(digests.values())).encode()).hexdigest()

    def place(identity: str) -> str:
        return hashlib.sha256(f"{whole}\0{digests[identity]}\0{identity}".encode()).hexdigest()

    return {identity: f"student {n}" for n, identity in enumerate(sorted(digests, key=place), 1)}


def hide_names(report: Report, pseudonym: str) -> Report:
    """Return a report without what names a student, or quotes what a student wrote.

    Left out are the id, students, time, file names, notes and messages, the reasons of
    adjustments, and what the code printed, raised or was quoted with.
    """
    shown = hide_owner(report, pseudonym)
    adjustments = tuple(Adjustment(one.exercise, one.points, "") for one in shown.adjustments)
    exercises = tuple(map(_hide_messages, shown.exercises))
    hidden = replace(shown, adjustments=adjustments, exercises=exercises)
    # Problems quote what the checks do.
    return with_problems(map_checks(hidden, _hide_quotes))


def hide_owner(report: _R, pseudonym: str) -> _R:
    """Return a report without what names a student outside its exercises."""
    submission = replace(
        report.submission, id=pseudonym, students=(), handed_in_at="", files=(), notes=()
    )
    seed = replace(report.seed, derived_for=None, repeat_with=None)
    return replace(report, submission=submission, seed=seed)


def rename_alike(groups: Iterable[Alike], pseudonyms: Mapping[str, str]) -> list[Alike]:
    """Return groups of submissions with pseudonyms, without submissions that have none."""
    return [
        replace(group, ids=tuple(pseudonyms[one] for one in group.ids if one in pseudonyms))
        for group in groups
        if sum(one in pseudonyms for one in group.ids) > 1
    ]


def _hide_messages(exercise: ExerciseReport) -> ExerciseReport:
    functions = tuple(replace(one, location=None) for one in exercise.functions)
    message = _REASONS.get(exercise.status, "")
    return replace(exercise, message=message, notes=(), functions=functions)


def _hide_quotes(check: CheckReport) -> CheckReport:
    feedback = check.feedback
    raised = "an exception" if feedback.raised else ""
    shown = replace(feedback, raised=raised, arose="", printed="", fault="", places=())
    return replace(check, feedback=shown)
