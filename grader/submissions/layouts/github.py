"""GitHub Classroom and Classroom 50: a clone for each student or team."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping

from grader.errors import SubmissionError
from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.tree import MARKERS, Item, Level

ROSTER = "classroom_roster.csv"
_ENDING = "-submissions"


def _find(level: Level) -> Found | None:
    roster = _read_roster(level)
    slug = _slug(level, roster)
    return gather(level, lambda item: _of_top(item, level, slug, roster)) if slug else None


def _of_top(
    item: Item, level: Level, slug: str, roster: Mapping[str, Person]
) -> list[Piece] | None:
    if item.kind == "file" or not item.top.startswith(slug) or item.top == slug:
        return None
    login = item.top[len(slug) :]
    students = (roster.get(login.casefold(), Person(login=login)),)
    return [
        Piece(login, one, one.path, students)
        for one in spread(level, item)
        if not one.path or one.top not in MARKERS
    ]


def _slug(level: Level, roster: Mapping[str, Person]) -> str:
    """Return what the names of all clones begin with, or an empty string."""
    if level.name.endswith(_ENDING):
        return level.name.removesuffix(_ENDING) + "-"
    clones = [item.top for item in level.items if len(item.path) > 1 and item.path[1] in MARKERS]
    names = sorted(set(clones))
    known = {name[: -len(login)] for name in names for login in roster if _ends(name, login)}
    if len(known) == 1:
        return known.pop()
    common = os.path.commonprefix(names) if len(names) > 1 else ""  # noqa: RUF071
    return common[: common.rfind("-") + 1]


def _ends(name: str, login: str) -> bool:
    return name.casefold().endswith(f"-{login}")


def _read_roster(level: Level) -> dict[str, Person]:
    """Return the people of the roster, by login in lower case."""
    text = next((item.text for item in level.items if item.path == (ROSTER,)), "")
    people = {}
    for row in _rows(text.removeprefix("\ufeff")):
        login = (row.get("github_username") or "").strip()
        if login:
            number, name = (row.get("identifier") or "").strip(), (row.get("name") or "").strip()
            people[login.casefold()] = Person(name, login, number)
    return people


def _rows(text: str) -> list[dict[str, str | None]]:
    try:
        return list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise SubmissionError(f"{ROSTER} is not a valid CSV file: {error}") from error


GITHUB = Form("github", "GitHub Classroom", "hw1-submissions/hw1-alovelace", _find)
