"""The reports of a class counted for its page, on all processors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from grader.cli.helpers import open_helpers
from grader.cli.reports import read_all, refuse_second
from grader.cli.streams import write_line
from grader.report import Report, UnexaminedReport
from grader.writers.pages.anonymous import hide_names, hide_owner
from grader.writers.pages.tally import ClassTally, unpack_tally

_PART = 50  # reports, which take some 50 ms


class _Request(msgspec.Struct, frozen=True):
    """Reports with their pseudonyms, or empty texts, and which of their exercises to count."""

    paths: tuple[str, ...]
    names: tuple[str, ...]
    exercises: tuple[str, ...]


class _Counted(msgspec.Struct, frozen=True):
    """A packed tally, the ids of its submissions in order, and lines for the user."""

    tally: bytes
    ids: tuple[str, ...]
    warnings: tuple[str, ...]


def tally_reports(
    tally: ClassTally, paths: Sequence[Path], names: Sequence[str], exercises: tuple[str, ...]
) -> Iterator[int]:
    """Add reports to a tally, in their order, and yield how many more are in it.

    Parameters
    ----------
    names : sequence of str
        A pseudonym for each report; empty where its own names are shown.
    exercises : tuple of str
        Which to count; all where there is none.

    Raises
    ------
    ReportError, TableError, ExportError
        As `read_all`.
    """
    starts = range(0, len(paths), _PART)
    requests = (
        _Request(
            tuple(map(str, paths[start : start + _PART])),
            tuple(names[start : start + _PART]),
            exercises,
        )
        for start in starts
    )
    seen: dict[str, Path] = {}
    with open_helpers(__name__, len(starts)) as helpers:
        for packed in helpers.answer_all(map(msgspec.msgpack.encode, requests)):
            counted = msgspec.msgpack.decode(packed, type=_Counted)
            for line in counted.warnings:
                write_line(line, err=True)
            for identity in counted.ids:
                refuse_second(identity, paths[len(seen)], seen)
            tally.extend(unpack_tally(counted.tally))
            yield len(counted.ids)


def answer(packed: bytes) -> bytes:
    """Return the tally of some reports."""
    request = msgspec.msgpack.decode(packed, type=_Request)
    tally = ClassTally()
    ids: list[str] = []
    warnings: list[str] = []
    reports = read_all(map(Path, request.paths), request.exercises, warnings.append)
    for (_, report), name in zip(reports, request.names, strict=True):
        ids.append(report.submission.id)
        tally.add(hide(report, name) if name else report)
    return msgspec.msgpack.encode(_Counted(tally.pack(), tuple(ids), tuple(warnings)))


def hide(report: Report | UnexaminedReport, name: str) -> Report | UnexaminedReport:
    """Return a report with a pseudonym in the place of what names its students."""
    return hide_names(report, name) if isinstance(report, Report) else hide_owner(report, name)
