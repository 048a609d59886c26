"""Reading the examiner's record: from pytest-json-report's report to outcomes.

The plugin calls a test passed as soon as its first stage has passed, and leaves it so
where a session is cut short. So the walk is over the checks that were collected, never
over the report, and a check passed only if setup, call and teardown all say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from grader.records import Check, Outcome, OutcomeKind, Series

_STAGES = ("setup", "call", "teardown")
_KINDS: Mapping[str, OutcomeKind] = {
    kind: kind for kind in get_args(OutcomeKind) if kind != "passed"
}


def read_outcomes(report: Mapping[str, Any], checks: Mapping[str, Check]) -> tuple[Outcome, ...]:
    """Return one outcome for each check.

    Parameters
    ----------
    report : mapping
        What pytest-json-report wrote.
    checks : mapping of str to Check
        The collected checks by pytest's node id.

    Returns
    -------
    tuple of Outcome
        In the order of ``checks``. A test that is absent, stands twice, or was not seen
        through all its stages is ``not_run`` or ``error``, and earns nothing.
    """
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in report.get("tests", ()):
        entries.setdefault(str(entry.get("nodeid")), []).append(entry)
    complete = report.get("summary", {}).get("collected") == len(checks)
    return tuple(_read(check, entries.get(node, []), complete) for node, check in checks.items())


def _read(check: Check, found: list[Mapping[str, Any]], complete: bool) -> Outcome:
    if len(found) != 1 or not complete:
        return Outcome(check.id, "not_run", "The examiner has no record of this check.")
    entry = found[0]
    stages = [entry.get(stage) or {} for stage in _STAGES]
    duration_s = sum(float(stage.get("duration", 0.0)) for stage in stages)
    finding = dict(entry.get("metadata") or {})
    series = msgspec.convert(finding.pop("series", ()), tuple[Series, ...])
    if all(stage.get("outcome") == "passed" for stage in stages) and not finding:
        return Outcome(check.id, "passed", duration_s=duration_s, series=series)
    kind = _KINDS.get(finding.get("outcome", ""))
    if kind is None:
        message = "The examiner did not see this check through to its end."
        return Outcome(check.id, "error", message, duration_s=duration_s)
    return Outcome(
        check.id,
        kind,
        message=finding.get("message", ""),
        detail=finding.get("detail", ""),
        repeat=finding.get("repeat", ""),
        hint=finding.get("hint", ""),
        diagnosis=finding.get("diagnosis"),
        duration_s=duration_s,
        series=series,
    )
