"""``grade stubs``: keep stubs and notebooks what the solutions make of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.command import GradeCommand, course_option


@click.command(cls=GradeCommand)
@course_option
@click.option(
    "--solutions",
    type=click.Path(path_type=Path),
    default="solutions",
    show_default=True,
    help="The folder of the solutions and their prose, in a checkout of the course.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if a stub is out of date.")
def stubs(course: Path | None, solutions: Path, check: bool) -> None:
    r"""Make exercises/*.py and exercises/notebooks/*.ipynb from the solutions.

    \b
    Example:
      grade stubs --check
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.course.notebooks import outdated_notebooks
    from grader.course.stubs import outdated_stubs
    from grader.files import write_whole

    asked = load_course(find_manifest(course))
    outdated = {**outdated_stubs(asked, solutions), **outdated_notebooks(asked, solutions)}
    for path, content in outdated.items():
        if check:
            click.echo(f"out of date: {path}", err=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.encode())
            click.echo(f"written  {path}")
    if not outdated:
        click.echo("every stub and notebook is what its solution makes")
    sys.exit(1 if check and outdated else 0)
