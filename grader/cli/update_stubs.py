"""``grade init --update``: update the files of a work folder, and list the changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.streams import write_line
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.records import Course
    from grader.submissions.updating.folder import FileUpdate


_KINDS = {
    "provided": "the course provides it, and grades with its own",
    "page": "a page of the course",
}


def update_stubs(course: Course, folder: Path, *, notebooks: bool) -> None:
    """Update the files in a folder, and show each function that changed.

    Raises
    ------
    GraderError
        If a file could not be updated; the others are.
    """
    from grader.submissions.updating.folder import FolderUpdate

    work = FolderUpdate(course, folder, notebooks=notebooks)
    old = work.old_version or "an unknown version"
    if old == work.new_version:
        write_line(f"Stubs of {old}")
    else:
        write_line(f"Stubs of {old} -> {work.new_version}")
    quiet, notebooks_changed, refused = True, False, 0
    for file in work.run():
        quiet = quiet and file.state == "same" and not file.changes
        refused += file.state == "refused"
        notebooks_changed |= file.state == "updated" and file.path.suffix == ".ipynb"
        for line in _describe(file):
            write_line(line)
    if notebooks_changed:
        write_line("If a notebook is open in Jupyter, reload it from the disk.")
    if quiet:
        write_line("Nothing to do: your files are up to date.")
    if refused:
        files, reasons = ("file", "reason") if refused == 1 else ("files", "reasons")
        raise GraderError(f"{refused} {files} could not be updated, for the {reasons} above")


def _describe(file: FileUpdate) -> Iterator[str]:
    from grader.course.pristine import find_pristine

    if file.state == "written":
        yield f"written  {file.path}"
    elif file.state == "refused":
        yield f"refused  {file.path} is unchanged: {file.reason}"
    elif file.state == "updated" and file.kind != "work":
        yield f"updated  {file.path} ({_KINDS[file.kind]})"
    elif file.state == "updated" and not file.changes:
        yield f"updated  {file.path} (nothing was written in it: it is the new stub)"
    elif file.state == "updated":
        yield f"updated  {file.path}"
    elif file.changes:
        yield f"same     {file.path}"
    for change in file.changes:
        yield f"  {change.name}: {'' if change.done else 'left: '}{change.text}"
    if not all(change.done for change in file.changes):
        yield f"stub     {find_pristine(file.path)} (the new stub, to compare)"
    if file.copy is not None:
        yield f"kept     {file.copy} (the file as it was)"
