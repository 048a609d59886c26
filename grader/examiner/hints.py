"""Second hints: where they are, and which one belongs to a failing check.

They stand in the installed course and in no report, so that nobody reads one by accident.
"""

from __future__ import annotations

from pathlib import Path

from grader.testing.catalogue import load_catalogue
from grader.testing.observations import SECOND_HINTS

# A report has the misconception's id in the place of the observation's. What was observed
# is still to be read from the words of `unmodified` and `unwarned` in `testing/expect.py`.
_OBSERVED = {"changed during the call": "modified", "numpy warned: ": "warned"}


def find_second_hint(
    suites: Path, check_id: str, diagnosis: str | None, outcome: str = "", message: str = ""
) -> str:
    """Return the second hint for a check that failed.

    Parameters
    ----------
    suites : Path
        The course's folder of suites.
    check_id : str
        The check, ``exercise/function/check``.
    diagnosis : str or None
        What the report says of it: a misconception's id, or an observation's.
    outcome : str
        How the check ended, for where there is no diagnosis.
    message : str
        What the report says, for a misconception that has no second hint of its own: it gets
        that of what was observed.

    Returns
    -------
    str
        The hint, or an empty string where there is none.
    """
    exercise, function, _ = check_id.split("/")
    if diagnosis is None:
        return SECOND_HINTS.get(outcome, "")
    if diagnosis in SECOND_HINTS:
        return SECOND_HINTS[diagnosis]
    entries = load_catalogue(suites, exercise, "misconceptions")
    fitting = [e.second for e in entries if (e.id, e.function) == (diagnosis, function)]
    if not fitting:
        return ""
    return fitting[0] or _general_hint(outcome, message)


def _general_hint(outcome: str, message: str) -> str:
    """Return the second hint that the same trouble has where no misconception is named."""
    if outcome in SECOND_HINTS:
        return SECOND_HINTS[outcome]
    told = [line for line in message.splitlines() if line.startswith("Wrong")]
    seen = (_OBSERVED[words] for line in told for words in _OBSERVED if words in line)
    return SECOND_HINTS[next(seen, "values")]
