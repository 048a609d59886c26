"""The reports that a command was given, as files or folders of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import ExportError

if TYPE_CHECKING:
    from grader.report import ReportPayload


def find_files(given: tuple[Path, ...]) -> list[Path]:
    """Return the files that were given, and those in the folders that were.

    Raises
    ------
    ExportError
        If there is no report in a folder.
    """
    return [path for one in given for path in _files(one)]


def read_reports(paths: list[Path]) -> Iterator[tuple[Path, ReportPayload]]:
    """Yield each report with its path.

    Raises
    ------
    ReportError
        If one is no report.
    ExportError
        If two are reports of one submission.
    """
    from grader.plaintext import clean_line
    from grader.report import read_payload

    seen: dict[str, Path] = {}
    for path in paths:
        payload = read_payload(path)
        identity = payload["submission"]["id"]
        if identity in seen:
            raise ExportError(
                f"{seen[identity]} and {path} are both reports of {clean_line(identity)}; "
                "give one of them"
            )
        seen[identity] = path
        yield path, payload


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.json"))
    if not found:
        raise ExportError(f"there is no report (*.json) in {path}")
    return found
