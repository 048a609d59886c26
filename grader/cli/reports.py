"""The reports that a command was given, as files or folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import ExportError

if TYPE_CHECKING:
    from grader.report import Report


def find_files(given: tuple[Path, ...]) -> list[Path]:
    """Return the files that were given, and those in the folders that were.

    Raises
    ------
    ExportError
        If there is no report in a folder.
    """
    return [path for one in given for path in _files(one)]


def read_reports(paths: list[Path]) -> Iterator[tuple[Path, Report]]:
    """Yield each report with its path.

    Raises
    ------
    ReportError
        If one is no report.
    ExportError
        If two are reports of one submission.
    """
    from grader.report import read_report
    from grader.sanitize import clean_line

    seen: dict[str, Path] = {}
    for path in paths:
        report = read_report(path)
        identity = report.submission.id
        if identity in seen:
            raise ExportError(
                f"{seen[identity]} and {path} are both reports of {clean_line(identity)}; "
                "give one of them"
            )
        seen[identity] = path
        yield path, report


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    if (path / "journal.jsonl").is_file():
        path /= "reports"  # what `grade batch` wrote, whole
    found = sorted(path.glob("*.json"))
    if not found:
        raise ExportError(f"there is no report (*.json) in {path}")
    return _of_the_last_batch(path, found)


def _of_the_last_batch(folder: Path, found: list[Path]) -> list[Path]:
    """Leave out what stands beside a batch's summary and not in it: who has withdrawn, say."""
    import json

    summary = folder.parent / "summary.json"
    if not (folder.parent / "journal.jsonl").is_file() or not summary.is_file():
        return found
    try:
        rows = json.loads(summary.read_text(encoding="utf-8"))["submissions"]
        ids = {row["id"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{summary} cannot be read; grade the batch again: {error}") from error
    kept = [path for path in found if path.stem in ids]
    if not kept:
        return found
    if len(kept) < len(found):
        count = len(found) - len(kept)
        reports = "1 report is" if count == 1 else f"{count} reports are"
        text = f"{reports} not of the last batch, which {summary} lists, and left out"
        click.echo(text, err=True)
    return kept
