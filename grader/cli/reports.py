"""The reports that a command reads: files, folders of reports, or outputs of a batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.streams import write_line
from grader.errors import ExportError
from grader.sanitize import clean_line, name_some

if TYPE_CHECKING:
    from grader.adjustments import Adjustments
    from grader.records import Audience
    from grader.report import Report, UnexaminedReport


def find_reports(paths: Iterable[Path], audience: Audience = "instructor") -> list[Path]:
    """Return the files among some paths, and the reports in the folders among them.

    Parameters
    ----------
    audience : {"instructor", "student"}
        Whose reports to take of the output of a batch.

    Raises
    ------
    ExportError
        If there is no report in a folder.
    """
    return [report for path in paths for report in _find_reports_in(path, audience)]


def read_reports(
    paths: Iterable[Path], exercises: Collection[str] = ()
) -> Iterator[tuple[Path, Report]]:
    """Yield each report that has a score with its path, as `read_all` does, and name the others."""
    from grader.report import Report

    for path, report in read_all(paths, exercises):
        if isinstance(report, Report):
            yield path, report
        else:
            _warn(f"{path} was not examined, and is left out; grade it again")


def _warn(text: str) -> None:
    write_line(text, err=True)


def read_all(
    paths: Iterable[Path], exercises: Collection[str] = (), warn: Callable[[str], None] = _warn
) -> Iterator[tuple[Path, Report | UnexaminedReport]]:
    """Yield each report, of some exercises or of all it has, with its path.

    The adjustments beside a batch's reports are applied.

    Parameters
    ----------
    warn : callable
        Shows a line to the user.

    Raises
    ------
    ReportError
        If a file is not a report, or does not have one of the exercises.
    TableError
        If adjustments are not valid.
    ExportError
        If two are reports of one submission.
    """
    from grader.choosing import restrict
    from grader.report import UnexaminedReport, read_any

    adjustments: dict[Path, Adjustments] = {}
    seen: dict[str, Path] = {}
    for path in paths:
        report = read_any(path)
        name = report.submission.id
        refuse_second(name, path, seen)
        folder = path.absolute().parent.parent
        if isinstance(report, UnexaminedReport):
            yield path, report
            continue
        if folder in adjustments or _is_batch_output(folder):
            if folder not in adjustments:
                adjustments[folder] = _read_adjustments(folder)
            report = adjustments[folder].apply(report)
        part = restrict(report, exercises)
        if any(not one.exercise for one in set(report.adjustments) - set(part.adjustments)):
            warn(
                f"an adjustment of {clean_line(name)} names no exercise, so it does not count "
                "for single exercises; name the exercise in adjustments.csv"
            )
        yield path, part


def refuse_second(identity: str, path: Path, seen: dict[str, Path]) -> None:
    """Remember whose report is at a path, and raise `ExportError` if there was one before."""
    if identity in seen:
        raise ExportError(
            f"{seen[identity]} and {path} are both reports of {clean_line(identity)}; "
            "give one of them"
        )
    seen[identity] = path


def read_adjusted(path: Path) -> Report | UnexaminedReport:
    """Return one report, with the adjustments beside a batch's reports."""
    ((_, report),) = read_all([path])
    return report


def _read_adjustments(folder: Path) -> Adjustments:
    from grader.adjustments import Adjustments

    adjustments = Adjustments(folder)
    adjustments.refuse_unknown({path.stem for path in (folder / "reports").glob("*.json")})
    return adjustments


def _find_reports_in(path: Path, audience: Audience) -> list[Path]:
    if not path.is_dir():
        return [path]
    if _is_batch_output(path):
        path /= "feedback" if audience == "student" else "reports"
    reports = sorted(path.glob("*.json"))
    if not reports:
        raise ExportError(f"there is no report (*.json) in {path}")
    return _of_last_batch(path, reports)


def _is_batch_output(folder: Path) -> bool:
    return (folder / "journal.jsonl").is_file()


def _of_last_batch(folder: Path, reports: list[Path]) -> list[Path]:
    """Leave out reports that the batch's summary does not list, and name those of earlier runs."""
    from grader.writers.batch_summary import read_summary

    summary = folder.parent / "summary.json"
    if not _is_batch_output(folder.parent) or not summary.is_file():
        return reports
    ids = {row.id: row.given for row in read_summary(summary).submissions}
    listed = [path for path in reports if path.stem in ids] or reports
    if count := len(reports) - len(listed):
        is_not = "1 report is not" if count == 1 else f"{count} reports are not"
        write_line(f"{is_not} in {summary} and left out; grade the batch again", err=True)
    earlier = [path.stem for path in listed if not ids.get(path.stem, True)]
    if earlier:
        submissions = "1 submission" if len(earlier) == 1 else f"{len(earlier)} submissions"
        names = name_some(earlier, 5)
        write_line(
            f"{submissions} not given to the last batch, with earlier results: {names}", err=True
        )
    return listed
