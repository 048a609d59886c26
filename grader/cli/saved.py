"""The last report of a work folder, and whether files were saved after it was written."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.options import REPORT, Selection, load_chosen
from grader.cli.streams import write_line
from grader.errors import ReportError
from grader.invocation import find_program
from grader.records import Course

if TYPE_CHECKING:
    from grader.report import Report


@dataclass(frozen=True, slots=True)
class LastResult:
    """The last report, for commands that grade nothing.

    Parameters
    ----------
    course : Course
        The course that was chosen.
    report : Report
        The report of the chosen exercises.
    changed : tuple of str
        The files that were saved after it was written.
    """

    course: Course
    report: Report
    changed: tuple[str, ...]

    @property
    def decided(self) -> Report:
        """Return the report without the checks that a kit does not have."""
        from grader.choosing import leave_out

        return leave_out(self.report, {check.id for check in self.course.withheld})


def read_last(report_file: Path, course: Path | None, selection: Selection) -> LastResult:
    """Read a report of some exercises, and name on standard error what is newer than it.

    Raises
    ------
    ReportError
        If there is no such report, or it does not have one of the exercises.
    CourseError
        If the course cannot be read.
    """
    from grader.choosing import restrict
    from grader.report import read_report

    report_file = _find_report() if report_file == Path(REPORT) else report_file
    loaded = load_chosen(course)
    report = restrict(read_report(report_file), selection.names(loaded))
    if report.course.suite_sha256 != loaded.suite_sha256:
        advice = "give the folder of its course with --course, or grade again"
        write_line(f"grade: {report_file} is of another course or version; {advice}", err=True)
    changed = files_changed_since(report_file, report)
    for name in changed:
        again = f"run `{find_program()} submit` again"
        text = f"{name} has changed since {report_file} was written; {again}"
        write_line(f"grade: {text}", err=True)
    return LastResult(loaded, report, tuple(changed))


def _find_report() -> Path:
    """Return the last report: of this folder, or of one above it.

    In a kit, `exercises` and `exercises/notebooks` are as good a place for a command as the
    folder in which `grade submit exercises` was run.
    """
    for folder in (".", "..", "../.."):
        if (path := Path(folder, REPORT)).is_file():
            return path
    run = f"run `{find_program()} submit` first"
    raise ReportError(f"this folder has no {REPORT} yet; {run}")


def files_changed_since(report_file: Path, report: Report) -> list[str]:
    """Return which of a report's files were saved with another content after it was written.

    A module of an exercise that was missing counts, too. All are looked for by `find_files`
    beside the report. Of a file that is not found, such as one of an archive, nothing is known.
    """
    written = report_file.stat().st_mtime_ns
    changed = []
    for name, digest in _files_of(report):
        found = find_files(report_file.parent, name)
        later = [path for path in found if path.stat().st_mtime_ns > written]
        if later and not any(_sha256(path) == digest for path in found):
            changed.append(name)
    return changed


def find_files(folder: Path, name: str) -> list[Path]:
    """Return the files of a name in a folder, and in the folders there that are not hidden."""
    below = sorted(folder.glob(f"[!.]*/{glob.escape(name)}"))
    return [path for path in (folder / name, *below) if path.is_file()]


def _files_of(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what was graded by name and digest, and what was missing without one."""
    for file in report.submission.files:
        yield file.name, file.sha256
    for exercise in report.exercises:
        if exercise.status == "missing":
            for name in exercise.modules:
                yield f"{name}.py", ""
                yield f"{name}.ipynb", ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
