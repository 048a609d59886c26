"""Brightspace (D2L): a folder for each attempt."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.times import read_american
from grader.submissions.layouts.tree import Item, Level

_NAME = re.compile(
    r"(?P<number>[^\s-]+)-(?P<folder>\d+) ?- (?P<name>.+) ?- (?P<time>[^-]*\d{4}[^-]*)", re.DOTALL
)


def _find(level: Level) -> Found | None:
    found = gather(level, lambda item: _of_top(item, level))
    if found:
        _refuse_unknown_order(found.pieces)
    return found


def _refuse_unknown_order(pieces: Iterable[Piece]) -> None:
    """Refuse attempts whose times are in a language that is not read."""
    attempts: dict[str, set[str]] = {}
    for piece in pieces:
        attempts.setdefault(piece.key, set()).add(piece.order)
    unread = {piece.key for piece in pieces if not piece.handed_in_at}
    for key in sorted(unread):
        if len(attempts[key]) > 1:
            raise SubmissionError(
                f"the times of the attempts of {key} cannot be read; remove the earlier ones"
            )


def _of_top(item: Item, level: Level) -> list[Piece] | None:
    parts = _NAME.fullmatch(item.top)
    if parts is None or item.kind == "file":
        return None
    number = parts["number"]
    students = (Person(parts["name"].strip(), number=number),)
    time = read_american(parts["time"])
    return [
        Piece(number, one, one.path, students, time or parts["time"], handed_in_at=time)
        for one in spread(level, item)
    ]


BRIGHTSPACE = Form(
    "brightspace",
    "Brightspace",
    "1234-5678 - Ada Lovelace - Mar 1, 2026 1011 AM",
    _find,
    certain=True,
)
