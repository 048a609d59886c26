"""``grade init``: write the stubs, which students fill in, or update them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.next_commands import show_commands
from grader.cli.options import Selection, course_option, load_chosen, selection_options
from grader.cli.streams import write_line
from grader.wording import counted

if TYPE_CHECKING:
    from grader.course.stubs import HandedOut
    from grader.records import Course


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

    Existing files are not overwritten. With --homework you get the stubs of one homework.
    The pages in FOLDER/derivations, if the course has them, derive the formulas.
    In FOLDER, pytest then runs the visible checks, and so does the test explorer of
    VS Code, for which settings are written.

    With --update, new docstrings, provided code, imports and functions of the stubs are
    added to the files in FOLDER. Your code stays, and a file that changes is kept as it
    was, under a name such as activations.py.before. If you get a new kit, run this in the
    folder of the new kit, and give the folder in which you work.

    Exit status: 0 done, 2 wrong usage, 3 a file could not be written or updated.

    \b
    Examples:
      grade init work
      grade init work --notebooks
      grade init week1 --homework week1
      grade init work --update
    """
    from grader.cli.update_stubs import update_stubs
    from grader.course.derivations import DERIVATIONS, hand_out_pages
    from grader.course.work_folder import mark_work_folder
    from grader.sandbox.packages import describe_missing
    from grader.writers.words import command

    loaded = load_chosen(course)
    chosen = loaded.narrow(selection.names(loaded))
    typed = {"exercise": selection.exercises, "homework": selection.homeworks}
    begin = ""
    if update:
        update_stubs(chosen, folder, notebooks=notebooks)
        _renew_mark(loaded, folder)
    else:
        stubs = _hand_out(chosen, folder, notebooks=notebooks)
        if pages := hand_out_pages(chosen, folder):
            write_line(f"written  {folder / DERIVATIONS} ({counted(pages, 'page')})")
        for name in mark_work_folder(loaded, folder):
            write_line(f"written  {folder / name}")
        if stubs.kept:
            again = command("init", folder, course=course, **typed)
            write_line(f"`{again} --update` brings changed stubs into your files.")
        first = next(iter((*stubs.written, *stubs.kept)), "")
        begin = f" open {folder / first} and fill in its first function."
    example = _write_examples(chosen, folder, quiet=update)
    does = [
        (command("watch", folder, course=course, **typed), "grades what you save"),
        (command("submit", folder, course=course, **typed), "grades everything"),
    ]
    if example:
        does.append((command("examples", folder, course=course), f"checks {example}"))
    write_line(f"\nNext:{begin}")
    show_commands(does)
    if missing := describe_missing(loaded.packages):
        write_line(f"\n{missing}.")


def _renew_mark(course: Course, folder: Path) -> None:
    """Name the course from which the stubs are now, in a folder that another one had written."""
    from grader import WORK_FOLDER
    from grader.course.work_folder import write_mark
    from grader.files import write_whole

    if (folder / WORK_FOLDER).is_file():
        write_whole(folder / WORK_FOLDER, write_mark(course, folder).encode())


def _hand_out(course: Course, folder: Path, *, notebooks: bool) -> HandedOut:
    from grader.course.stubs import hand_out_stubs

    stubs = hand_out_stubs(course, folder, notebooks=notebooks)
    for name in stubs.written:
        write_line(f"written  {folder / name}")
    for name in stubs.kept:
        write_line(f"kept     {folder / name} (it existed already)")
    return stubs


def _write_examples(course: Course, folder: Path, *, quiet: bool = False) -> str:
    """Write a file of examples where there is none yet; return its name, or nothing."""
    from grader.errors import SubmissionError
    from grader.examples.template import draft_examples, has_examples
    from grader.examples.values import FILE

    if not has_examples(course):
        return ""
    try:
        with (folder / FILE).open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft_examples(course))
    except FileExistsError:
        if not quiet:
            write_line(f"kept     {folder / FILE} (it existed already)")
        return FILE
    except OSError as error:
        raise SubmissionError(f"{folder / FILE} cannot be written: {error.strerror}") from error
    write_line(f"written  {folder / FILE}")
    return FILE
