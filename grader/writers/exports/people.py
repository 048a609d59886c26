"""The students of a gradebook or roster, as their platform exports it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from grader.records import Person
from grader.tables import Table
from grader.writers.exports.brightspace import MARK
from grader.writers.exports.moodle import is_worksheet, participant_number
from grader.writers.exports.roster import LOGIN_HEADERS, NUMBER_HEADERS, name_in

_ADDRESS = re.compile(r"\S+@\S+")


def people_of(table: Table) -> list[Person]:
    """Return the student of each row of which two facts are known.

    Parameters
    ----------
    table : Table
        Of Canvas, Moodle, Brightspace, Blackboard, Gradescope, GitHub Classroom, or another
        with such columns.

    Returns
    -------
    list of Person
        Empty if the columns are not known. The number is the one in the platform's downloads.
    """
    header = [name.strip().casefold() for name in table.header]
    rows = [tuple(map(_clean, row)) for row in table.rows]
    people = [_person(dict(zip(header, row, strict=True))) for row in rows]
    if _has_participants(table):
        people = [
            Person(one.name, one.login, participant_number(row[0]), one.email)
            for one, row in zip(people, rows, strict=True)
        ]
    return [p for p in people if sum(map(bool, (p.name, p.login, p.number, p.email))) > 1]


def _has_participants(table: Table) -> bool:
    """Return whether the table is a worksheet of Moodle, and not one of names or of ids."""
    first = table.header[0].strip().casefold()
    spaced = all(" " in row[0].strip() for row in table.rows)
    return bool(table.rows) and spaced and not name_in({first: first}) and is_worksheet(table)


def _person(cells: Mapping[str, str]) -> Person:
    emails = (cell for cell in cells.values() if _ADDRESS.fullmatch(cell))
    return Person(
        name_in(cells),
        _of(cells, LOGIN_HEADERS),
        _of(cells, NUMBER_HEADERS),
        next(emails, ""),
    )


def _of(cells: Mapping[str, str], headers: Sequence[str]) -> str:
    return next((cells[name] for name in headers if cells.get(name)), "")


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip().removeprefix(MARK)
