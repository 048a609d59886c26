"""Folders and files that are called after their students."""

from __future__ import annotations

from collections import Counter

from grader.submissions.layouts.pieces import Form, Found, Piece
from grader.submissions.layouts.tree import Item, Level
from grader.submissions.names import without_endings


def _find(level: Level) -> Found | None:
    tops = [item for item in level.tops() if item.kind == "folder" or item.may_answer]
    stems = Counter(_stem(item).casefold() for item in tops)
    pieces: list[Piece] = []
    for item in tops:
        stem = _stem(item)
        key = item.top if stems[stem.casefold()] > 1 else stem
        if item.kind == "folder":
            below = level.below(item.top).items or (Item((), "folder"),)
            pieces += [Piece(key, one, one.path, ()) for one in below]
        else:
            pieces.append(Piece(key, item, item.path, ()))
    return Found(tuple(pieces)) if pieces else None


def _stem(item: Item) -> str:
    return item.top if item.kind == "folder" else without_endings(item.top)


PLAIN = Form("plain", "plain", "alovelace/activations.py", _find)
