"""What the instructor knows of the students: a CSV file given with ``--names``."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import asdict, replace

from grader.errors import SubmissionError
from grader.records import Person

_MAX_NAMES = 32 * 2**20
_KNOWN = ("name", "login", "number", "email")


@dataclass(frozen=True, slots=True)
class Names:
    """Students by what they are known by: id, login, number, e-mail address."""

    people: dict[str, Person] = field(default_factory=dict)

    def complete(self, identity: str, students: tuple[Person, ...]) -> tuple[Person, ...]:
        """Return the students of a submission, with all that is known of them."""
        whole = self.people.get(_fold(identity))
        if whole is not None and len(students) < 2:
            return (_merge(students[0] if students else Person(), whole),)
        return tuple(self._complete_one(student) for student in students)

    def _complete_one(self, student: Person) -> Person:
        keys = (student.number, student.login, student.email)
        known = (self.people.get(_fold(key)) for key in keys if key)
        return next((_merge(student, one) for one in known if one), student)


def _merge(student: Person, known: Person) -> Person:
    return replace(student, **{name: value for name, value in asdict(known).items() if value})


def read_names(path: Path) -> Names:
    """Read a CSV file with the columns id, name, login, number and email.

    Raises
    ------
    SubmissionError
        If it cannot be read, has no such columns, or one key belongs to two students.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_NAMES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SubmissionError(f"the names in {path} cannot be read: {error}") from error
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return _read_table(path, rows)
    except csv.Error as error:
        raise SubmissionError(f"{path} is not a valid CSV file: {error}") from error


def _read_table(path: Path, rows: csv.DictReader[str]) -> Names:
    if not {"id", "name"} <= {
        (column or "").strip().casefold() for column in rows.fieldnames or ()
    }:
        raise SubmissionError(
            f"{path} needs a first line with the columns id,name (and login, number, email)"
        )
    return Names(_index(path, rows))


def _index(path: Path, rows: Iterable[dict[str, str]]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, start=2):
        cells = {str(k).strip().casefold(): str(v or "").strip() for k, v in row.items()}
        person = Person(**{name: cells.get(name, "") for name in _KNOWN})
        for key in {_fold(cells.get(k, "")) for k in ("id", "login", "number", "email")} - {""}:
            if people.setdefault(key, person) != person:
                raise SubmissionError(
                    f"{path}, line {number}: {key} belongs to two students; correct one of them"
                )
    return people


def _fold(key: str) -> str:
    return unicodedata.normalize("NFC", key).strip().casefold()
