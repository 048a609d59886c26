"""Reading the hand-ins in ``tests/sandbox/handins``, one a text file.

A line ``==== cell`` begins a notebook's cell, ``==== file`` a Python file, ``==== sibling NAME``
another Python file of the submission, ``==== cell of NAME`` a cell of another notebook. Lines
``says:`` before them hold a regular expression for a note; without one there must be no note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "sandbox" / "handins"


@dataclass
class HandIn:
    """A hand-in, and what it deserves."""

    name: str
    says: str = ""
    text: str | None = None
    cells: list[str] = field(default_factory=list)
    siblings: dict[str, bytes | list[str]] = field(default_factory=dict)


def read_hand_in(path: Path) -> HandIn:
    """Return one hand-in."""
    head, *parts = re.split(r"^==== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    hand_in = HandIn(path.stem, head.removeprefix("says:").strip())
    for part in parts:
        kind, _, text = part.partition("\n")
        _take(hand_in, kind.split(), text.removesuffix("\n"))
    return hand_in


def _take(hand_in: HandIn, kind: list[str], text: str) -> None:
    if kind == ["cell"]:
        hand_in.cells.append(text)
    elif kind == ["file"]:
        hand_in.text = text
    elif kind[0] == "sibling":
        hand_in.siblings[kind[1]] = text.encode()
    else:
        cells = hand_in.siblings.setdefault(kind[-1], [])
        assert isinstance(cells, list)
        cells.append(text)


HAND_INS = [read_hand_in(path) for path in sorted(FOLDER.glob("*.txt"))]
