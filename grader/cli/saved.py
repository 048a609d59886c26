"""Whether files were saved after a report was written about them."""

from __future__ import annotations

import glob
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.report import Report


def files_changed_since(report_file: Path, report: Report) -> list[str]:
    """Return which of a report's files were saved with another content after it was written.

    They are looked for beside the report and in the folders there. Of a file that is not found,
    such as one of an archive, nothing is known.
    """
    written = report_file.stat().st_mtime_ns
    changed = []
    for file in report.submission.files:
        below = report_file.parent.glob(f"*/{glob.escape(file.name)}")
        found = [path for path in (report_file.parent / file.name, *below) if path.is_file()]
        later = [path for path in found if path.stat().st_mtime_ns > written]
        if later and not any(_sha256(path) == file.sha256 for path in found):
            changed.append(file.name)
    return changed


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
