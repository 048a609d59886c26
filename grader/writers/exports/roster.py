"""Matching submissions with the students of a gradebook.

A wrong match gives a student another student's grade, so doubtful ones are left to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import ExportError
from grader.records import Person
from grader.sanitize import clean_line
from grader.tables import Table, read_table
from grader.writers.exports.grades import Grade

_MAX_PARTS = 20  # of a name
# How folders and files of a bulk download are called.
_DOWNLOADS = (
    # Moodle's, as in Ada Lovelace_12345_assignsubmission_file_
    re.compile(r"(?P<name>.+?)_(?P<number>[0-9]+)_assignsubmission_[a-z]+(?:_.*)?"),
    # Canvas's, as in lovelaceada_LATE_12345_67890_activations
    re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<number>[0-9]+)_[0-9]+_.+"),
)
# Headers of columns with what is one student's alone, as platforms call them in several
# languages; addresses are known by their look instead.
LOGIN_HEADERS = tuple(
    "username|user name|login|sis login id|github_username|github username|anmeldename"
    "|nom d'utilisateur|nom d’utilisateur|nombre de usuario|nome utente"  # noqa: RUF001
    "|gebruikersnaam".split("|")
)
# The number that downloads have comes before others.
NUMBER_HEADERS = tuple(
    "id|orgdefinedid|org defined id|sid|student id|studentid|student number|id number|idnumber"
    "|user id|userid|identifier|id-nummer|matrikelnummer|numéro d'identification"
    "|numéro d’identification|número de id|codice identificativo".split("|")  # noqa: RUF001
)
_ID_HEADERS = frozenset(
    (
        *("sis user id", "integration id", "submission id", "github_id"),
        *LOGIN_HEADERS,
        *NUMBER_HEADERS,
    )
)
_NAME_HEADERS = (
    *("name", "full name", "student", "student name", "vollständiger name", "nom complet"),
    *("nombre completo", "nome completo", "volledige naam"),
)
_FIRST_HEADERS = ("first name", "firstname", "vorname", "prénom", "nombre", "nome", "voornaam")
_LAST_HEADERS = (
    *("last name", "lastname", "surname", "nachname", "nom", "apellido(s)", "cognome"),
    "achternaam",
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
    """The result: every grade is in exactly one of the first three; a team's once a member."""

    matched: tuple[tuple[Grade, Student], ...]
    ambiguous: tuple[tuple[Grade, tuple[Student, ...]], ...]
    unmatched: tuple[Grade, ...]
    without: tuple[Student, ...]


def read_roster(content: bytes, what: str) -> Table:
    """Return a roster as a table; ``what`` it should be is for the message of a `TableError`."""
    advice = f"download the {what} as CSV again and leave it as it is"
    return read_table(content, "the roster", advice)


def fold(identity: str) -> str:
    """Return an id as it is compared: without case and surrounding blanks."""
    return unicodedata.normalize("NFC", identity).strip().casefold()


def ids_of(cells: Iterable[str]) -> frozenset[str]:
    """Return cells as ids of a student, without empty ones."""
    return frozenset(fold(cell) for cell in cells if cell.strip())


def find_id_columns(table: Table) -> list[int]:
    """Return the columns with what is one student's alone, by their headers or their cells."""
    found = []
    for index, header in enumerate(table.header):
        cells = [row[index] for row in table.rows if row[index].strip()]
        addresses = bool(cells) and all(re.fullmatch(r"\S+@\S+", cell) for cell in cells)
        if addresses or clean_line(header).casefold() in _ID_HEADERS:
            found.append(index)
    return found


def name_in(cells: Mapping[str, str]) -> str:
    """Return the name of a row's student by its columns, or an empty string.

    Parameters
    ----------
    cells : mapping of str to str
        A row's cells by the headers, in lower case.
    """
    first, last = (
        next((cells[name] for name in names if cells.get(name)), "")
        for names in (_FIRST_HEADERS, _LAST_HEADERS)
    )
    whole = next((cells[name] for name in _NAME_HEADERS if cells.get(name)), "")
    return whole.strip() or f"{first} {last}".strip()


class Roster:
    """The students of a gradebook, found by id, number or name."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = students
        self._by_id: defaultdict[str, list[Student]] = defaultdict(list)
        self._by_number: defaultdict[str, list[Student]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Student]] = defaultdict(list)
        for student in students:
            self._by_number[student.number].append(student)
            for identity in student.ids:
                self._by_id[identity].append(student)
            for spelling in _spellings(student.name):
                self._by_name[spelling].append(student)

    def find(self, identity: str) -> tuple[Student, ...]:
        """Return every student whom a submission of that id could belong to."""
        exact = tuple(self._by_id.get(fold(identity), ()))
        if exact:
            return exact
        for form in _DOWNLOADS:
            parts = form.fullmatch(identity)
            if parts:
                return _unite(self._of_number(parts["number"]), self._of_name(parts["name"]))
        return self._of_name(identity)

    def find_all(self, grade: Grade) -> Iterator[tuple[Student, ...]]:
        """Yield, for each student of a submission, all who could be meant."""
        people = grade.students
        if len(people) > 1:
            yield from (self._find_person(person, ()) for person in people)
        elif people:
            yield self._find_person(people[0], (grade.id,)) or self.find(grade.id)
        else:
            yield self.find(grade.id)

    def _find_person(self, person: Person, ids: Sequence[str]) -> tuple[Student, ...]:
        keys = ids_of((*ids, person.number, person.login, person.email))
        by_id = {id(s): s for key in sorted(keys) for s in self._by_id.get(key, ())}
        sure = self._of_number(person.number) or tuple(by_id.values())
        return _unite(sure, self._of_name(person.name))

    def _of_number(self, number: str) -> tuple[Student, ...]:
        return tuple(self._by_number.get(number, ())) if number else ()

    def _of_name(self, name: str) -> tuple[Student, ...]:
        wanted = "".join(_tokens(name))
        return tuple(self._by_name.get(wanted, ())) if wanted else ()


def match(grades: Iterable[Grade], students: Sequence[Student]) -> Matches:
    """Give each submission its student, where there is no doubt.

    An exact id comes first, then the number and name of a bulk download, then the name
    without accents, case and order. Number and name must not contradict each other. Two
    submissions for one student, or two students for one submission, are ambiguous.

    Raises
    ------
    ExportError
        If no submission has a student, which is likely the wrong file.
    """
    roster = Roster(students)
    found = [(grade, fitting) for grade in grades for fitting in roster.find_all(grade)]
    counts = Counter(id(fitting[0]) for _, fitting in found if len(fitting) == 1)
    sure = [len(fitting) == 1 and counts[id(fitting[0])] == 1 for _, fitting in found]
    matched = tuple((g, s[0]) for (g, s), one in zip(found, sure, strict=True) if one)
    if not matched:
        raise ExportError(
            "no report matches a student of the roster; name submissions by id, login, e-mail "
            "address or name, or as they were downloaded"
        )
    taken = {id(student) for _, fitting in found for student in fitting}
    return Matches(
        matched,
        tuple((g, s) for (g, s), one in zip(found, sure, strict=True) if s and not one),
        tuple(g for g, s in found if not s),
        tuple(student for student in students if id(student) not in taken),
    )


def _unite(sure: tuple[Student, ...], named: tuple[Student, ...]) -> tuple[Student, ...]:
    """Return the students found by number, else by name; all of them if these contradict."""
    contradiction = sure and named and not {id(s) for s in sure} & {id(s) for s in named}
    return sure + named if contradiction else sure or named


def _spellings(name: str) -> frozenset[str]:
    """Return a name written together, from each of its parts on: family name first, or last."""
    tokens = _tokens(name)[:_MAX_PARTS]
    return frozenset("".join(tokens[i:] + tokens[:i]) for i in range(len(tokens)))


def _tokens(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()
