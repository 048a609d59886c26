"""Reading outcomes from the record of pytest-json-report; incomplete ones earn nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from grader.records import Check, Feedback, Outcome

_NO_RECORD = Feedback(wrong="The examiner has no record of this check.")
_INCOMPLETE = Feedback(wrong="The examiner did not finish this check.")


def read_outcomes(record: Mapping[str, Any], checks: Mapping[str, Check]) -> tuple[Outcome, ...]:
    """Return one outcome for each check, in their order.

    A test that is absent, is there twice, or was not seen through to its end is ``not_run`` or
    ``error``, and earns nothing.

    Parameters
    ----------
    record : mapping
        What pytest-json-report wrote.
    checks : mapping of str to Check
        The collected checks by pytest's node id.
    """
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in record.get("tests", ()):
        entries.setdefault(str(entry.get("nodeid")), []).append(entry)
    complete = record.get("summary", {}).get("collected") == len(checks)
    return tuple(_read(check, entries.get(node, []), complete) for node, check in checks.items())


def _read(check: Check, found: list[Mapping[str, Any]], complete: bool) -> Outcome:
    if len(found) != 1 or not complete:
        return Outcome(check.id, "not_run", feedback=_NO_RECORD)
    call = found[0].get("call") or {}
    duration_s = float(call.get("duration", 0.0))
    metadata = found[0].get("metadata")
    passed = call.get("outcome") == "passed"
    if passed and not metadata:
        return Outcome(check.id, "passed", duration_s=duration_s)
    try:
        outcome = msgspec.convert(metadata, Outcome)
    except msgspec.ValidationError:
        outcome = None
    if outcome is None or (outcome.outcome == "passed") != passed or outcome.check_id != check.id:
        return Outcome(check.id, "error", feedback=_INCOMPLETE, duration_s=duration_s)
    return replace(outcome, duration_s=duration_s)
