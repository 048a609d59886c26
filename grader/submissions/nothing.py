"""Words for a submission in which there is nothing to grade."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import SubmissionError
from grader.sanitize import name_some
from grader.submissions.names import is_unread


class NothingFoundError(SubmissionError):
    """Nothing that can be graded was handed in."""


def describe_nothing(names: Sequence[str]) -> str:
    """Return why there is nothing to grade, and what to ask for.

    Parameters
    ----------
    names : sequence of str
        Files that were handed in; none is code or an archive that is read.
    """
    if not names:
        return "it is empty"
    unread = any(map(is_unread, names))
    archives = "RAR and 7-Zip archives are not read; " if unread else ""
    ask = f"{archives}hand in .py, .ipynb or .zip"
    return f"there is no code in it, only {name_some(names, 4, 80)}; {ask}"
