"""Folders and files that are called after their students."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from grader.submissions.layouts.pieces import Form, Found, Piece, spread
from grader.submissions.layouts.tree import Level


def find_plain(level: Level, keys: Mapping[str, str] | None = None) -> Found | None:
    """Return a level's pieces, or None if nothing in it may be a student's.

    Parameters
    ----------
    keys : mapping of str to str, optional
        The student's key by the name of a file in the level; by default the file's own name.
    """
    keys = keys or {}
    # A link is not followed, and its student is not lost.
    tops = [item for item in level.tops() if item.counts or item.kind == "link"]
    stems = Counter(item.stem.casefold() for item in tops)
    pieces: list[Piece] = []
    for item in tops:
        name = item.top if stems[item.stem.casefold()] > 1 else item.stem
        key = keys.get(item.top, name)
        below = spread(level, item) if item.kind == "folder" else (item,)
        pieces += [Piece(key, one, one.path, ()) for one in below]
    return Found(tuple(pieces)) if pieces else None


PLAIN = Form("plain", "Plain", "alovelace/activations.py", find_plain)
