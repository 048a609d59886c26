"""GitHub Classroom and Classroom 50: a clone for each student or team."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from grader.errors import SubmissionError
from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.tree import MARKERS, Item, Level
from grader.submissions.rows import read_rows

ROSTER = "classroom_roster.csv"
_ENDING = "-submissions"
_TEAMS = ("group_name", "group", "team_name", "team")

Roster = Mapping[str, tuple[Person, ...]]


def _find(level: Level) -> Found | None:
    roster = _read_roster(level)
    for slug in _slugs(level, roster):
        found = gather(level, partial(_of_top, level=level, slug=slug, roster=roster))
        if found:
            return found
    return None


def _of_top(item: Item, level: Level, slug: str, roster: Roster) -> list[Piece] | None:
    if item.kind == "file" or not item.top.startswith(slug) or item.top == slug:
        return None
    login = item.top[len(slug) :]
    students = roster.get(login.casefold(), (Person(login=login),))
    below = [one for one in spread(level, item) if not one.path or one.top not in MARKERS]
    # A clone without a file is a student's all the same.
    return [Piece(login, one, one.path, students) for one in below or [replace(item, path=())]]


def _slugs(level: Level, roster: Roster) -> Iterator[str]:
    """Yield what the names of all clones may begin with, the most certain first."""
    if level.name.endswith(_ENDING):
        yield level.name.removesuffix(_ENDING) + "-"
    marked = {item.top for item in level.items if len(item.path) > 1 and item.path[1] in MARKERS}
    names = sorted(marked or level.folders())
    ends = [(name, login) for name in names for login in roster if _ends(name, login)]
    known = Counter(name[: -len(login)] for name, login in ends)
    yield from (slug for slug, _ in known.most_common(1))
    if len(marked) > 1:
        common = os.path.commonprefix(names)  # noqa: RUF071
        if "-" in common:
            yield common[: common.rfind("-") + 1]


def _ends(name: str, login: str) -> bool:
    return name.casefold().endswith(f"-{login}")


def _read_roster(level: Level) -> Roster:
    """Return the people of the roster by login, and by team where it has teams, in lower case."""
    text = next((item.text for item in level.items if item.path == (ROSTER,)), "")
    try:
        _, rows = read_rows(text)
    except csv.Error as error:
        raise SubmissionError(f"{ROSTER} is not a valid CSV file: {error}") from error
    people: dict[str, tuple[Person, ...]] = {}
    for row in rows:
        login = row.get("github_username", "")
        person = Person(row.get("name", ""), login, row.get("identifier", ""))
        team = next(filter(None, (row.get(column, "") for column in _TEAMS)), "")
        # A team's repository is called after it, in letters that may be in an address.
        keys = {login.casefold(), "-".join(re.findall(r"[\w.]+", team.casefold()))} - {""}
        for key in keys:
            people[key] = (*people.get(key, ()), person)
    return people


GITHUB = Form("github", "GitHub Classroom", "hw1-submissions/hw1-alovelace", _find)
