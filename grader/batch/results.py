"""All results that an output folder has after a batch: of this run, and of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.batch.journal import Entry
from grader.batch.output import Output
from grader.batch.run import Plan
from grader.batch.summary import Summary
from grader.errors import ReportError
from grader.records import WITH_CODE
from grader.report import Report, UnexaminedReport, read_any
from grader.writers.words import names_of


@dataclass(frozen=True, slots=True)
class Results:
    """The results that are in the summary, and those that are not.

    Parameters
    ----------
    without_code, partly, unexamined : tuple of str
        Ids, with names, of those with no code that could be graded, of those with some
        exercises that could not, and of those that could not be examined, among the
        submissions that were given.
    earlier : tuple of str
        Ids of submissions that were not given; they keep the results of earlier runs.
    changed : tuple of str
        Ids whose reports were changed since they were written; they have no row.
    """

    without_code: tuple[str, ...]
    partly: tuple[str, ...]
    unexamined: tuple[str, ...]
    earlier: tuple[str, ...]
    changed: tuple[str, ...]


def summarise(plan: Plan, output: Output, graded: Mapping[str, Entry], into: Summary) -> Results:
    """Put all results of a folder into a summary, in the order of their ids, and write it.

    Parameters
    ----------
    graded : mapping of str to Entry
        The submissions of this run.

    Raises
    ------
    GraderError
        If a report cannot be read, or the summary cannot be written.
    """
    given = {listed.id for listed in plan.listing.submissions}
    without_code: list[str] = []
    partly: list[str] = []
    unexamined: list[str] = []
    earlier: list[str] = []
    changed: list[str] = []
    for identity in output.list_reports():
        entry = graded.get(identity) or output.recall(identity)
        path = output.report_path(identity)
        report = read_any(path) if entry is not None else _read_unexamined(path)
        if report is None:
            changed.append(identity)
            continue
        into.add(report, entry.fingerprints if entry else {}, given=identity in given)
        if identity not in given:
            earlier.append(identity)
        elif isinstance(report, UnexaminedReport):
            unexamined.append(_label(report))
        elif report.status not in WITH_CODE:
            without_code.append(_label(report))
        elif report.status == "partly":
            partly.append(_label(report))
    into.write(output.folder)
    return Results(*map(tuple, (without_code, partly, unexamined, earlier, changed)))


def _label(report: Report | UnexaminedReport) -> str:
    names = names_of(report.submission)
    return f"{report.submission.id} ({names})" if names else report.submission.id


def _read_unexamined(path: Path) -> UnexaminedReport | None:
    """Return the report of a submission without a score, which the journal does not list."""
    try:
        report = read_any(path)
    except ReportError:
        return None  # it was changed by hand; the caller lists it
    return report if isinstance(report, UnexaminedReport) else None
