"""Files in which a platform lists the students of submissions."""

from __future__ import annotations

from grader.submissions.layouts import blackboard, github, gradescope, nbgrader
from grader.submissions.rows import decode

MAX_OWN = 16 * 2**20  # bytes
_NAMES = frozenset((gradescope.METADATA, github.ROSTER, nbgrader.TIMESTAMP))


def decode_own(content: bytes) -> str:
    """Return the text of such a file; bytes that are not text are replaced."""
    try:
        return decode(content)
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def is_own(name: str) -> bool:
    """Return whether a file's content is needed to know the students of submissions."""
    return name in _NAMES or blackboard.is_own(name)
