"""The page about security names every attack, and names nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.test_hostile import HOSTILE, WORKS_UNRESTRICTED

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# The last column of the table of attacks; a star marks those that work without restrictions.
NAMED = [
    name
    for row in PAGE.partition("## Attacks")[2].splitlines()
    if row.startswith("|")
    for name in re.findall(r"`([\w.:]+)`(\*?)", row.rsplit("|", 2)[1])
]


def test_there_are_as_many_attacks_as_the_pages_say() -> None:
    """README.md and the page say "more than 150"."""
    assert "more than 150 hostile submissions" in " ".join(PAGE.split())
    assert len(HOSTILE) > 150


def test_every_hostile_submission_is_on_the_page() -> None:
    """If you add an attack, say on the page what it tries."""
    assert {path.stem for path in HOSTILE} <= {name for name, _ in NAMED}


def test_what_the_page_names_exists() -> None:
    """Each name is a hostile submission, or a test of a file."""
    hostile = {path.stem for path in HOSTILE}
    for name, _ in NAMED:
        if name not in hostile:
            file, _, test = name.partition("::")
            (found,) = (ROOT / "tests").rglob(file)
            text = found.read_text(encoding="utf-8")
            assert f"def {test}(" in text, name


def test_the_stars_mark_the_attacks_that_work_without_restrictions() -> None:
    """An attack that fails anyway proves nothing about the restrictions."""
    assert {name for name, star in NAMED if star} == set(WORKS_UNRESTRICTED)
