"""The pages with generated sections, each between two markers."""

from __future__ import annotations

from pathlib import Path

from _generate.attacks import count_attacks, make_attacks
from _generate.commands import make_commands
from _generate.markdown import fill
from _generate.report_fields import make_fields

DOCS = Path(__file__).parents[1]
# For each page the markers, and what makes the text between them.
SECTIONS = {
    "reference/commands.md": ("commands", make_commands),
    "reference/report.md": ("fields", make_fields),
    "security.md": ("count", count_attacks),
    "security-attacks.md": ("attacks", make_attacks),
}


def fill_pages() -> dict[Path, str]:
    """Return the text of each page with its generated section up to date."""
    return {
        DOCS / page: fill((DOCS / page).read_text(encoding="utf-8"), name, make())
        for page, (name, make) in SECTIONS.items()
    }
