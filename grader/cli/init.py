"""``grade init``: write the stubs, which students fill in."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.command import GradeCommand
from grader.cli.options import course_option, load_chosen


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@course_option
@click.option("--notebooks", is_flag=True, help="Write Jupyter notebooks instead of .py files.")
def init(folder: Path, course: Path | None, notebooks: bool) -> None:
    r"""Write the stubs into FOLDER (by default the current one).

    An existing file is never overwritten.

    \b
    Example:
      grade init work
      grade init work --notebooks
    """
    from grader.course.stubs import hand_out_stubs
    from grader.writers.words import command

    stubs = hand_out_stubs(load_chosen(course), folder, notebooks=notebooks)
    for name in stubs.written:
        click.echo(f"written  {folder / name}")
    for name in stubs.kept:
        click.echo(f"kept     {folder / name} (it existed already)")
    first = next(iter((*stubs.written, *stubs.kept)), "")
    watch = command("watch", folder, course=course)
    submit = command("submit", folder, course=course)
    click.echo(f"\nNext: open {folder / first} and fill in its first function.")
    click.echo(f"  {watch}    grades what you save")
    click.echo(f"  {submit}   grades everything")
