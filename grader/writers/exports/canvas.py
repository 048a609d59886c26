"""A Canvas gradebook, exported by its instructor, with one assignment filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.report import Report
from grader.tables import (
    Cell,
    Table,
    number_cell,
    parse_number,
    write_table,
)
from grader.writers.escape import for_cell
from grader.writers.exports.columns import Column, choose_column
from grader.writers.exports.roster import (
    Filled,
    Matches,
    Student,
    ids_of,
    match,
    read_roster,
    refuse_other_maximum,
    say_matches,
)

# Canvas knows an assignment by this number; without it, an import makes a new assignment.
_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<id>[0-9]+)\)", re.DOTALL)
_POINTS_ROW = "Points Possible"
_EXCUSED = "ex"


def fill_canvas(reports: Sequence[Report], roster: bytes, column: str | None) -> Filled:
    """Return a file for Canvas's import with the scores of those who have a report.

    Only the columns that identify a student and the assignment's own are in it, and only
    students with a report: Canvas takes an empty cell for a grade to be deleted.

    Parameters
    ----------
    reports : sequence of Report
        The reports, all out of the same points as the assignment.
    roster : bytes
        The gradebook as Canvas exported it.
    column : str or None
        The assignment: its title, its number, or a part of its title.

    Raises
    ------
    ExportError
        If the roster is not a gradebook of Canvas, or the assignment is not clear.
    """
    table = read_roster(roster, "gradebook of Canvas")
    width = _identity_width(table.header)
    points = next((row for row in table.rows if _is_points_row(row)), None)
    chosen = choose_column(column, _assignments(table, width, points), "assignments")
    maximum = parse_number(points[chosen.index]) if points else None
    refuse_other_maximum(reports, maximum, chosen.header)
    id_at = 1 if "ID" in table.header[1] else 2
    people = [row for row in table.rows if row[id_at].isascii() and row[id_at].isdigit()]
    students = [_student(row, id_at, width, chosen.index) for row in people]
    matches = match(reports, students)
    left_out = [(s, why) for _, s in matches.matched if (why := _why_left_out(s))]
    header = [*table.header[:width], chosen.header]
    rows: list[list[Cell]] = [[_text(cell) for cell in header]]
    if points:
        rows.append([*map(_text, points[:width]), _points_cell(points[chosen.index])])
    rows += _grades(matches, {id(student) for student, _ in left_out}, width)
    return Filled(write_table(rows), tuple(say_matches(matches, left_out)))


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


def _why_left_out(student: Student) -> str:
    if student.grade.strip().casefold() == _EXCUSED:
        return "excused in Canvas"
    if _POINTS_ROW in student.name:
        # Canvas would take the row for that of the assignments' points.
        return "such a name cannot be imported; enter the grade by hand"
    return ""


def _points_cell(cell: str) -> Cell:
    points = parse_number(cell)
    return _text(cell) if points is None else number_cell(points)


def _text(cell: str) -> str:
    # Cut short, a header would lose the assignment's number.
    return for_cell(cell, len(cell) + 1)


def _grades(matches: Matches, left_out: set[int], width: int) -> list[list[Cell]]:
    return [
        [*map(_text, student.row[:width]), number_cell(report.total)]
        for report, student in matches.matched
        if id(student) not in left_out
    ]
