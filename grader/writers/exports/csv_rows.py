"""One row a submission, for spreadsheets and scripts."""

from __future__ import annotations

from collections.abc import Sequence

from grader.report import ReportPayload
from grader.writers.escape import for_cell
from grader.writers.exports.table import Cell, number_cell, write_table

_COLUMNS = ("submission", "score", "max_score", "percent")
_ORIGIN = ("isolation", "course", "course_version", "started_at")


def write_csv(payloads: Sequence[ReportPayload]) -> bytes:
    """Return a table with a column for each exercise that any of the reports has.

    Parameters
    ----------
    payloads : sequence of ReportPayload
        The reports, in the order of the rows. An exercise that a report lacks is an empty
        cell, not a zero.

    Returns
    -------
    bytes
        CSV in UTF-8.
    """
    names = list(dict.fromkeys(e["name"] for p in payloads for e in p["exercises"]))
    header: list[Cell] = [*_COLUMNS, *map(for_cell, names), *_ORIGIN]
    return write_table([header, *(_row(payload, names) for payload in payloads)])


def _row(payload: ReportPayload, names: Sequence[str]) -> list[Cell]:
    scores = {e["name"]: number_cell(e["score"]) for e in payload["exercises"]}
    return [
        for_cell(payload["submission"]["id"]),
        number_cell(payload["score"]),
        number_cell(payload["max_score"]),
        number_cell(payload["percent"]),
        *(scores.get(name, "") for name in names),
        payload["isolation"]["level"],
        for_cell(payload["course"]["name"]),
        for_cell(payload["course"]["version"]),
        payload["started_at"],
    ]
