"""``changes.csv``: the scores that a regrade changed, and by which checks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from grader.batch.conditions import Conditions, explain_change
from grader.batch.output import Output
from grader.batch.run import Plan
from grader.files import write_whole
from grader.report import ExerciseReport, Report, recall_report
from grader.writers.escape import for_cell

_HEAD = ("id", "name", "score_before", "score_after", "difference", "checks", "why")
_MAX_CELL = 30_000  # a spreadsheet takes 32,767 characters


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a regrade so far.

    Parameters
    ----------
    regraded, changed : int
        Submissions that were graded before, and those whose score changed.
    left : int
        Submissions that are still to be graded again.
    why : tuple of str
        The differences between the two gradings.
    """

    regraded: int
    changed: int
    left: int
    why: tuple[str, ...]


def write_changes(plan: Plan, output: Output) -> Changes | None:
    """Write ``changes.csv`` if a regrade is not complete yet, or ends with this batch.

    It compares the reports of before the regrade, which the output keeps until all of them
    were graded again, with those of now.

    Returns
    -------
    Changes or None
        None if there was no regrade.

    Raises
    ------
    GraderError
        If the file cannot be written; the next batch writes it.
    """
    kept = output.list_before()
    if not kept:
        return None
    rows, left = [], 0
    why: dict[str, None] = {}
    for path in kept:
        report = output.report_path(path.stem)
        if not report.exists():
            continue  # removed by hand: the submission is no longer in the class
        entry = output.recall(path.stem)
        left += entry is None or entry.key.conditions != plan.conditions(path.stem)
        before, after = recall_report(path), recall_report(report)
        reasons = tuple(_explain(before, after))
        why.update(dict.fromkeys(reasons))
        if before is None or after is None or before.score != after.score:
            rows.append(_row(path.stem, before, after, reasons))
    # A regrade that ended before it began has changed nothing.
    if rows or why:
        write_whole(output.folder / "changes.csv", _as_csv(rows).encode())
    if not left:
        output.drop_before()
    return Changes(len(kept), len(rows), left, tuple(why)) if rows or why else None


def _as_csv(rows: list[tuple[str | float, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_HEAD, *rows])
    return text.getvalue()


def _explain(before: Report | None, after: Report | None) -> Iterator[str]:
    if before is None:
        yield "the earlier report cannot be read"
    if after is None:
        yield "not examined this time"
    if before is None or after is None:
        return
    yield from explain_change(Conditions.of_report(before), Conditions.of_report(after))
    if before.submission.sha256 != after.submission.sha256:
        yield "other files were handed in"


def _row(
    identity: str, before: Report | None, after: Report | None, reasons: tuple[str, ...]
) -> tuple[str | float, ...]:
    known = after or before
    students = known.submission.students if known else ()
    names = "; ".join(person.name or person.login for person in students)
    scores = ["" if report is None else report.score for report in (before, after)]
    difference: str | float = ""
    checks = ""
    if before and after:
        difference = round(after.score - before.score, 2)
        checks = "; ".join(_compare(before, after))
    cells = (for_cell(checks, _MAX_CELL), for_cell("; ".join(reasons)))
    return identity, for_cell(names), *scores, difference, *cells


def _compare(before: Report, after: Report) -> Iterator[str]:
    """Yield the exercises that were graded only once, and the checks that differ."""
    old = {exercise.name: exercise for exercise in before.exercises}
    new = {exercise.name: exercise for exercise in after.exercises}
    for name in {**old, **new}:
        one, other = old.get(name), new.get(name)
        if one and other and one.status == other.status == "graded":
            yield from _compare_checks(one, other)
        elif _whole(one) != _whole(other):
            yield f"{name}: {_whole(one)} -> {_whole(other)}"


def _whole(exercise: ExerciseReport | None) -> str:
    if exercise is None:
        return "not part of it"
    return f"{exercise.status}, {exercise.score:g} of {exercise.max_score:g} points"


def _compare_checks(before: ExerciseReport, after: ExerciseReport) -> Iterator[str]:
    old = {check.id: check for function in before.functions for check in function.checks}
    new = {check.id: check for function in after.functions for check in function.checks}
    for identity in {**old, **new}:
        pair = old.get(identity), new.get(identity)
        words = [check.outcome if check else "not there" for check in pair]
        if words[0] == words[1]:
            points = [check.score for check in pair if check]
            words = [f"{word} with {score:g}" for word, score in zip(words, points, strict=True)]
        if words[0] != words[1]:
            yield f"{identity}: {words[0]} -> {words[1]}"
