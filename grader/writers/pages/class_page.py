"""The page of a class: how it did, what it has not understood, and which checks to look at."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import ReportError
from grader.writers.pages.page import render_page
from grader.writers.pages.statistics import ClassTally, say_discrimination

_MOST_DIAGNOSES, _MOST_EVENTS, _MOST_ALIKE = 25, 200, 200
_MAX_SUMMARY = 64 * 2**20


class Alike(msgspec.Struct, frozen=True):
    """Who handed in the same code for an exercise, as a batch's summary lists it."""

    exercise: str
    ids: list[str]
    same_bytes: bool


class _Summary(msgspec.Struct, frozen=True):
    alike: list[Alike]


def read_alike(path: Path) -> tuple[Alike, ...]:
    """Read from a batch's ``summary.json`` who handed in the same, if there is such a file.

    Raises
    ------
    ReportError
        If there is one that no batch wrote.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_SUMMARY + 1)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror}") from error
    try:
        return tuple(msgspec.json.decode(content[:_MAX_SUMMARY], type=_Summary).alike)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ReportError(f"{path} is not a summary of a batch; run `grade batch` again") from error


def write_class_page(tally: ClassTally, alike: Sequence[Alike] = ()) -> bytes:
    """Return the page of a class, and of who handed in the same, as HTML."""
    percents = tally.percents
    bins = tally.bins()
    return render_page(
        "class.html.j2",
        title=f"{len(percents)} submissions",
        tally=tally,
        facts=_facts(percents, tally.graded),
        bins=bins,
        tallest=max(count for _, count in bins) or 1,
        diagnoses=tally.diagnoses()[:_MOST_DIAGNOSES],
        doubts=tally.doubts(),
        easy=tally.passed_by_all(),
        events=tally.events[:_MOST_EVENTS],
        more_events=max(0, len(tally.events) - _MOST_EVENTS),
        alike=sorted(alike, key=lambda a: (not a.same_bytes, -len(a.ids)))[:_MOST_ALIKE],
        times=_times(tally),
        levels=sorted({row.level for row in tally.rows}),
        say=say_discrimination,
    )


def _facts(percents: Sequence[float], graded: Sequence[float]) -> list[tuple[str, str]]:
    facts = [("submissions", str(len(percents)))]
    if graded:
        quarters = [graded[0]] * 3
        if len(graded) > 1:
            quarters = statistics.quantiles(graded, n=4, method="inclusive")
        facts += [
            (f"mean of {len(graded)} graded", f"{statistics.fmean(graded):.1f} %"),
            ("median", f"{statistics.median(graded):.1f} %"),
            ("middle half", f"{quarters[0]:.0f} to {quarters[2]:.0f} %"),
        ]
    return [
        *facts,
        ("all points", str(sum(p == 100 for p in percents))),
        ("no points", str(sum(p == 0 for p in percents))),
    ]


def _times(tally: ClassTally) -> tuple[float, float, str]:
    slowest = max(tally.rows, key=lambda row: row.duration_s)
    median_s = statistics.median(row.duration_s for row in tally.rows)
    return median_s, slowest.duration_s, slowest.id
