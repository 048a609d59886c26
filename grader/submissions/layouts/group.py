"""From the pieces of a download to one submission for each student or team."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import asdict

from grader.errors import SubmissionError
from grader.records import Person
from grader.sanitize import clean_line, name_some
from grader.submissions.child.messages import MAX_NOTE, HandIn, Part
from grader.submissions.layouts.own import is_own
from grader.submissions.layouts.pieces import Piece
from grader.submissions.names import (
    ENVIRONMENT,
    find_environments,
    is_below,
    is_junk,
    is_unread,
)
from grader.submissions.nothing import describe_nothing

_MOST_NOTES = 20
_TYPED = "text or a link that was entered on the platform"


def group(pieces: Iterable[Piece]) -> tuple[HandIn, ...]:
    """Return the submission of each student, in the order of their keys.

    Raises
    ------
    SubmissionError
        If one key belongs to two students.
    """
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(unicodedata.normalize("NFC", piece.key), []).append(piece)
    return tuple(_hand_in(key, found[key]) for key in sorted(found))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _hand_in(key: str, pieces: Sequence[Piece]) -> HandIn:
    _refuse_two_students(pieces)
    orders = sorted({piece.order for piece in pieces})
    latest = [piece for piece in pieces if piece.order == orders[-1]]
    graded = [piece for piece in latest if not piece.left_out]
    parts = tuple(_parts(graded))
    if all(is_unread(part.name) for part in parts):
        parts = ()
    return HandIn(
        key=key,
        parts=parts,
        students=tuple(map(_composed, latest[0].students)),
        attempt=max(piece.attempt for piece in latest) or len(orders),
        handed_in_at=max(piece.handed_in_at for piece in latest),
        late=next((piece.late for piece in latest if piece.late is not None), None),
        left_out=tuple(_left_out(pieces, orders))[:_MOST_NOTES],
        reason="" if parts else _why_nothing(latest),
        damaged=not parts and any(piece.item.problem for piece in graded),
        original=clean_line((graded or latest)[0].original, MAX_NOTE),
    )


def _composed(person: Person) -> Person:
    """Return a person in composed characters, as the names of files have them."""
    cells = asdict(person).items()
    return Person(**{key: unicodedata.normalize("NFC", value) for key, value in cells})


def _refuse_two_students(pieces: Sequence[Piece]) -> None:
    names = {_fold(" ".join(person.name for person in piece.students)) for piece in pieces}
    if len(names) > 1:
        one, other = sorted(names)[:2]
        raise SubmissionError(
            f"{clean_line(pieces[0].key, 60)} is the number of {clean_line(one, 60) or '(no name)'}"
            f" and of {clean_line(other, 60)}; rename or remove the files of one of them"
        )


def _parts(pieces: Sequence[Piece]) -> Iterator[Part]:
    paths = [piece.path for piece in pieces if piece.path]
    environments = find_environments(paths)
    for piece in pieces:
        usable = piece.item.where and piece.path and piece.path[-1] != ENVIRONMENT
        if usable and not is_junk(piece.path) and not is_below(piece.path, environments):
            yield Part(piece.item.where, "/".join(piece.path))


def _left_out(pieces: Sequence[Piece], orders: Sequence[str]) -> Iterator[str]:
    for place, order in enumerate(orders[:-1], start=1):
        earlier = [piece for piece in pieces if piece.order == order]
        time = earlier[0].handed_in_at
        of = f" of {time}" if time else ""
        yield clean_line(f"attempt {place}{of} is not graded: {_list(earlier)}", MAX_NOTE)
    for piece in pieces:
        if piece.order == orders[-1] and (reason := _reason(piece)):
            yield clean_line(f"{_show(piece)} is not graded: {reason}", MAX_NOTE)


def _reason(piece: Piece) -> str:
    if piece.left_out:
        return piece.left_out
    if piece.item.kind == "link":
        return "it is a symbolic link, which is not followed"
    return piece.item.problem


def _why_nothing(pieces: Sequence[Piece]) -> str:
    """Return why a submission without code has none."""
    unreadable = [piece for piece in pieces if piece.item.problem]
    if unreadable:
        return f"{_show(unreadable[0])} cannot be read: {unreadable[0].item.problem}"
    links = [piece for piece in pieces if piece.item.kind == "link"]
    if links:
        return f"{_show(links[0])} is a symbolic link, which is not followed"
    files = [piece for piece in pieces if piece.path and piece.item.kind != "folder"]
    # The platform adds files of its own: the student did not hand them in.
    theirs = [piece for piece in files if not is_own(piece.path[-1])]
    named = [_show(piece) for piece in theirs if not piece.left_out]
    return describe_nothing(named or [_TYPED for _ in theirs[:1]])


def _list(pieces: Sequence[Piece]) -> str:
    return name_some([_show(piece) for piece in pieces], 4)


def _show(piece: Piece) -> str:
    return clean_line("/".join(piece.path or piece.item.path) or "the folder", 80)
