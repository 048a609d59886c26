"""Names, logins and numbers of students from the CSV file of ``--names``."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import asdict, replace

from grader.errors import SubmissionError
from grader.records import Person
from grader.sanitize import clean_line
from grader.submissions.rows import Row, decode, read_rows

_MAX_NAMES = 32 * 2**20
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
    """Read a CSV file with the columns id, name, login, number and email.

    Several rows with one id are a team.

    Raises
    ------
    SubmissionError
        If it cannot be read, has no such columns, or a login, number or address belongs to
        two students.
    """
    try:
        with path.open("rb") as file:
            text = decode(file.read(_MAX_NAMES))
    except (OSError, UnicodeDecodeError) as error:
        raise SubmissionError(f"the names in {path} cannot be read: {error}") from error
    try:
        header, rows = read_rows(text)
    except csv.Error as error:
        raise SubmissionError(f"{path} is not a valid CSV file: {error}") from error
    if not {"id", "name"} <= set(header):
        raise SubmissionError(
            f"{path} needs a first line with the columns id,name (and login, number, email)"
        )
    return _index(path, rows)


def _index(path: Path, rows: Iterable[Row]) -> Names:
    submissions: dict[str, tuple[Person, ...]] = {}
    people: dict[str, Person] = {}
    for row in rows:
        person = Person(**{name: row.get(name, "") for name in _KNOWN})
        identity = _fold(row.get("id", ""))
        if identity and person not in submissions.get(identity, ()):
            submissions[identity] = (*submissions.get(identity, ()), person)
        for key in {_fold(person.login), _fold(person.number), _fold(person.email)} - {""}:
            if people.setdefault(key, person) != person:
                shown = clean_line(key, 60)
                raise SubmissionError(f"{path}: {shown} belongs to two students; correct one")
    return Names(submissions, people)


def _fold(key: str) -> str:
    return unicodedata.normalize("NFC", key).strip().casefold()
