"""``grade new``: write a small course to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.command import GradeCommand
from grader.cli.next_commands import show_commands
from grader.cli.options import refuse_misuse
from grader.cli.streams import write_line


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="Name the course; by default like the folder.")
def new(folder: Path, name: str | None) -> None:
    r"""Write a small course into FOLDER, which must be empty or new.

    It has two exercises, one on numbers and one on text, each with a solution, a stub, a
    suite, known mistakes and right variants. Comments show why each part is as it is. The
    course has no finding, so it can be graded, verified and released at once.

    Exit status: 0 the course is written, 2 wrong usage, 3 it is not written.

    \b
    Examples:
      grade new my-course
      grade new my-course --name statistics
    """
    from grader.course.template import write_course
    from grader.files import refuse_full_folder, write_folder
    from grader.writers.words import command

    chosen = folder.resolve().name if name is None else name.strip()
    refuse_misuse(
        (not chosen, "give the course a name with --name"),
        (not chosen.isprintable(), "give --name without control characters"),
    )
    refuse_full_folder(folder)
    files = write_course(chosen)
    write_folder(folder, files)
    write_line(f"written  {folder} ({len(files)} files); begin with its README.md")
    does = [
        (command("verify", course=folder), "checks what the course promises"),
        (command("submit", folder / "solutions", course=folder), "grades the solutions"),
        (command("stubs", course=folder), "makes the stubs after a change"),
        (command("release", folder / "kit", course=folder), "makes the kit for students"),
    ]
    write_line("\nNext:")
    show_commands(does)
