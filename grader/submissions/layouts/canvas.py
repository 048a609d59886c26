"""Canvas, "Download submissions": flat, the student's number before each file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from grader.records import Person
from grader.submissions.layouts.people import words_of_one
from grader.submissions.layouts.pieces import Form, Found, Piece, gather
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import split_name, without_endings, words_of

_NAME = re.compile(
    r"(?:(?:(?P<late1>LATE)_)?anon_(?:(?P<late2>LATE)_)?(?P<anon>[A-Za-z0-9]+)"
    r"|(?P<name>.*?)_(?:(?P<late3>LATE)_)?(?P<number>\d+))"
    # A text or link has no number of its own, of the versions that are known.
    r"_(?:(?P<late4>LATE_)?\d+_(?P<file>.+)|(?P<page>(?:text|link)(?:-\d+)?\.html))",
    re.DOTALL,
)
_PAGE = re.compile(r"(?:text|link)(?:-\d+)?\.html")
_PARTS = words_of_one(())
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<again>\d{1,2})", re.DOTALL)


def prefix_of(name: str) -> str:
    """Return what Canvas puts before a student's own file name, or an empty string."""
    parts = _NAME.fullmatch(name)
    return name[: parts.start("file")] if parts and parts["file"] else ""


def _find(level: Level) -> Found | None:
    found = gather(level, lambda item: _of_top(item, level))
    if found is None:
        return None
    return Found(tuple(_keep_latest(found.pieces)), found.strays)


def _of_top(item: Item, level: Level) -> list[Piece] | None:
    parts = _NAME.fullmatch(item.top)
    if parts is None:
        return None
    number = parts["number"] or parts["anon"]
    file = parts["file"] or parts["page"]
    reason = "the platform's page of a text or link" if _PAGE.fullmatch(file) else ""
    late = True if any(parts[f"late{n}"] for n in range(1, 5)) else None
    student = (Person(parts["name"] or "", number=number),)
    return [
        Piece(
            number,
            one,
            (file, *one.path[1:]),
            student,
            late=late,
            left_out=reason,
            original=item.top,
        )
        for one in level.of(item.top)
    ]


def _keep_latest(pieces: tuple[Piece, ...]) -> Iterator[Piece]:
    """Give the files that were handed in again their own names, and leave out the earlier."""
    bases = {(p.key, p.path[0]) for p in pieces}
    split = [(piece, *_split(piece, bases)) for piece in pieces]
    times: dict[tuple[str, str], dict[int, str]] = {}
    for piece, base, again in split:
        times.setdefault((piece.key, base), {})[again] = piece.path[0]
    for piece, base, again in split:
        known = times[piece.key, base]
        if len(known) > 1 and 0 not in known and words_of(base)[0] in _PARTS:
            yield piece  # `part-1.py` and `part-2.py` are two files
            continue
        named = replace(piece, path=(base, *piece.path[1:]), attempt=again + 1)
        if again < max(known):
            reason = f"it was handed in again, as {known[max(known)]}"
            yield replace(named, path=piece.path, left_out=reason)
        else:
            yield named


def _split(piece: Piece, bases: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """Return a file's name without the number of times it was handed in again, and that."""
    file = piece.path[0]
    stem = split_name(file)[0] if split_name(file)[1] else without_endings(file)
    parts = _AGAIN.fullmatch(stem)
    if parts is None:
        return file, 0
    base = parts["stem"] + file[len(stem) :]
    # A student may have called a file so: of an archive only two names show it.
    if split_name(file)[1] or (piece.key, base) in bases:
        return base, int(parts["again"])
    return file, 0


CANVAS = Form("canvas", "Canvas", "lovelaceada_10000_900001_activations.py", _find)
