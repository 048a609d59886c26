"""A file of Moodle's, as its teacher downloaded it, with grades filled in.

Moodle has two imports. The grading worksheet of an assignment is read by its headers, in the
site's language; the gradebook's import has its columns mapped by hand. Which one a roster
is for can be seen from its first column, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.tables import Cell, Table, parse_number, write_table
from grader.writers.escape import for_cell, is_plain_cell
from grader.writers.exports.columns import Column, choose_column
from grader.writers.exports.gradebook import Filled, LeftOut, Options, Row, points_in, settle
from grader.writers.exports.grades import Grade
from grader.writers.exports.roster import (
    Matches,
    Student,
    find_id_columns,
    ids_of,
    match,
    read_roster,
)

# Participant 12345, whatever the site calls a participant.
_PARTICIPANT = re.compile(r"(?P<word>[^0-9]+)(?P<number>[0-9]+)")
# As in: Assignment: Backpropagation (Real).
_GRADE_ITEM = re.compile(r".+\(.+\)\s*")
# In the header of the worksheet's column for comments, in the languages of most sites.
_COMMENT = re.compile(
    r"feedback|comment|kommentar|retroaliment|comentario|comentário|commento|opmerking",
    re.IGNORECASE,
)
_BY_HAND = "what identifies them is missing or could be taken for a formula; grade by hand"
_LARGEST = 100  # of a grade in the gradebook's import, unless the site allows more


def fill_moodle(grades: Sequence[Grade], roster: bytes, options: Options) -> Filled:
    """Return a file for one of Moodle's imports with the grades of those who have one.

    Parameters
    ----------
    roster : bytes
        A grading worksheet, or an export of the gradebook or of the participants.
    options : Options
        ``column`` is the column that the grades go into, or a part of its header.

    Raises
    ------
    ExportError, TableError
        If the roster is neither, or a column is not clear.
    """
    table = read_roster(roster, "grading worksheet or gradebook of Moodle")
    if not table.rows:
        raise ExportError("the roster lists no student; download it again from Moodle")
    if is_worksheet(table):
        return _fill_worksheet(grades, table, options)
    return _fill_gradebook(grades, table, options)


def is_worksheet(table: Table) -> bool:
    """Return whether each row begins with a participant's number, in any language."""
    found = [_PARTICIPANT.fullmatch(row[0]) for row in table.rows]
    words = {parts["word"] if parts else "" for parts in found}
    return len(words) == 1 and any(c.isalpha() for c in words.pop())


def _fill_worksheet(grades: Sequence[Grade], table: Table, options: Options) -> Filled:
    """Fill in a worksheet, every other cell as it was downloaded.

    A row without a grade is left out, and so is a column with a cell that a spreadsheet
    could take for a formula, text that students wrote or feedback: Moodle leaves alone what
    is not there, and no such cell is ever in a column that it needs.
    """
    chosen = choose_column(options.column, _worksheet_columns(table, options.column), "grades")
    beside = [cell for row in table.rows for cell in row[chosen.index + 1 : chosen.index + 2]]
    maxima = set(map(parse_number, beside)) - {None}
    theirs = maxima.pop() if len(maxima) == 1 else None
    points = points_in(grades, options.out_of, theirs, "the worksheet")
    id_columns = [i for i in find_id_columns(table) if 1 < i < chosen.index]
    students = [_participant(row, id_columns, chosen.index) for row in table.rows]
    matches = match(grades, students)
    settled = settle(matches, points, lambda _, points: _leave_out_above(points, theirs))
    comments = _comment_column(table, chosen) if options.comments else None
    kept = [
        i
        for i in range(len(table.header))
        if i == chosen.index or _is_plain(i, [table.header, *(s.row for _, s in matches.matched)])
    ]
    if comments is not None and comments not in kept:
        raise ExportError(
            "a comment in the worksheet has several lines or could be taken for a formula, so "
            "none can be written; export without --comments"
        )
    rows: list[list[Cell]] = [[table.header[i] for i in kept]]
    rows += [
        [_worksheet_cell(row, i, chosen.index, comments) for i in kept] for row in settled.rows
    ]
    return settled.fill(write_table(rows, table.delimiter))


def _worksheet_cell(row: Row, index: int, grade: int, comments: int | None) -> Cell:
    cell = row.student.row[index]
    if index == grade:
        return row.cell
    # A comment that is there already was written by a person.
    return for_cell(row.grade.comment, 1_000) if index == comments and not cell.strip() else cell


def _comment_column(table: Table, grade: Column) -> int:
    found = [
        i for i in range(grade.index + 1, len(table.header)) if _COMMENT.search(table.header[i])
    ]
    if not found:
        raise ExportError(
            "the worksheet has no column for comments; switch on feedback comments in the "
            "assignment's settings and download it again"
        )
    return found[-1]


def _leave_out_above(points: float, maximum: float | None) -> LeftOut | None:
    if maximum is None or points <= maximum:
        return None
    return LeftOut("above the maximum, and Moodle skips such a row; enter the grade by hand")


def _worksheet_columns(table: Table, asked: str | None) -> list[Column]:
    """Return what can be the grades: numbers or nothing, beside one maximum for all."""
    columns = [Column(i, name) for i, name in enumerate(table.header)][1:]
    if asked is not None:
        return columns
    return [c for c in columns[:-1] if _are_grades(table, c.index)] or columns


def _are_grades(table: Table, index: int) -> bool:
    grades, maxima = ([row[i].strip() for row in table.rows] for i in (index, index + 1))
    numbers = all(cell in ("", "-") or parse_number(cell) is not None for cell in grades)
    return numbers and len(set(maxima)) == 1 and (parse_number(maxima[0]) or 0) > 0


def participant_number(cell: str) -> str:
    """Return the number in the first cell of a worksheet's row, or an empty string."""
    parts = _PARTICIPANT.fullmatch(cell)
    return parts["number"] if parts else ""


def _participant(row: tuple[str, ...], id_columns: Sequence[int], grade: int) -> Student:
    number = participant_number(row[0])
    ids = ids_of([row[0], number, *(row[i] for i in id_columns)])
    # Where marking is blind the second column is not a name, and fits none.
    return Student(row, ids, row[1] if grade > 1 else "", number, row[grade])


def _is_plain(index: int, rows: Sequence[Sequence[str]]) -> bool:
    return all(is_plain_cell(row[index]) for row in rows)


def _fill_gradebook(grades: Sequence[Grade], table: Table, options: Options) -> Filled:
    """Make a file for the gradebook's import, which a single unknown user would stop."""
    if options.comments:
        raise ExportError("--comments needs a grading worksheet; the roster is a gradebook")
    points = points_in(grades, options.out_of)
    ids = find_id_columns(table)
    items = [Column(i, h) for i, h in enumerate(table.header) if _GRADE_ITEM.fullmatch(h)]
    chosen = choose_column(options.column, items, "grades") if items else None
    before = chosen.index if chosen else len(table.header)
    names = [i for i in range(min([before, *(c.index for c in items)])) if i not in ids][:2]
    students = [_user(row, ids, names, chosen) for row in table.rows]
    matches = match(grades, students)
    safe = _safe_ids(ids, matches)
    settled = settle(
        matches,
        points,
        lambda student, _: None if _identifies(student, safe) else LeftOut(_BY_HAND),
    )
    header = chosen.header if chosen else options.column or grades[0].course
    rows: list[list[Cell]] = [
        [*(for_cell(table.header[i]) for i in safe + names), for_cell(header)]
    ]
    for row in settled.rows:
        cells = row.student.row
        who = [cells[i] for i in safe] + [for_cell(cells[i]) for i in names]
        rows.append([*who, row.cell])
    return settled.fill(write_table(rows, table.delimiter), *_warn(settled.rows))


def _user(
    row: tuple[str, ...], ids: Sequence[int], names: Sequence[int], chosen: Column | None
) -> Student:
    name = " ".join(row[i] for i in names)
    return Student(
        row, ids_of([row[i] for i in ids]), name, "", row[chosen.index] if chosen else ""
    )


def _safe_ids(ids: Sequence[int], matches: Matches) -> list[int]:
    """Return the columns that identify every student, or else the one that identifies most."""
    if not ids:
        raise ExportError(
            "the roster has no column that Moodle finds students by; "
            "download one with usernames, ID numbers or email addresses"
        )
    students = [student for _, student in matches.matched]
    counts = {index: sum(_identifies(s, [index]) for s in students) for index in ids}
    complete = [index for index in ids if counts[index] == len(students)]
    return complete or [max(ids, key=lambda index: counts[index])]


def _identifies(student: Student, columns: Sequence[int]) -> bool:
    return all(student.row[i].strip() and is_plain_cell(student.row[i]) for i in columns)


def _warn(rows: Sequence[Row]) -> list[str]:
    if max((row.points for row in rows), default=0) <= _LARGEST:
        return []
    return [f"Moodle's import stops at grades over {_LARGEST}, unless the site allows them."]
