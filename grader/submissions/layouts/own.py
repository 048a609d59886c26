"""Files in which a platform says whose the submissions are."""

from __future__ import annotations

from grader.submissions.layouts import blackboard, github, gradescope, nbgrader

MAX_OWN = 16 * 2**20  # bytes
_NAMES = frozenset((gradescope.METADATA, github.ROSTER, nbgrader.TIMESTAMP))


def is_own(name: str) -> bool:
    """Return whether a file's content is needed to know whose the submissions are."""
    return name in _NAMES or blackboard.is_own(name)
