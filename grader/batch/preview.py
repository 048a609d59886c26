"""What a batch would grade: some lines for each submission, and what is left out of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from grader.batch.listing import Listed
from grader.batch.work import Snapshot
from grader.sanitize import clean_line, name_some

_INDENT = "  "


def preview(listed: Listed, found: Snapshot, width: int | None = None) -> Iterator[str]:
    """Yield lines for people: who, which files, which attempt, what is left out and why.

    Parameters
    ----------
    listed : Listed
        The submission.
    found : Snapshot
        What was read of it.
    width : int, optional
        Of the terminal; without it each line is as long as it has to be.
    """
    facts = [listed.id, *_names(listed)]
    if listed.attempt > 1:
        facts.append(f"attempt {listed.attempt}")
    if listed.handed_in_at:
        facts.append(listed.handed_in_at)
    if listed.late is not None:
        facts.append("late" if listed.late else "in time")
    lines = [f"{', '.join(facts)}: {_content(found)}"]
    lines += [_INDENT + clean_line(note, 400) for note in found.submission.notes]
    for line in lines:
        yield from _wrap(line, width)


def _wrap(line: str, width: int | None) -> list[str]:
    start = line[: len(line) - len(line.lstrip())]
    text = clean_line(line, 800)
    if width is None:
        return [start + text]
    return textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=start,
        subsequent_indent=start + 2 * _INDENT,
        break_on_hyphens=False,
    )


def _names(listed: Listed) -> list[str]:
    names = (person.name or person.login for person in listed.students)
    return [name for name in names if name and name != listed.id]


def _content(found: Snapshot) -> str:
    if found.fault:
        return f"cannot be read now, {found.fault}"
    if found.reason:
        return f"nothing to grade, {found.reason}"
    return name_some([file.name for file in found.submission.files], 8)
