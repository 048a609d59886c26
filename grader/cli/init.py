"""``grade init``: the stubs, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.command import GradeCommand, course_option


@click.command(cls=GradeCommand)
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@course_option
@click.option("--notebooks", is_flag=True, help="Put Jupyter notebooks there instead of .py files.")
def init(folder: Path, course: Path | None, notebooks: bool) -> None:
    r"""Put the stubs into FOLDER (by default the current one).

    A file that is there already is never overwritten.

    \b
    Example:
      grade init work
      grade init work --notebooks
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.course.stubs import hand_out_stubs
    from grader.writers.words import command

    done = hand_out_stubs(load_course(find_manifest(course)), folder, notebooks=notebooks)
    for name in done.written:
        click.echo(f"written  {folder / name}")
    for name in done.kept:
        click.echo(f"kept     {folder / name} (it was there already)")
    first = next(iter((*done.written, *done.kept)), "")
    watch = command("watch", folder, course=course)
    submit = command("submit", folder, course=course)
    click.echo(f"\nNext: open {folder / first} and fill in its first function.")
    click.echo(f"  {watch}    grades what you save")
    click.echo(f"  {submit}   grades everything")
