"""Lists what was made of an assignment and what it lacks, in Markdown and for the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from grader.importing.checks import Draft
from grader.importing.parts import word_points
from grader.importing.skeleton import Made
from grader.importing.suite import Group
from grader.sanitize import clean_line

_SHOWN = 100
_NEXT = """\
## Next

Run these commands in this folder:

```sh
# Grade the solutions.
grade submit solutions --course .
# Make the stubs after a change of a solution.
grade stubs --course .
# Find what the course still lacks.
grade verify --course .
```
"""
# A span of code, which shows each sign as it is, or a sign that begins a tag elsewhere.
_CODE_OR_TAG = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|<")


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def summarize(made: Made) -> str:
    """Return one line with the functions, checks and points of an exercise."""
    checks = [draft for group in made.groups for draft in group.checks]
    hidden = sum(draft.hidden for draft in checks)
    points = word_points(sum(group.points_c for group in made.groups))
    return (
        f"{made.name}: {count(len(made.groups), 'function')}, {count(len(checks), 'check')} "
        f"({len(checks) - hidden} visible, {hidden} hidden), {points}; "
        f"{count(len(made.untranslated), 'test')} not translated"
    )


def list_gaps(made: Sequence[Made], others: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return what a course still lacks, by heading."""
    gaps = [
        ("Tests that are comments in the suite", _untranslated(made)),
        ("Left out or changed", [*others, *_notes(made)]),
        ("To do before you use it", list(_to_do(made))),
    ]
    return [(heading, lines) for heading, lines in gaps if lines]


def _of(made: Sequence[Made], one: Made, text: str) -> str:
    return f"{one.name}: {text}" if len(made) > 1 else text


def _untranslated(made: Sequence[Made]) -> list[str]:
    return [
        _of(made, one, f"{draft.question}: {_first_line(draft)}: it {draft.reason}")
        for one in made
        for draft in one.untranslated
    ]


def _first_line(draft: Draft) -> str:
    lines = [line.strip() for line in draft.source.strip().splitlines()]
    code = [line for line in lines if line and not line.startswith(("#", '"'))]
    shown = clean_line((code or lines or [""])[0], 70)
    # Backticks in it may not end it.
    return f"``` {shown} ```" if "`" in shown else f"`{shown}`"


def _notes(made: Sequence[Made]) -> list[str]:
    notes = [_of(made, one, clean_line(note, 300)) for one in made for note in one.notes]
    for one in made:
        if one.lost_c:
            text = f"{one.lost_c / 100:g} points of tests that could not be translated"
            notes.append(_of(made, one, text))
    return notes


def _to_do(made: Sequence[Made]) -> Iterator[str]:
    groups = [group for one in made for group in one.groups]
    for one in made:
        if one.empty:
            yield _of(made, one, f"write the solution of {', '.join(one.empty)}: it has none")
    yield from _name_groups(
        groups, lambda group: not group.has_visible, "write a visible check of {}"
    )
    yield from _name_groups(
        groups,
        lambda group: not any(draft.hidden and draft.points_c for draft in group.checks),
        "write a hidden check of {}: students see all tests",
    )
    yield from _name_groups(
        groups,
        lambda group: not any(f">>> {group.name}(" in one.solution for one in made),
        "give an example in the docstring of {}",
    )
    fixed = sum(len(group.find_fixed()) for group in groups)
    if fixed:
        checks = f"{count(fixed, 'check')}, which {'asks' if fixed == 1 else 'ask'}"
        yield f"draw inputs from `rng` in {checks} every student the same"
    yield "write misconceptions with hints, and variants; there are none"
    if any("TODO" in one.solution for one in made):
        yield "complete the docstrings that have TODO in the solutions"
    yield "the text between the cells of the notebook is only in docstrings, if at all"


def _name_groups(
    groups: Sequence[Group], lacks: Callable[[Group], bool], words: str
) -> Iterator[str]:
    names = [group.name for group in groups if lacks(group)]
    if names:
        yield words.format(", ".join(names))


def write_page(title: str, made: Sequence[Made], others: Iterable[str]) -> str:
    """Return the list as a page of Markdown.

    Its commands name no path of this machine, because the page goes with the course.
    """
    kinds = " and ".join(sorted({one.kind for one in made}))
    lines = [
        f"# {clean_line(title)}",
        "",
        f"Imported from an assignment of {kinds} by `grade import`.",
    ]
    lines += ["", "## Made", "", *(f"- {summarize(one)}" for one in made)]
    for heading, entries in list_gaps(made, others):
        lines += ["", f"## {heading}", "", *(f"- {_escape(entry)}" for entry in entries)]
    return "\n".join([*lines, "", _NEXT])


def show(made: Sequence[Made], others: Iterable[str]) -> Iterator[str]:
    """Yield the lines for the terminal."""
    for one in made:
        yield f"made     {summarize(one)}"
    for heading, entries in list_gaps(made, others):
        yield f"\n{heading}:"
        yield from (f"  {clean_line(entry, 300)}" for entry in entries[:_SHOWN])
        if len(entries) > _SHOWN:
            yield f"  and {len(entries) - _SHOWN} more, in IMPORT.md"


def _escape(entry: str) -> str:
    line = clean_line(entry, 400)
    return _CODE_OR_TAG.sub(lambda found: "&lt;" if found[0] == "<" else found[0], line)
