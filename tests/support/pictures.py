"""A series that can be drawn, and a report that has one."""

from __future__ import annotations

from msgspec.structs import replace

from grader.records import Series, Trace
from grader.report import Report
from support.reports import OUTCOMES, report_of

SERIES = Series(
    "curve",
    "f(z)",
    "z",
    "f(z)",
    (
        Trace("yours", "", (0.0, 1.0, 2.0), (0.0, None, 2.0)),
        Trace("right", "", (0.0, 1.0, 2.0), (0.0, 1.0, 2.0)),
    ),
)


def report_with_series(series: Series = SERIES) -> Report:
    """Return a report in which one failed check has a series."""
    outcomes = tuple(
        replace(o, series=(series,)) if o.check_id == "alpha/curve/advice" else o for o in OUTCOMES
    )
    return report_of(outcomes=outcomes)
