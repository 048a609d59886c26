"""A Canvas gradebook, exported by its instructor, with one assignment filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.tables import Cell, Table, number_cell, parse_number, write_table
from grader.writers.escape import for_cell
from grader.writers.exports.columns import Column, choose_column
from grader.writers.exports.gradebook import Filled, LeftOut, Options, points_in, settle
from grader.writers.exports.grades import Grade
from grader.writers.exports.roster import Student, ids_of, match, read_roster

# Canvas knows an assignment by this number; without it, an import makes a new assignment.
_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<id>[0-9]+)\)", re.DOTALL)
_POINTS_ROW = "Points Possible"
_EXCUSED = "ex"
_NOT_ASSIGNED = "n/a"
# Canvas's own, by which a teacher looks at the course as a student does.
_TEST_STUDENTS = ("student, test", "test student")


def fill_canvas(grades: Sequence[Grade], roster: bytes, options: Options) -> Filled:
    """Return a file for Canvas's import with the grades of those who have one.

    Only the columns that identify a student and the assignment's own are in it, and only
    students with a grade: Canvas takes an empty cell for a grade to be deleted.

    Parameters
    ----------
    roster : bytes
        The gradebook as Canvas exported it.
    options : Options
        ``column`` is the assignment: its title, its number, or a part of its title.

    Raises
    ------
    ExportError, TableError
        If the roster is not a gradebook of Canvas, or the assignment is not clear.
    """
    table = read_roster(roster, "gradebook of Canvas")
    width = _identity_width(table.header)
    possible = next((row for row in table.rows if _is_points_row(row)), None)
    chosen = choose_column(options.column, _assignments(table, width, possible), "assignments")
    maximum = parse_number(possible[chosen.index]) if possible else None
    points = points_in(grades, options.out_of, maximum, chosen.header)
    id_at = 1 if "ID" in table.header[1] else 2
    people = [row for row in table.rows if row[id_at].isascii() and row[id_at].isdigit()]
    students = [_student(row, id_at, width, chosen.index) for row in people]
    real = [one for one in students if one.name.strip().casefold() not in _TEST_STUDENTS]
    settled = settle(match(grades, real), points, _leave_out)
    header = [*table.header[:width], chosen.header]
    rows: list[list[Cell]] = [[_text(cell) for cell in header]]
    if possible:
        rows.append([*map(_text, possible[:width]), _points_cell(possible[chosen.index])])
    rows += [[*map(_text, row.student.row[:width]), row.cell] for row in settled.rows]
    return settled.fill(write_table(rows))


def _identity_width(header: Sequence[str]) -> int:
    """Return how many columns say who a student is, as Canvas's importer counts them."""
    named = len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    split = len(header) > 4 and header[0] == "LastName" and header[1] == "FirstName"
    sections = [i for i, name in enumerate(header[:10]) if "Section" in name]
    if not (named or (split and "ID" in header[2])) or not sections:
        raise ExportError(
            "the roster is not a gradebook of Canvas: its header should begin Student, ID; "
            "export it in Canvas with Grades > Export > Export Entire Gradebook"
        )
    return sections[0] + 1


def _is_points_row(row: Sequence[str]) -> bool:
    return _POINTS_ROW in row[0] and not row[1].strip()


def _assignments(table: Table, width: int, points: Sequence[str] | None) -> list[Column]:
    found = []
    for index, header in enumerate(table.header[width:], width):
        parts = _ASSIGNMENT.fullmatch(header)
        read_only = points is not None and "read only" in points[index]
        if parts and not read_only:
            found.append(Column(index, header, (parts["id"], parts["title"])))
    return found


def _student(row: tuple[str, ...], id_at: int, width: int, grade: int) -> Student:
    # The name comes before the ids, in one column or two; last the section, which is shared.
    return Student(
        row=row,
        ids=ids_of(row[id_at : width - 1]),
        name=" ".join(row[:id_at]),
        number=row[id_at],
        grade=row[grade],
    )


def _leave_out(student: Student, _points: float) -> LeftOut | None:
    grade = student.grade.strip().casefold()
    if grade == _EXCUSED:
        return LeftOut("excused in Canvas", intended=True)
    if grade == _NOT_ASSIGNED:
        return LeftOut("Canvas has not assigned it to this student; assign it, or grade by hand")
    if _POINTS_ROW in student.name:
        # Canvas would take the row for that of the assignments' points.
        return LeftOut("such a name cannot be imported; enter the grade by hand")
    return None


def _points_cell(cell: str) -> Cell:
    points = parse_number(cell)
    return _text(cell) if points is None else number_cell(points)


def _text(cell: str) -> str:
    # Cut short, a header would lose the assignment's number.
    return for_cell(cell, len(cell) + 1)
