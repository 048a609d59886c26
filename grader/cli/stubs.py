"""``grade stubs``: make stubs and notebooks from the solutions."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.command import GradeCommand
from grader.cli.options import course_option, find_solutions, load_chosen, solutions_option
from grader.cli.streams import write_line


@click.command(cls=GradeCommand)
@course_option
@solutions_option
@click.option("--check", is_flag=True, help="Write nothing; fail if a stub is out of date.")
def stubs(course: Path | None, solutions: Path | None, check: bool) -> None:
    r"""Make exercises/*.py and exercises/notebooks/*.ipynb from the solutions.

    Run it after each change of a solution or of a notebook's text.

    Exit status: 0 written, or up to date with --check, 1 out of date, 2 wrong usage,
    3 a stub cannot be made.

    \b
    Examples:
      grade stubs
      grade stubs --check
    """
    from grader.course.notebooks import outdated_files
    from grader.files import write_whole

    loaded = load_chosen(course)
    folder = find_solutions(solutions, loaded)
    outdated = outdated_files(loaded, folder)
    for path, content in outdated.items():
        if check:
            write_line(f"out of date: {path}", err=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.encode())
            write_line(f"written  {path}")
    if not outdated:
        write_line("All stubs and notebooks are up to date.")
    sys.exit(1 if check and outdated else 0)
