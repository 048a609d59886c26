"""Standard output and error that can print anything, whatever their encoding lacks."""

from __future__ import annotations

import codecs
import io
import sys

_NAME = "grader.plain"
# What we print ourselves that the code pages of Windows do not all have.
_PLAIN = {"─": "-", "━": "-", "…": "...", "✓": "+", "✗": "x", "·": ".", "\u2013": "-"}


def print_anything() -> None:
    """Let what cannot be encoded be printed in plainer characters, and never raise."""
    codecs.register_error(_NAME, _in_plain_characters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NAME)


def _in_plain_characters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in characters), error.end
