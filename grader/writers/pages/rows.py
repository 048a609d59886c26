"""The parts of one report that the page of a class keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.check_report import CheckReport
from grader.records import SubmissionStatus
from grader.report import Report, UnexaminedReport
from grader.sanitize import clean_line
from grader.writers.words import names_of, reason_of

_MAX_REASON = 160
# Fields of a check's feedback that report an event, and what the page calls it.
_EVENTS = {"ended": "ended the process", "waited": "took too long"}


@dataclass(frozen=True, slots=True)
class Row:
    """One submission in the table.

    Parameters
    ----------
    name : str
        The students' names where they are known.
    link : str
        Its own page, or an empty string.
    status, reason : str
        As in the report, and why something has no points.
    score, percent, total : float or None
        As graded, and with adjustments; None if it was not examined.
    adjustment, adjusted : float, str
        Points that the instructor added, and why.
    points : dict of str to float
        By exercise, without those that were not handed in.
    failures : int
        Checks that failed.
    level : str
        How the code was kept apart.
    """

    id: str
    name: str
    link: str
    status: SubmissionStatus
    reason: str
    score: float | None
    percent: float | None
    total: float | None
    adjustment: float
    adjusted: str
    points: dict[str, float]
    failures: int
    attempt: int
    handed_in_at: str
    late: bool | None
    level: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a report that a person may want to look at."""

    row: Row
    kind: str
    count: int
    example: str


def make_row(report: Report | UnexaminedReport, link: str, failures: int) -> Row:
    """Return the row of a report."""
    submission = report.submission
    graded = report if isinstance(report, Report) else None
    return Row(
        clean_line(submission.id) or "(no name)",
        names_of(submission),
        link,
        report.status,
        clean_line(reason_of(report), _MAX_REASON),
        report.score,
        report.percent,
        graded.total if graded else None,
        graded.adjustment if graded else 0.0,
        clean_line("; ".join(one.reason for one in report.adjustments), 400),
        {e.name: e.score for e in report.exercises if e.status != "missing"},
        failures,
        submission.attempt,
        submission.handed_in_at,
        submission.late,
        report.isolation.level,
        report.duration_s,
    )


def find_events(row: Row, report: Report, failed: Sequence[CheckReport]) -> Iterator[Event]:
    """Yield calls that ended the process or hung, and modules that could not be imported."""
    for name, kind in _EVENTS.items():
        endings = [(check.id, getattr(check.feedback, name)) for check in failed]
        lines = [f"{check_id}: {text}" for check_id, text in endings if text]
        if lines:
            yield Event(row, kind, len(lines), clean_line(lines[0], 240))
    for names, reason in _unloadable(report):
        example = clean_line(f"{', '.join(names)}: {reason}", 240)
        yield Event(row, "could not be imported", len(names), example)


def _unloadable(report: Report) -> Iterator[tuple[list[str], str]]:
    """Yield why modules could not be imported: each reason once, with the exercises' names.

    A zip that cannot be opened is one reason for all of them, and so are the same words behind
    each file's own name.
    """
    by_reason: dict[str, tuple[list[str], str]] = {}
    for exercise in report.exercises:
        if exercise.status == "unloadable":
            message = exercise.message
            reason = message.partition(" cannot be imported: ")[2] or message
            by_reason.setdefault(reason, ([], message))[0].append(exercise.name)
    yield from by_reason.values()
