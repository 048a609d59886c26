"""Blackboard: flat, with a text file of the platform's own for each attempt."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather
from grader.submissions.layouts.times import read_dashes
from grader.submissions.layouts.tree import Item, Level

_NAME = re.compile(
    r"(?P<who>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<own>\.txt))", re.DOTALL
)
_PERSON = re.compile(r"^Name:\s*(?P<name>.*?)\s*\((?P<login>[^()\n]+)\)\s*$", re.MULTILINE)


def is_own(name: str) -> bool:
    """Return whether a file is the platform's own text about an attempt."""
    parts = _NAME.fullmatch(name)
    return parts is not None and parts["own"] is not None


def _find(level: Level) -> Found | None:
    people = _people(level.items)
    return gather(level, lambda item: _of_top(item, people, level))


def _of_top(item: Item, people: Mapping[str, Person], level: Level) -> list[Piece] | None:
    parts = _NAME.fullmatch(item.top)
    if parts is None:
        return None
    person = people[parts["who"]]
    reason = "the platform's note about an attempt" if parts["own"] else ""
    time = read_dashes(parts["time"])
    return [
        Piece(
            person.login,
            one,
            (parts["file"] or item.top, *one.path[1:]),
            (person,),
            parts["time"],
            handed_in_at=time,
            left_out=reason,
        )
        for one in level.of(item.top)
    ]


def _people(items: Iterable[Item]) -> dict[str, Person]:
    """Return who is meant by each beginning of a name: the assignment and the login."""
    texts: dict[str, str] = {}
    for item in items:
        parts = _NAME.fullmatch(item.top)
        if parts is not None:
            texts[parts["who"]] = texts.get(parts["who"], "") or item.text
    assignment = _common(list(texts))
    return {who: _person(who, assignment, text) for who, text in texts.items()}


def _common(names: list[str]) -> str:
    """Return what all names begin with, up to a line below the last letter."""
    common = os.path.commonprefix(names) if len(names) > 1 else (names or [""])[0]  # noqa: RUF071
    return common[: common.rfind("_") + 1]


def _person(who: str, assignment: str, text: str) -> Person:
    stated = _PERSON.search(text)
    if stated and who.endswith(f"_{stated['login']}"):
        return Person(stated["name"], stated["login"])
    return Person(login=who[len(assignment) :] or who)


BLACKBOARD = Form(
    "blackboard",
    "Blackboard",
    "HW1_alovelace_attempt_2026-03-01-10-11-12_activations.py",
    _find,
    certain=True,
)
