"""One row a submission, for spreadsheets and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from grader.report import Report
from grader.tables import Cell, number_cell, write_table
from grader.writers.escape import for_cell

_COLUMNS = ("submission", "score", "max_score", "percent")
_ORIGIN = ("isolation", "course", "course_version", "started_at")


def write_csv(reports: Sequence[Report]) -> bytes:
    """Return a table as CSV in UTF-8, with a column for each exercise that any report has.

    An exercise that a report lacks is an empty cell, not a zero.
    """
    names = list(dict.fromkeys(e.name for p in reports for e in p.exercises))
    header: list[Cell] = [*_COLUMNS, *map(for_cell, names), *_ORIGIN]
    return write_table([header, *(_row(report, names) for report in reports)])


def _row(report: Report, names: Sequence[str]) -> list[Cell]:
    scores = {e.name: number_cell(e.score) for e in report.exercises}
    return [
        for_cell(report.submission.id),
        number_cell(report.score),
        number_cell(report.max_score),
        number_cell(report.percent),
        *(scores.get(name, "") for name in names),
        report.isolation.level,
        for_cell(report.course.name),
        for_cell(report.course.version),
        report.started_at,
    ]
