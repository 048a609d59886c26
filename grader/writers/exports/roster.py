"""Whose submission is whose: ids of submissions matched with students of a gradebook.

A wrong match gives a student another student's grade, so doubtful ones are left to a person.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.errors import ExportError
from grader.records import Person
from grader.report import Report
from grader.sanitize import clean_line
from grader.tables import Table, read_table
from grader.writers.words import number

_MAX_PARTS = 20  # of a name
# How folders and files of a bulk download are called.
_DOWNLOADS = (
    # Moodle's, as in Ada Lovelace_12345_assignsubmission_file_
    re.compile(r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_[a-z]+(?:_.*)?"),
    # Canvas's, as in lovelaceada_LATE_12345_67890_activations
    re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<number>[0-9]+)_[0-9]+_.+"),
)


@dataclass(frozen=True, slots=True)
class Student:
    """A row of a gradebook.

    Parameters
    ----------
    row : tuple of str
        Its cells.
    ids : frozenset of str
        Whatever is this student's alone: ids, login, e-mail address; as `ids_of` gives them.
    name : str
        The name, in any order.
    number, grade : str
        The number that a bulk download puts into names of files, and the grade that is there
        already, or empty strings.
    """

    row: tuple[str, ...]
    ids: frozenset[str]
    name: str
    number: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Matches:
    """The result: every report is in exactly one of the first three; a team's once a member."""

    matched: tuple[tuple[Report, Student], ...]
    ambiguous: tuple[tuple[Report, tuple[Student, ...]], ...]
    unmatched: tuple[Report, ...]
    without: tuple[Student, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A gradebook's file, filled in, and messages about it."""

    content: bytes
    messages: tuple[str, ...]


def fold(identity: str) -> str:
    """Return an id as it is compared: without case and surrounding blanks."""
    return unicodedata.normalize("NFC", identity).strip().casefold()


def ids_of(cells: Sequence[str]) -> frozenset[str]:
    """Return cells as ids of a student, without empty ones."""
    return frozenset(fold(cell) for cell in cells if cell.strip())


def read_roster(content: bytes, what: str) -> Table:
    """Return a roster as a table; ``what`` it should be is for the message of a `TableError`."""
    advice = f"download the {what} as CSV again and leave it as it is"
    return read_table(content, "the roster", advice)


def match(reports: Sequence[Report], students: Sequence[Student]) -> Matches:
    """Give each report its student, where there is no doubt.

    An exact id comes first, then the number and name of a bulk download, then the name
    without accents, case and order. Number and name must not contradict each other. Two
    reports for one student, or two students for one report, are ambiguous.

    Raises
    ------
    ExportError
        If no report has a student, which is likely the wrong file.
    """
    found = [(p, fitting) for p in reports for fitting in _find_of(p, students)]
    counts = Counter(id(fitting[0]) for _, fitting in found if len(fitting) == 1)
    sure = [len(fitting) == 1 and counts[id(fitting[0])] == 1 for _, fitting in found]
    matched = tuple((p, s[0]) for (p, s), one in zip(found, sure, strict=True) if one)
    if not matched:
        raise ExportError(
            "no report fits a student of the roster; submissions should be called by id, login, "
            "e-mail address or name, or as they were downloaded"
        )
    taken = {id(student) for _, fitting in found for student in fitting}
    return Matches(
        matched,
        tuple((p, s) for (p, s), one in zip(found, sure, strict=True) if s and not one),
        tuple(p for p, s in found if not s),
        tuple(student for student in students if id(student) not in taken),
    )


def _find_of(report: Report, students: Sequence[Student]) -> Iterator[tuple[Student, ...]]:
    """Yield, for each student of a report, all in the roster who could be meant."""
    identity, people = report.submission.id, report.submission.students
    if len(people) > 1:
        yield from (_find_person(person, (), students) for person in people)
    elif people:
        found = _find_person(people[0], (identity,), students)
        yield found or find_students(identity, students)
    else:
        yield find_students(identity, students)


def _find_person(
    person: Person, ids: Sequence[str], students: Sequence[Student]
) -> tuple[Student, ...]:
    keys = ids_of((*ids, person.number, person.login, person.email))
    by_number = tuple(s for s in students if person.number and s.number == person.number)
    sure = by_number or tuple(s for s in students if keys & s.ids)
    return _unite(sure, _by_name(person.name, students))


def _unite(sure: tuple[Student, ...], named: tuple[Student, ...]) -> tuple[Student, ...]:
    """Return the students found by number, else by name; all of them if these contradict."""
    contradiction = sure and named and not set(sure) & set(named)
    return sure + named if contradiction else sure or named


def find_students(identity: str, students: Sequence[Student]) -> tuple[Student, ...]:
    """Return every student whom a submission of that id could belong to."""
    exact = tuple(s for s in students if fold(identity) in s.ids)
    if exact:
        return exact
    for form in _DOWNLOADS:
        parts = form.fullmatch(identity)
        if parts:
            by_number = tuple(s for s in students if s.number == parts["number"])
            return _unite(by_number, _by_name(parts["name"], students))
    return _by_name(identity, students)


def _by_name(name: str, students: Sequence[Student]) -> tuple[Student, ...]:
    wanted = "".join(_tokens(name))
    return tuple(s for s in students if wanted and wanted in _spellings(s.name))


@functools.cache
def _spellings(name: str) -> frozenset[str]:
    """Return a name written together, from each of its parts on: family name first, or last."""
    tokens = _tokens(name)[:_MAX_PARTS]
    return frozenset("".join(tokens[i:] + tokens[:i]) for i in range(len(tokens)))


def _tokens(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def say_matches(matches: Matches, left_out: Sequence[tuple[Student, str]] = ()) -> Iterator[str]:
    """Yield a line for each report and for each student without one, and a last one in sum.

    Parameters
    ----------
    left_out : sequence of (Student, str)
        Matched students who nevertheless are not in the file, and why.
    """
    out = {id(student): why for student, why in left_out}
    for report, student in matches.matched:
        if id(student) not in out:
            was = f" (was {student.grade.strip()})" if student.grade.strip() else ""
            yield _line("matched", report, f"{student.name}: {number(report.total)}{was}")
    for report, student in matches.matched:
        if id(student) in out:
            yield _line("left out", report, f"{student.name}: {out[id(student)]}")
    for report, students in matches.ambiguous:
        others = [student.name for student in students]
        why = "; ".join(others) if len(others) > 1 else f"not the only one of {others[0]}"
        yield _line("ambiguous", report, why)
    for report in matches.unmatched:
        yield _line("unmatched", report, "no such student in the roster")
    for student in matches.without:
        yield clean_line(f"no report  {student.name}: grade left alone")
    yield (
        f"{len(matches.matched) - len(out)} written, {len(out)} left out, "
        f"{len(matches.ambiguous)} ambiguous, {len(matches.unmatched)} unmatched, "
        f"{len(matches.without)} without a report"
    )


def _line(kind: str, report: Report, rest: str) -> str:
    return clean_line(f"{kind}  {report.submission.id} -> {rest}", 400)


def refuse_other_maximum(
    reports: Sequence[Report], theirs: float | None = None, where: str = ""
) -> None:
    """Refuse reports whose scores cannot share a column, or the gradebook's column.

    Raises
    ------
    ExportError
        If they are not all out of the same, or the column is out of other points.
    """
    maxima = {report.max_score: report.submission.id for report in reports}
    if len(maxima) > 1:
        listed = ", ".join(f"{clean_line(i)} out of {number(m)}" for m, i in maxima.items())
        raise ExportError(f"the reports are out of different points ({listed}); grade all alike")
    ours = next(iter(maxima))
    if theirs is not None and abs(ours - theirs) >= 0.005:
        raise ExportError(
            f"the reports are out of {number(ours)} points, {clean_line(where)} out of "
            f"{number(theirs)}; give it {number(ours)} points and download the roster again"
        )
