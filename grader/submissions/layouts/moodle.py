"""Moodle, "Download all submissions": a folder for each student and plugin, or flat."""

from __future__ import annotations

import re

from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.tree import Item, Level

_NAME = re.compile(
    # The team of all that are in no group has no number.
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?",
    re.DOTALL,
)
_TEXT = "onlinetext"


def prefix_of(name: str) -> str:
    """Return what Moodle puts before a student's own file name, or an empty string."""
    parts = _NAME.fullmatch(name)
    if parts is None or not parts["number"]:
        return ""
    # Moodle looks for the number behind the first low line.
    student = parts["name"].replace("_", " ")
    return f"{student}_{parts['number']}_assignsubmission_{parts['plugin']}_"


def _find(level: Level) -> Found | None:
    return gather(level, lambda item: _of_top(item, level))


def _of_top(item: Item, level: Level) -> list[Piece] | None:
    parts = _NAME.fullmatch(item.top)
    if parts is None:
        return None
    number = parts["number"] or ""
    key = number or parts["name"]
    # Where names are hidden, the number is all there is.
    name = "" if parts["name"] in ("Participant", f"Participant {number}") else parts["name"]
    students = (Person(name, number=number),)
    reason = "online text is not graded" if parts["plugin"] == _TEXT else ""
    if item.kind != "file":
        return [
            Piece(
                key,
                one,
                one.path,
                students,
                left_out=reason if one.path else "",
                original=item.top,
            )
            for one in spread(level, item)
        ]
    path = (parts["file"] or item.top,)
    return [Piece(key, item, path, students, left_out=reason, original=item.top)]


MOODLE = Form("moodle", "Moodle", "Ada Lovelace_12345_assignsubmission_file_", _find, certain=True)
