"""The preview of a batch: some lines for each submission, with what is left out."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.listing import Listed
from grader.batch.work import Snapshot
from grader.sanitize import clean_line, name_some


def preview(listed: Listed, found: Snapshot) -> Iterator[str]:
    """Yield lines for people: who, which files, which attempt, what is left out and why."""
    facts = [listed.id, *_names(listed)]
    if listed.attempt > 1:
        facts.append(f"attempt {listed.attempt}")
    if listed.handed_in_at:
        facts.append(listed.handed_in_at)
    if listed.late is not None:
        facts.append("late" if listed.late else "in time")
    yield clean_line(f"{', '.join(facts)}: {_content(found)}", 800)
    for note in found.submission.notes:
        yield f"  {clean_line(note, 400)}"


def _names(listed: Listed) -> list[str]:
    names = (person.name or person.login for person in listed.students)
    return [name for name in names if name and name != listed.id]


def _content(found: Snapshot) -> str:
    if found.fault:
        return f"cannot be read now, {found.fault}"
    if found.reason:
        return f"nothing to grade, {found.reason}"
    return name_some([file.name for file in found.submission.files], 8)
