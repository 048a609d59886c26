"""A file of Blackboard's Grade Center, downloaded by its instructor, with one column filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.tables import Cell, parse_number, write_table
from grader.writers.escape import is_plain_cell
from grader.writers.exports.columns import Column, choose_column
from grader.writers.exports.gradebook import Filled, LeftOut, Options, points_in, settle
from grader.writers.exports.grades import Grade
from grader.writers.exports.roster import Student, ids_of, match, read_roster
from grader.writers.words import number

# As in: HW 1 [Total Pts: 100 Score] |123456. Without its number, an upload makes a new column.
_COLUMN = re.compile(
    r"(?P<title>.*?)\s*(?:\[[^\]]*?(?P<max>[0-9][0-9.,]*)[^\]]*\])?\s*\|\s*(?P<id>[0-9]+)\s*",
    re.DOTALL,
)
_USERNAME = ("username", "benutzername", "nom d'utilisateur", "nombre de usuario")
_STUDENT_ID = ("student id", "matrikelnummer")


def fill_blackboard(grades: Sequence[Grade], roster: bytes, options: Options) -> Filled:
    """Return a file for Blackboard's upload with the grades of those who have one.

    It has the user names and one column, in the form of the download: tab-separated UTF-16
    (which Blackboard calls ``.xls``) or CSV, with each field in quotes.

    Parameters
    ----------
    roster : bytes
        The file as Blackboard's Grade Center wrote it.
    options : Options
        ``column`` is the column's title, its number, or a part of its title.

    Raises
    ------
    ExportError, TableError
        If the roster is not such a file, or the column is not clear.
    """
    table = read_roster(roster, "Grade Center file of Blackboard")
    header = [name.strip().casefold() for name in table.header]
    logins = [i for i, name in enumerate(header) if name in _USERNAME]
    if not logins:
        raise ExportError(
            "the roster is not a file of Blackboard's Grade Center: it has no column Username; "
            "download it with Work Offline > Download"
        )
    parts = {i: found for i, name in enumerate(table.header) if (found := _COLUMN.fullmatch(name))}
    columns = [
        Column(i, table.header[i], (found["title"], found["id"])) for i, found in parts.items()
    ]
    chosen = choose_column(options.column, columns, "grades")
    maximum = parse_number(parts[chosen.index]["max"] or "")
    points = points_in(grades, options.out_of, maximum, chosen.header)
    login = logins[0]
    numbers = [i for i, name in enumerate(header) if name in _STUDENT_ID]
    students = [
        Student(
            row,
            ids_of(row[i] for i in (login, *numbers)),
            " ".join(row[: min(login, 2)]) or row[login],
            "",
            row[chosen.index],
        )
        for row in table.rows
    ]
    settled = settle(match(grades, students), points, lambda s, _: _leave_out(s.row[login]))
    rows: list[list[Cell]] = [[table.header[login], table.header[chosen.index]]]
    rows += [[row.student.row[login], number(row.points)] for row in settled.rows]
    return settled.fill(write_table(rows, table.delimiter, table.encoding))


def _leave_out(login: str) -> LeftOut | None:
    if login.strip() and is_plain_cell(login):
        return None
    return LeftOut("the user name could be taken for a formula; enter the grade by hand")
