"""Gradescope, "Export submissions": numbered folders, and one file about all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from grader.errors import SubmissionError
from grader.records import Person
from grader.submissions.layouts.pieces import Form, Found, Piece, gather, spread
from grader.submissions.layouts.times import read_iso
from grader.submissions.layouts.tree import Item, Level

METADATA = "submission_metadata.yml"
_NAME = re.compile(r"submission_(?P<number>\d+)")


def _find(level: Level) -> Found | None:
    if not any(_NAME.fullmatch(folder) for folder in level.folders()):
        return None
    text = next((item.text for item in level.items if item.path == (METADATA,)), "")
    stated = _read(text)
    keys = _keys(level.folders(), stated)
    return gather(level, lambda item: _of_top(item, level, stated, keys))


def _keys(folders: Sequence[str], stated: Mapping[str, Any]) -> dict[str, str]:
    """Return what each folder's students are known by.

    The number of a folder is that of an attempt; a student's own stays. A name without a
    number or an address is a student's only where no other folder has it.
    """
    people = {folder: _students(_about(folder, stated)) for folder in folders}
    named = Counter("+".join(sorted(p.name for p in those)) for those in people.values())
    keys = {}
    for folder, those in people.items():
        known = [person.number or person.email for person in those]
        names = "+".join(sorted(p.name for p in those))
        if any(known):
            known = [person.number or person.email or person.name for person in those]
            keys[folder] = "+".join(sorted(known))
        else:
            keys[folder] = names if names and named[names] == 1 else f"{names} {folder}".strip()
    return keys


def _about(folder: str, stated: Mapping[str, Any]) -> Mapping[str, Any]:
    about = stated.get(folder)
    return about if isinstance(about, dict) else {}


def _of_top(
    item: Item, level: Level, stated: Mapping[str, Any], keys: Mapping[str, str]
) -> list[Piece] | None:
    parts = _NAME.fullmatch(item.top)
    if parts is None or item.kind == "file":
        return None
    about = _about(item.top, stated)
    students = _students(about)
    time = read_iso(_text(about, ":created_at"))
    key = keys.get(item.top, item.top)
    return [
        Piece(key, one, one.path, students, parts["number"].zfill(20), handed_in_at=time)
        for one in spread(level, item)
    ]


def _read(text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    import yaml

    try:
        # Every value as text: a number keeps its zeros, and no tag makes an object.
        read = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SubmissionError(
            f"{METADATA} is not valid YAML; download the submissions again"
        ) from error
    return read if isinstance(read, dict) else {}


def _students(about: Mapping[str, Any]) -> tuple[Person, ...]:
    listed = about.get(":submitters")
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return tuple(
        Person(_text(one, ":name"), number=_text(one, ":sid"), email=_text(one, ":email"))
        for one in people
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) and value not in ("null", "~") else ""


GRADESCOPE = Form("gradescope", "Gradescope", "submission_123456", _find)
