"""What a batch would grade: a line for each submission, and what is left out of it."""

from __future__ import annotations

from collections.abc import Iterator

from grader.batch.listing import Listed
from grader.sanitize import clean_line, name_some


def preview(listed: Listed) -> Iterator[str]:
    """Yield lines for people: who, which files, which attempt, what is left out and why."""
    facts = [listed.id, *_names(listed)]
    if listed.attempt > 1:
        facts.append(f"attempt {listed.attempt}")
    if listed.handed_in_at:
        facts.append(listed.handed_in_at)
    if listed.late is not None:
        facts.append("late" if listed.late else "in time")
    yield clean_line(f"{', '.join(facts)}: {_content(listed)}", 400)
    for note in listed.notes:
        yield f"  {clean_line(note, 400)}"


def _names(listed: Listed) -> list[str]:
    names = (person.name or person.login for person in listed.students)
    return [name for name in names if name and name != listed.id]


def _content(listed: Listed) -> str:
    if listed.missing:
        return f"nothing to grade, {listed.missing}"
    names = [part.name for part in listed.parts] or [str(listed.path)]
    return name_some(names, 8)
