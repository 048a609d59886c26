"""Words about findings and leaks, for the commands that find them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.records import Leak


def word_leaks(leaks: Iterable[Leak]) -> str:
    """Return what to do about leaks; an acknowledgement still needs a reason."""
    lines = [
        "Remove this from docstrings, provided code and visible checks. If students may read it,",
        "add this to course.toml, each with a reason:",
    ]
    for leak in leaks:
        lines.append("[[leak]]")
        # JSON's strings are valid TOML.
        lines += [f"{key} = {json.dumps(value)}" for key, value in _fields(leak)]
    return "\n".join(lines)


def _fields(leak: Leak) -> list[tuple[str, str]]:
    return [("file", leak.file), ("text", leak.text), ("reason", leak.reason)]


def count_findings(count: int) -> str:
    """Return how many findings there are."""
    return "1 finding" if count == 1 else f"{count} findings"


def count_acknowledged(count: int) -> str:
    """Return how many leaks were found that a course acknowledges."""
    return f"{count} {'leak is' if count == 1 else 'leaks are'} acknowledged in course.toml"
