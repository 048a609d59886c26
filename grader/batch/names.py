"""Names, logins and numbers of students from the file of ``--names``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import asdict, replace

from grader.errors import SubmissionError
from grader.records import Person
from grader.sanitize import clean_line
from grader.tables import MAX_TABLE, read_table
from grader.writers.exports.people import people_of

_KNOWN = ("name", "login", "number", "email")


@dataclass(frozen=True, slots=True)
class Names:
    """Students by what they are known by.

    Parameters
    ----------
    submissions : dict
        The students of a submission by its id; several are a team.
    people : dict
        Students by login, number and e-mail address.
    """

    submissions: dict[str, tuple[Person, ...]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def complete(self, identity: str, students: tuple[Person, ...]) -> tuple[Person, ...]:
        """Return the students of a submission, with all that is known of them."""
        listed = self.submissions.get(_fold(identity), ())
        if len(listed) > 1:
            return listed
        if listed and len(students) < 2:
            return (_merge(students[0] if students else Person(), listed[0]),)
        known = tuple(map(self._complete_one, students))
        alone = self.people.get(_fold(identity))
        return known or ((alone,) if alone else ())

    def _complete_one(self, student: Person) -> Person:
        keys = (student.number, student.login, student.email)
        known = (self._find(key) for key in keys if key)
        return next((_merge(student, one) for one in known if one), student)

    def _find(self, key: str) -> Person | None:
        alone = self.submissions.get(_fold(key), ())
        return self.people.get(_fold(key)) or (alone[0] if len(alone) == 1 else None)


def _merge(student: Person, known: Person) -> Person:
    return replace(student, **{name: value for name, value in asdict(known).items() if value})


def read_names(path: Path) -> Names:
    """Read a CSV file with the columns id, name, login, number and email, or a gradebook.

    In a file with the columns id and name, several rows with one id are a team. Other files
    are the gradebooks and rosters that `grade export` reads.

    Raises
    ------
    SubmissionError
        If it cannot be read, has no such columns, or a login, number or address belongs to
        two students.
    TableError
        If it is not a table.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise SubmissionError(f"the names in {path} cannot be read: {error}") from error
    table = read_table(content, str(path), "save the names as CSV")
    header = [name.strip().casefold() for name in table.header]
    if {"id", "name"} <= set(header):
        return _read_own(path, [dict(zip(header, row, strict=True)) for row in table.rows])
    people = people_of(table)
    if not people:
        raise SubmissionError(
            f"{path} needs a first line with the columns id,name (and login, number, email), or "
            "give the gradebook or roster that your platform exports"
        )
    return Names(people=_index(path, people))


def _read_own(path: Path, rows: Iterable[Mapping[str, str]]) -> Names:
    submissions: dict[str, tuple[Person, ...]] = {}
    people = []
    for row in rows:
        person = Person(**{name: _compose(row.get(name, "")) for name in _KNOWN})
        people.append(person)
        identity = _fold(row["id"])
        if identity and person not in submissions.get(identity, ()):
            submissions[identity] = (*submissions.get(identity, ()), person)
    return Names(submissions, _index(path, people))


def _index(path: Path, people: Iterable[Person]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    for person in people:
        for key in {_fold(person.login), _fold(person.number), _fold(person.email)} - {""}:
            if found.setdefault(key, person) != person:
                shown = clean_line(key, 60)
                raise SubmissionError(f"{path}: {shown} belongs to two students; correct one")
    return found


def _compose(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()


def _fold(key: str) -> str:
    return _compose(key).casefold()
