"""Points that the instructor adds by hand: ``adjustments.csv`` beside the reports of a batch.

::

    id,exercise,points,reason
    ada,activations,2,the question had a mistake
    ben,,-5,handed in late

The score of a report remains as graded. `grader.report.Report.total` is the score with these
points: never below 0, and above the maximum where the instructor gave that many. ``grade batch``
writes them into the reports, and what reads the reports of a batch takes them from the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from grader.errors import TableError
from grader.records import Adjustment
from grader.report import Report, to_json
from grader.sanitize import clean_line
from grader.tables import MAX_TABLE, Table, read_table

FILE_NAME = "adjustments.csv"
_COLUMNS = ("id", "exercise", "points", "reason")
_HEADER = ",".join(_COLUMNS)
_POINTS = re.compile(r"(?P<sign>[+-]?)(?P<digits>[0-9]{1,6}(?:[.,][0-9]{1,2})?)")
_MAX_REASON = 400


class Adjustments:
    """The adjustments of a batch, by submission; empty where there is no such file.

    Parameters
    ----------
    folder : Path
        The output folder of a batch.

    Raises
    ------
    TableError
        If the file cannot be read, or a row of it is not valid.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._rows: defaultdict[str, list[tuple[str, Adjustment]]] = defaultdict(list)
        for identity, where, adjustment in _read_rows(self._path):
            self._rows[identity].append((where, adjustment))

    def refuse_unknown(self, ids: Container[str], exercises: Container[str] | None = None) -> None:
        """Refuse rows of submissions and, if these are given, exercises that there are not.

        Raises
        ------
        TableError
            For the first such row.
        """
        for identity, rows in self._rows.items():
            if identity not in ids:
                raise TableError(
                    f"{rows[0][0]}: no submission has this id; take it from the names of the "
                    "reports or from summary.csv"
                )
            if exercises is not None:
                self._refuse_other_exercises(rows, exercises)

    def of(self, identity: str) -> tuple[Adjustment, ...]:
        """Return the adjustments of one submission."""
        return tuple(adjustment for _, adjustment in self._rows.get(identity, ()))

    def apply(self, report: Report) -> Report:
        """Return a report with the adjustments of its submission, and no others.

        Raises
        ------
        TableError
            If one is for an exercise that the report does not have.
        """
        identity = report.submission.id
        exercises = {exercise.name for exercise in report.exercises}
        self._refuse_other_exercises(self._rows.get(identity, []), exercises)
        return replace(report, adjustments=self.of(identity))

    def _refuse_other_exercises(
        self, rows: list[tuple[str, Adjustment]], exercises: Container[str]
    ) -> None:
        for where, adjustment in rows:
            if adjustment.exercise and adjustment.exercise not in exercises:
                raise TableError(
                    f"{where}: {clean_line(adjustment.exercise, 60)} is not a graded exercise; "
                    "correct it, or leave the cell empty"
                )


def adjust_json(report: bytes, adjustments: tuple[Adjustment, ...]) -> bytes:
    """Return a report that was written as JSON with these adjustments and no others."""
    return to_json(replace(msgspec.json.decode(report, type=Report), adjustments=adjustments))


def _read_rows(path: Path) -> Iterator[tuple[str, str, Adjustment]]:
    """Yield the id of each row, where it is, and what it adjusts."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TABLE + 1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}") from error
    table = read_table(content, str(path), f"save it as CSV in UTF-8, with the header {_HEADER}")
    columns = _find_columns(path, table)
    for row, line in zip(table.rows, table.lines, strict=True):
        cells = (unicodedata.normalize("NFC", row[column]).strip() for column in columns)
        identity, exercise, points, reason = cells
        where = f"{path}, line {line} ({clean_line(', '.join(filter(None, row)), 80)})"
        number = _POINTS.fullmatch(points.replace("\N{MINUS SIGN}", "-"))
        if number is None:
            raise TableError(
                f"{where}: the points are not a number such as 2.5 or -1; at most two decimals"
            )
        value = float(number["digits"].replace(",", "."))
        value = -value if number["sign"] == "-" else value
        yield identity, where, Adjustment(exercise, value, clean_line(reason, _MAX_REASON))


def _find_columns(path: Path, table: Table) -> list[int]:
    header = [name.strip().casefold() for name in table.header]
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        raise TableError(f"{path} has no column {missing[0]}; its first line should be {_HEADER}")
    return [header.index(name) for name in _COLUMNS]
