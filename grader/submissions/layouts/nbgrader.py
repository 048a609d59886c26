"""nbgrader: ``submitted/{student}/{assignment}/{notebook}.ipynb``."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.times import read_iso
from grader.submissions.layouts.tree import Item, Level

SUBMITTED = "submitted"
TIMESTAMP = "timestamp.txt"


def _find(level: Level) -> Found | None:
    if level.name != SUBMITTED:
        return _find(level.below(SUBMITTED)) if SUBMITTED in level.folders() else None
    found = gather(level, lambda item: _of_top(item, level))
    if found:
        _refuse_two_assignments(found.pieces)
    return found


def _refuse_two_assignments(pieces: Iterable[Piece]) -> None:
    """Refuse a notebook that a student has in two assignments."""
    places: dict[tuple[str, str], str] = {}
    for piece in pieces:
        if len(piece.path) == 2 and piece.path[1].endswith(".ipynb"):
            assignment, notebook = piece.path
            other = places.setdefault((piece.key, notebook), assignment)
            if other != assignment:
                raise SubmissionError(
                    f"{piece.key} has {notebook} in the assignments {other} and {assignment}; "
                    "move out the assignment that is not to be graded"
                )


def _of_top(item: Item, level: Level) -> list[Piece] | None:
    if item.kind == "file":
        return None
    below = list(spread(level, item))
    if any(len(one.path) == 1 and one.may_answer for one in below):
        return None  # its assignments are folders
    times = [read_iso(one.text) for one in below if one.path[-1:] == (TIMESTAMP,)]
    time = max(times, default="")
    student = (Person(login=item.top),)
    return [Piece(item.top, one, one.path, student, handed_in_at=time) for one in below]


NBGRADER = Form("nbgrader", "nbgrader", "submitted/alovelace/hw1/activations.ipynb", _find)
