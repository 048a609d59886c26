"""The observation at a check that did not pass, and its hint."""

from __future__ import annotations

from grader.examiner.exceptions import recognise
from grader.examiner.hints import HINTS
from grader.examiner.table_hints import MODIFIED_TABLE, OF_FIGURES
from grader.sandbox.calls import Call, Raised, StudentError, TookTooLong
from grader.sandbox.meter import Slept
from grader.sandbox.protocol.pandas_data import as_data
from grader.sandbox.protocol.tables import Column, Table
from grader.testing.expect import CheckFailed


def observe(error: CheckFailed | StudentError, call: Call | None) -> str | None:
    """Return the id of what was observed, where it has one."""
    if isinstance(error, CheckFailed):
        identity = error.observation.id
        is_drawn = call is not None and call.after is not None
        return OF_FIGURES.get(identity, identity) if is_drawn else identity
    if isinstance(error, TookTooLong):
        return "waits" if isinstance(error, Slept) else "timeout"
    if not isinstance(error, Raised) or call is None:
        return None
    found = recognise(call.raised, call.raised_text)
    # Of a column that is not there, pandas raises what a dict raises.
    return "no_such_column" if found == "no_such_key" and _has_table(call) else found


def _has_table(call: Call) -> bool:
    passed = (*call.args, *call.kwargs.values())
    return bool(call.given_files) or any(
        isinstance(as_data(value), Table | Column) for value in passed
    )


def choose_hint(observation: str, call: Call | None) -> str:
    """Return the hint for what was observed in a call, or an empty text."""
    if observation == "modified" and call is not None:
        passed = {**{str(place): value for place, value in enumerate(call.args)}, **call.kwargs}
        changed = [as_data(passed.get(key)) for key in call.modified_keys]
        if changed and all(isinstance(value, Table | Column) for value in changed):
            return MODIFIED_TABLE
    return HINTS.get(observation, "")
