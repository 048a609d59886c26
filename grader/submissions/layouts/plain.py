"""Folders and files that are called after their students."""

from __future__ import annotations

from collections import Counter

from grader.submissions.layouts.pieces import Form, Found, Piece, spread
from grader.submissions.layouts.tree import Level


def _find(level: Level) -> Found | None:
    tops = [item for item in level.tops() if item.counts]
    stems = Counter(item.stem.casefold() for item in tops)
    pieces: list[Piece] = []
    for item in tops:
        key = item.top if stems[item.stem.casefold()] > 1 else item.stem
        below = spread(level, item) if item.kind == "folder" else (item,)
        pieces += [Piece(key, one, one.path, ()) for one in below]
    return Found(tuple(pieces)) if pieces else None


PLAIN = Form("plain", "Plain", "alovelace/activations.py", _find)
