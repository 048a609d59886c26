"""``grade list``: show all exercises and functions with their points."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.command import GradeCommand
from grader.cli.options import Selection, course_option, report_option, selection_options
from grader.cli.saved import read_last
from grader.cli.streams import unbroken_pipe


@click.command("list", cls=GradeCommand)
@report_option(type=click.Path(path_type=Path), help="Read this report of `grade submit`.")
@course_option
@selection_options
def list_(report_file: Path, course: Path | None, selection: Selection) -> None:
    r"""Show all exercises and functions with their points, and what to do next.

    Nothing is graded: this is your last report, on one screen. If you saved a file after
    the report was written, its exercise is marked and a line names the file.

    Exit status: 0 the report was read, 2 wrong usage, 3 no such report.

    \b
    Examples:
      grade list
      grade list --homework week1
    """
    from grader.writers.terminal.console import ResultConsole
    from grader.writers.terminal.overview import show_overview

    last = read_last(report_file, course, selection)
    with unbroken_pipe():
        show_overview(ResultConsole(), last.decided, last.changed, last.report.max_score)
