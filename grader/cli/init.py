"""``grade init``: write the stubs, which students fill in, or update them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.options import Selection, course_option, load_chosen, selection_options
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.records import Course
    from grader.submissions.updating.folder import FileUpdate


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@course_option
@selection_options
@click.option("--notebooks", is_flag=True, help="Write Jupyter notebooks instead of .py files.")
@click.option("--update", is_flag=True, help="Bring changed stubs into the files that are there.")
def init(
    folder: Path, course: Path | None, notebooks: bool, update: bool, selection: Selection
) -> None:
    r"""Write the stubs into FOLDER (by default the current one).

    An existing file is never overwritten. With --homework the stubs are those of one
    homework.

    With --update, new docstrings, provided code, imports and functions of the stubs are
    brought into the files in FOLDER. What you have written stays, and a file that changes
    is kept as it was beside it, such as activations.py.before. After a new kit, run this in
    the folder of the new kit, and give the folder in which you work.

    \b
    Exit status: 0 if it is done, 2 wrong usage, 3 if a file could not be updated.

    \b
    Example:
      grade init work
      grade init work --notebooks
      grade init week1 --homework week1
      grade init work --update
    """
    from grader.writers.words import command

    loaded = load_chosen(course)
    chosen = loaded.narrow(selection.names(loaded))
    typed = {"exercise": selection.exercises, "homework": selection.homeworks}
    if update:
        _update(chosen, folder, notebooks=notebooks)
        first = ""
    else:
        again = command("init", folder, course=course, **typed)
        first = _hand_out(chosen, folder, again, notebooks=notebooks)
    watch = command("watch", folder, course=course, **typed)
    submit = command("submit", folder, course=course, **typed)
    if first:
        click.echo(f"\nNext: open {folder / first} and fill in its first function.")
    else:
        click.echo("\nNext:")
    click.echo(f"  {watch}    grades what you save")
    click.echo(f"  {submit}   grades everything")


def _hand_out(course: Course, folder: Path, again: str, *, notebooks: bool) -> str:
    """Write the stubs, and return the first file's name."""
    from grader.course.stubs import hand_out_stubs

    stubs = hand_out_stubs(course, folder, notebooks=notebooks)
    for name in stubs.written:
        click.echo(f"written  {folder / name}")
    for name in stubs.kept:
        click.echo(f"kept     {folder / name} (it existed already)")
    if stubs.kept:
        click.echo(f"`{again} --update` brings changed stubs into your files.")
    return next(iter((*stubs.written, *stubs.kept)), "")


def _update(course: Course, folder: Path, *, notebooks: bool) -> None:
    from grader.submissions.updating.folder import FolderUpdate

    work = FolderUpdate(course, folder, notebooks=notebooks)
    old = work.old_version or "an unknown version"
    if old == work.new_version:
        click.echo(f"Stubs of {old}")
    else:
        click.echo(f"Stubs of {old} -> {work.new_version}")
    quiet, notebooks_changed = True, False
    refused = 0
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for file in work.run():
        quiet = quiet and file.state == "same" and not file.changes
        refused += file.state == "refused"
        notebooks_changed |= file.state == "updated" and file.path.suffix == ".ipynb"
        for line in _describe(file):
            _print(line, width)
    if notebooks_changed:
        click.echo("If a notebook is open in Jupyter, reload it from the disk.")
    if quiet:
        click.echo("Nothing to do: your files have what the stubs have.")
    if refused:
        files, reasons = ("file", "reason") if refused == 1 else ("files", "reasons")
        raise GraderError(f"{refused} {files} could not be updated, for the {reasons} above")


def _describe(file: FileUpdate) -> Iterator[str]:
    from grader.course.pristine import find_pristine

    if file.state == "written":
        yield f"written  {file.path}"
    elif file.state == "refused":
        yield f"refused  {file.path} is unchanged: {file.reason}"
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


def _print(line: str, width: int) -> None:
    from grader.writers.terminal.hanging import wrap_hanging

    for piece in wrap_hanging(line, width) if width else (line,):
        click.echo(piece)
