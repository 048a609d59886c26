"""One row a submission, for spreadsheets and scripts; or one row a student of a roster."""

from __future__ import annotations

from collections.abc import Sequence

from grader.tables import Cell, Table, number_cell, write_table
from grader.writers.escape import for_cell
from grader.writers.exports.gradebook import Filled, say_doubtful, say_sum
from grader.writers.exports.grades import Grade, join_people, say_late
from grader.writers.exports.roster import (
    Student,
    find_id_columns,
    ids_of,
    match,
    name_in,
    read_roster,
)

_WHO = ("id", "name", "login", "number", "email")
_WHAT = ("attempt", "handed_in_at", "late", "status", "reason")
_SUMS = ("score", "adjustment", "total", "max_score")
_ORIGIN = ("isolation", "course", "course_version", "started_at")


def write_csv(grades: Sequence[Grade]) -> bytes:
    """Return a table as CSV in UTF-8, with a column for each exercise that any submission has.

    An exercise that a submission lacks is an empty cell, not a zero; so is a score that it
    does not have.
    """
    exercises = _exercises(grades)
    header: list[Cell] = [*_WHO, *_header(exercises)]
    return write_table([header, *([*_who(one), *_result(one, exercises)] for one in grades)])


def join_csv(grades: Sequence[Grade], roster: bytes) -> Filled:
    """Return a roster of any platform with the columns of `write_csv` behind its own.

    Each student of the roster has a row. Submissions that fit no student, or more than one,
    come last.

    Parameters
    ----------
    roster : bytes
        A table with ids, such as a roster of Gradescope or ``classroom_roster.csv`` of GitHub.

    Raises
    ------
    ExportError, TableError
        If it is not a table, or no submission fits it.
    """
    table = read_roster(roster, "roster")
    ids = find_id_columns(table)
    students = [_student(table, row, ids) for row in table.rows]
    matches = match(grades, students)
    found = {id(student): grade for grade, student in matches.matched}
    exercises = _exercises(grades)
    header = [*map(for_cell, table.header), _WHO[0], *_header(exercises)]
    empty: list[Cell] = [""] * (len(header) - len(table.header))
    rows: list[list[Cell]] = []
    for student in students:
        grade = found.get(id(student))
        cells = [for_cell(grade.id), *_result(grade, exercises)] if grade else empty
        rows.append([*map(for_cell, student.row), *cells])
    doubtful = [*(grade for grade, _ in matches.ambiguous), *matches.unmatched]
    blank: list[Cell] = [""] * len(table.header)
    # A team has as many entries as members.
    rows += [
        [*blank, for_cell(grade.id), *_result(grade, exercises)]
        for grade in {grade.id: grade for grade in doubtful}.values()
    ]
    messages = (*say_doubtful(matches), say_sum(matches, len(found), 0))
    return Filled(write_table([header, *rows]), messages, len(doubtful))


def _student(table: Table, row: tuple[str, ...], ids: Sequence[int]) -> Student:
    cells = dict(zip((name.strip().casefold() for name in table.header), row, strict=True))
    return Student(row, ids_of(row[i] for i in ids), name_in(cells) or row[0])


def _exercises(grades: Sequence[Grade]) -> list[str]:
    return list(dict.fromkeys(name for grade in grades for name in grade.exercises))


def _header(exercises: Sequence[str]) -> list[Cell]:
    return [*_WHAT, *map(for_cell, exercises), *_SUMS, *_ORIGIN]


def _who(grade: Grade) -> list[Cell]:
    return [for_cell(grade.id), *(for_cell(cell, 1_000) for cell in join_people(grade.students))]


def _result(grade: Grade, exercises: Sequence[str]) -> list[Cell]:
    score, total = (None if n is None else number_cell(n) for n in (grade.score, grade.total))
    points = grade.exercises
    return [
        grade.attempt,
        for_cell(grade.handed_in_at),
        say_late(grade.late),
        grade.status,
        for_cell(grade.reason, 400),
        *(number_cell(points[name]) if name in points else "" for name in exercises),
        "" if score is None else score,
        number_cell(grade.adjustment),
        "" if total is None else total,
        number_cell(grade.max_score) if grade.status != "unexamined" else "",
        *(for_cell(getattr(grade, name)) for name in _ORIGIN),
    ]
