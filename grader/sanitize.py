"""Make a student's text harmless: one place, used wherever it is kept."""

from __future__ import annotations

import re
import shlex
import sys
import unicodedata
from collections.abc import Sequence

# The address of an object differs from run to run; the report must not.
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
# Commands to a runner: GitHub's at the start of a line, those of Azure Pipelines and
# TeamCity, "##vso[" and "##teamcity[", anywhere in it.
_COMMAND = re.compile(r"(?<![\w\[\]():,.])::(?=\w)|#(?=#[\w.-]*\[)")
# Cc and Cf hold escapes, NUL and the bidirectional overrides; Cs are lone surrogates,
# Co and Cn cannot be printed.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_PLAIN_ON_WINDOWS = re.compile(r"[\w+=:./\\-]+")
_REPLACED_ON_WINDOWS = frozenset('"$`%')


def clean(text: str, limit: int = 400) -> str:
    """Return ``text`` without control characters, bounded, and the same on every run.

    New lines are kept. Of a text with more than ``limit`` characters the rest is cut, and marked
    with an ellipsis.
    """
    # Cut before looking at each character: the text may be megabytes.
    kept = text[: 4 * limit]
    # Most text is plain, and looking at each character takes long.
    if not kept.replace("\n", " ").isprintable():
        kept = "".join(
            c if c == "\n" or unicodedata.category(c) not in _UNPRINTABLE else " " for c in kept
        )
    # Few texts have what these look for.
    if "0x" in kept:
        kept = _ADDRESS.sub("0x...", kept)
    if "::" in kept or "##" in kept:
        kept = _COMMAND.sub(_break_up, kept)
    return kept if len(kept) <= limit and len(text) <= 4 * limit else kept[: limit - 1] + "…"


def _break_up(found: re.Match[str]) -> str:
    return ": :" if found.group() == "::" else "# "


def clean_line(text: str, limit: int = 200) -> str:
    """Return ``text`` cleaned and folded onto one line."""
    return " ".join(clean(text, limit).split())


def quote_path(path: object) -> str:
    """Return a path as a shell takes it, in a command that a message suggests.

    A name with a leading dash is not an option. One with control characters, or with what a shell
    of Windows replaces even in quotes, is not shown.
    """
    text = str(path)
    if not text.isprintable():
        return "PATH"
    text = f"./{text}" if text.startswith("-") else text
    if sys.platform != "win32":
        return shlex.quote(text)
    if _PLAIN_ON_WINDOWS.fullmatch(text):
        return text
    # cmd and PowerShell both take double quotes.
    return "PATH" if _REPLACED_ON_WINDOWS & set(text) else f'"{text}"'


def name_some(names: Sequence[str], most: int, limit: int = 200) -> str:
    """Return the first ``most`` names, each cleaned, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(clean_line(name, limit) for name in names[:most]) + more
