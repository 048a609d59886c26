"""The page of a class: scores, frequent problems, and checks to look at."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from grader.records import WITH_CODE
from grader.wording import counted
from grader.writers.batch_summary import Alike
from grader.writers.pages.alike import match
from grader.writers.pages.doubts import find_doubts
from grader.writers.pages.page import render_page
from grader.writers.pages.rows import Row
from grader.writers.pages.tally import ClassTally
from grader.writers.words import when_handed_in

_FIRST_PROBLEMS, _MOST_PROBLEMS, _MOST_EVENTS, _MOST_ALIKE = 20, 200, 200, 100


def write_class_page(
    tally: ClassTally, alike: Iterable[Alike] = (), *, anonymous: bool = False
) -> bytes:
    """Return the page of a class, and of who handed in the same, as HTML.

    Parameters
    ----------
    tally : ClassTally
        The reports; it has at least one.
    alike : iterable of Alike
        Their ids are those of the reports.
    anonymous : bool
        Whether the ids are pseudonyms, which the page then has a note about.
    """
    percents = tally.percents
    bins = tally.bins()
    matches = match(alike)
    problems = tally.problems()
    return render_page(
        "class.html.j2",
        title=counted(len(tally.rows), "submission"),
        tally=tally,
        rows={row.id: row for row in tally.rows},
        facts=_facts(percents, tally.rows),
        bins=bins,
        tallest=max(count for _, count in bins) or 1,
        problems=problems[:_FIRST_PROBLEMS],
        rarer_problems=problems[_FIRST_PROBLEMS:_MOST_PROBLEMS],
        more_problems=max(0, len(problems) - _MOST_PROBLEMS),
        doubts=find_doubts(tally),
        easy=tally.passed_by_all(),
        events=tally.events[:_MOST_EVENTS],
        more_events=max(0, len(tally.events) - _MOST_EVENTS),
        alike=matches[:_MOST_ALIKE],
        more_alike=max(0, len(matches) - _MOST_ALIKE),
        times=_times(tally.rows),
        levels=sorted({row.level for row in tally.rows}),
        adjusted=any(row.adjusted or row.adjustment for row in tally.rows),
        timed=any(when_handed_in(row) for row in tally.rows),
        anonymous=anonymous,
    )


def _facts(percents: Sequence[float], rows: Sequence[Row]) -> list[tuple[str, str]]:
    facts = [("submissions", str(len(rows)))]
    # As in the mean of a batch's summary: without those that handed in nothing to grade.
    graded = sorted(
        row.percent for row in rows if row.percent is not None and row.status in WITH_CODE
    )
    if graded:
        middle = [graded[0]] * 3
        if len(graded) > 1:
            middle = statistics.quantiles(graded, n=4, method="inclusive")
        facts += [
            (f"mean of {len(graded)} graded", f"{statistics.fmean(graded):.1f} %"),
            ("median", f"{statistics.median(graded):.1f} %"),
            ("middle half", f"{middle[0]:.0f} to {middle[2]:.0f} %"),
            ("all points", str(sum(p == 100 for p in percents))),
            ("no points", str(sum(p == 0 for p in percents))),
        ]
    counts = {
        "late": sum(row.late is True for row in rows),
        "not examined": sum(row.percent is None for row in rows),
    }
    return facts + [(name, str(count)) for name, count in counts.items() if count]


def _times(rows: Sequence[Row]) -> tuple[float, Row]:
    slowest = max(rows, key=lambda row: row.duration_s)
    return statistics.median(row.duration_s for row in rows), slowest
