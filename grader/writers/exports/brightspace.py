"""A gradebook of Brightspace, exported by its instructor, with one grade item filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.sanitize import clean_line
from grader.tables import Cell, Table, parse_number, write_table
from grader.writers.escape import is_plain_cell
from grader.writers.exports.columns import Column, choose_column
from grader.writers.exports.gradebook import Filled, LeftOut, Options, Settled, points_in, settle
from grader.writers.exports.grades import Grade
from grader.writers.exports.roster import Student, ids_of, match, read_roster
from grader.writers.words import number

# As in: HW 1 Points Grade <Numeric MaxPoints:100 Weight:10 Category:Homework>
_ITEM = re.compile(
    r"(?P<header>(?P<title>.+) Points Grade)\s*(?:<[^>]*?MaxPoints:(?P<max>[0-9.,]+)[^>]*>)?",
    re.DOTALL,
)
_KEYS = ("orgdefinedid", "username")
_NAMES = ("first name", "last name")
_END = "End-of-Line Indicator"
MARK = "#"  # before each id of an export, so that a spreadsheet leaves it as it is


def fill_brightspace(grades: Sequence[Grade], roster: bytes, options: Options) -> Filled:
    """Return a file for Brightspace's import with the grades of those who have one.

    It has the columns of ids, one grade item and the last column that the import needs, and
    no other: Brightspace is not to import names or addresses.

    Parameters
    ----------
    roster : bytes
        The grades as Brightspace exported them: CSV, TSV or TXT.
    options : Options
        ``column`` is the grade item, or a part of its title.

    Raises
    ------
    ExportError, TableError
        If the roster is not an export of Brightspace, or the grade item is not clear.
    """
    table = read_roster(roster, "grades of Brightspace")
    keys = _columns(table, _KEYS)
    if not keys:
        raise ExportError(
            "the roster is not an export of Brightspace: it has neither Username nor "
            "OrgDefinedId; export it with Grades > Enter Grades > Export, key field Both"
        )
    parts = {i: found for i, name in enumerate(table.header) if (found := _ITEM.fullmatch(name))}
    items = [Column(i, found["header"], (found["title"],)) for i, found in parts.items()]
    chosen = choose_column(options.column, items, "grade items (Points Grade)")
    maximum = parse_number(parts[chosen.index]["max"] or "")
    points = points_in(grades, options.out_of, maximum, chosen.header)
    students = [_student(table, row, keys, chosen) for row in table.rows]
    settled = settle(match(grades, students), points, lambda s, _: _leave_out(s, keys))
    rows: list[list[Cell]] = [[*(table.header[i] for i in keys), clean_line(chosen.header), _END]]
    rows += [[*(row.student.row[i] for i in keys), row.cell, MARK] for row in settled.rows]
    content = write_table(rows, table.delimiter, table.encoding)
    return settled.fill(content, *_warn(settled, maximum))


def _columns(table: Table, names: Sequence[str]) -> list[int]:
    return [i for i, name in enumerate(table.header) if name.strip().casefold() in names]


def _student(table: Table, row: tuple[str, ...], keys: Sequence[int], chosen: Column) -> Student:
    # A team's or a student's number in a download is the OrgDefinedId.
    ids = [row[i].strip().removeprefix(MARK) for i in keys]
    emails = [row[i] for i in _columns(table, ("email",))]
    name = " ".join(row[i] for i in _columns(table, _NAMES))
    return Student(row, ids_of([*ids, *emails]), name or " ".join(ids), "", row[chosen.index])


def _leave_out(student: Student, keys: Sequence[int]) -> LeftOut | None:
    ids = [student.row[i] for i in keys]
    if all(map(is_plain_cell, ids)) and any(cell.strip(f" {MARK}") for cell in ids):
        return None
    return LeftOut("the id is missing or could be taken for a formula; enter the grade by hand")


def _warn(settled: Settled, maximum: float | None) -> list[str]:
    above = [row for row in settled.rows if maximum is not None and row.points > maximum]
    if not above:
        return []
    ids = ", ".join(clean_line(row.grade.id, 40) for row in above[:5])
    return [
        f"{len(above)} above the maximum ({ids}): Brightspace lowers them to "
        f"{number(maximum or 0)} unless the grade item can exceed its maximum."
    ]
