"""A file of Moodle's, as its teacher downloaded it, with grades filled in.

Moodle has two imports. The grading worksheet of an assignment is read by its headers, in the
site's language; the gradebook's import has its columns mapped by hand. Which one a roster
is for can be seen from its first column, in any language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import ExportError
from grader.report import Report
from grader.sanitize import clean_line
from grader.tables import (
    Cell,
    Table,
    number_cell,
    parse_number,
    write_table,
)
from grader.writers.escape import for_cell, is_plain_cell
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

# Participant 12345, whatever the site calls a participant.
_PARTICIPANT = re.compile(r"(?P<word>[^0-9]+)(?P<number>[0-9]+)")
# As in: Assignment: Backpropagation (Real).
_GRADE_ITEM = re.compile(r".+\(.+\)\s*")
# Headers of what Moodle finds a user by; addresses are known by their look instead.
_ID_HEADERS = frozenset(
    "username|user name|id|user id|userid|id number|idnumber"
    "|anmeldename|id-nummer|nom d'utilisateur|nom d’utilisateur|numéro d'identification"  # noqa: RUF001
    "|numéro d’identification|nombre de usuario|número de id|nome utente"  # noqa: RUF001
    "|codice identificativo|gebruikersnaam|id-nummer".split("|")
)
_BY_HAND = "what identifies them is missing or could be taken for a formula; grade by hand"
_LARGEST = 100  # of a grade in the gradebook's import, unless the site allows more


def fill_moodle(reports: Sequence[Report], roster: bytes, column: str | None) -> Filled:
    """Return a file for one of Moodle's imports with the scores of those who have a report.

    Parameters
    ----------
    reports : sequence of Report
        The reports, all out of the same points.
    roster : bytes
        A grading worksheet, or an export of the gradebook or of the participants.
    column : str or None
        The column that the grades go into, or a part of its header.

    Raises
    ------
    ExportError
        If the roster is neither, or the column is not clear.
    """
    table = read_roster(roster, "grading worksheet or gradebook of Moodle")
    if not table.rows:
        raise ExportError("the roster lists no student; download it again from Moodle")
    if _is_worksheet(table):
        return _fill_worksheet(reports, table, column)
    return _fill_gradebook(reports, table, column)


def _is_worksheet(table: Table) -> bool:
    found = [_PARTICIPANT.fullmatch(row[0]) for row in table.rows]
    words = {parts["word"] if parts else "" for parts in found}
    return len(words) == 1 and any(c.isalpha() for c in words.pop())


def _fill_worksheet(reports: Sequence[Report], table: Table, column: str | None) -> Filled:
    """Fill in a worksheet, every other cell as it was downloaded.

    A row without a report is left out, and so is a column with a cell that a spreadsheet
    could take for a formula, text that students wrote or feedback: Moodle leaves alone what
    is not there, and no such cell is ever in a column that it needs.
    """
    chosen = choose_column(column, _worksheet_columns(table, column), "grades")
    beside = [cell for row in table.rows for cell in row[chosen.index + 1 : chosen.index + 2]]
    maxima = set(map(parse_number, beside)) - {None}
    theirs = maxima.pop() if len(maxima) == 1 else None
    refuse_other_maximum(reports, theirs, "the worksheet")
    id_columns = [i for i in _id_columns(table) if 1 < i < chosen.index]
    students = [_participant(row, id_columns, chosen.index) for row in table.rows]
    matches = match(reports, students)
    kept = [
        i
        for i in range(len(table.header))
        if i == chosen.index or _is_plain(i, [table.header, *(s.row for _, s in matches.matched)])
    ]
    rows: list[list[Cell]] = [[table.header[i] for i in kept]]
    for report, student in matches.matched:
        grade = number_cell(report.total)
        rows.append([grade if i == chosen.index else student.row[i] for i in kept])
    return Filled(write_table(rows, table.delimiter), tuple(say_matches(matches)))


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


def _participant(row: tuple[str, ...], id_columns: Sequence[int], grade: int) -> Student:
    parts = _PARTICIPANT.fullmatch(row[0])
    number = parts["number"] if parts else ""
    ids = ids_of([row[0], number, *(row[i] for i in id_columns)])
    # Where marking is blind the second column is not a name, and fits none.
    return Student(row, ids, row[1] if grade > 1 else "", number, row[grade])


def _is_plain(index: int, rows: Sequence[Sequence[str]]) -> bool:
    return all(is_plain_cell(row[index]) for row in rows)


def _fill_gradebook(reports: Sequence[Report], table: Table, column: str | None) -> Filled:
    """Make a file for the gradebook's import, which a single unknown user would stop."""
    refuse_other_maximum(reports)
    ids = _id_columns(table)
    items = [Column(i, h) for i, h in enumerate(table.header) if _GRADE_ITEM.fullmatch(h)]
    chosen = choose_column(column, items, "grades") if items else None
    before = chosen.index if chosen else len(table.header)
    names = [i for i in range(min([before, *(c.index for c in items)])) if i not in ids][:2]
    students = [_user(row, ids, names, chosen) for row in table.rows]
    matches = match(reports, students)
    safe = _safe_ids(ids, matches)
    left_out = [(s, _BY_HAND) for _, s in matches.matched if not _identifies(s, safe)]
    header = chosen.header if chosen else column or reports[0].course.name
    rows: list[list[Cell]] = [
        [*(for_cell(table.header[i]) for i in safe + names), for_cell(header)]
    ]
    for report, student in matches.matched:
        if _identifies(student, safe):
            who = [student.row[i] for i in safe] + [for_cell(student.row[i]) for i in names]
            rows.append([*who, number_cell(report.total)])
    messages = tuple(say_matches(matches, left_out))
    return Filled(write_table(rows, table.delimiter), (*_warn(reports), *messages))


def _id_columns(table: Table) -> list[int]:
    """Return the columns that Moodle can find a user by."""
    found = []
    for index, header in enumerate(table.header):
        cells = [row[index] for row in table.rows if row[index].strip()]
        addresses = bool(cells) and all(re.fullmatch(r"\S+@\S+", cell) for cell in cells)
        if addresses or clean_line(header).casefold() in _ID_HEADERS:
            found.append(index)
    return found


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


def _warn(reports: Sequence[Report]) -> list[str]:
    if max(report.total for report in reports) <= _LARGEST:
        return []
    return [f"Moodle's import stops at grades over {_LARGEST}, unless the site allows them."]
