"""``grade show``: what was called, got and expected, and how to repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.lookup import find_checks, find_submission
from grader.cli.options import choice_option, course_option, load_chosen, path_option
from grader.cli.reports import read_adjusted
from grader.cli.streams import unbroken_pipe, write_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.check_report import CheckReport
    from grader.records import Course
    from grader.report import Report, UnexaminedReport


@click.command(cls=GradeCommand)
@click.argument("output", type=click.Path(path_type=Path))
@click.argument("identity", metavar="ID")
@click.argument("check", required=False)
@path_option(
    "--source", metavar="PATH", help="Show where the submission is; give the PATH of `grade batch`."
)
@course_option
@choice_option("--format", "text", "json", help="Print in this format.")
def show(
    output: Path,
    identity: str,
    check: str | None,
    source: Path | None,
    course: Path | None,
    format: str,
) -> None:
    r"""Show submission ID of OUTPUT, a folder that `grade batch` wrote, for its instructor.

    Without CHECK: the score, the students, the files, and each function with failed checks.
    With CHECK: what was called, what came back, what was expected, and how to repeat it
    with the inputs of this student, for hidden checks too.

    ID is the submission's id or a student's name, login or number. CHECK is an id such as
    exercise/function/check, a part of it, or a function. Parts are enough if nothing else
    has them.

    Exit status: 0 shown, 2 wrong usage, 3 no such submission or check.

    \b
    Examples:
      grade show graded alice
      grade show graded alice activations/sigmoid/values
      grade show graded "Ada Lovelace" sigmoid --source submissions
    """
    from grader.report import Report
    from grader.writers.terminal.console import ResultConsole
    from grader.writers.terminal.dispute import show_checks, show_submission

    report = read_adjusted(find_submission(output, identity))
    loaded = load_chosen(course)
    found = _find_source(source, loaded, report) if source else ""
    chosen: Sequence[CheckReport] = []
    if check is not None and isinstance(report, Report):
        chosen = find_checks(report, check)
    with unbroken_pipe():
        if format == "json":
            click.echo(_as_json(report, chosen, found, course), nl=False)
            return
        if report.course.suite_sha256 != loaded.suite_sha256:
            write_line(
                "grade: this report is of another course or version, so inputs may differ; give "
                "the course that graded with --course",
                err=True,
            )
        console = ResultConsole()
        if isinstance(report, Report) and chosen:
            shown = [one for one in chosen if one.outcome != "passed"] or chosen
            show_checks(console, report, shown, _again(report, chosen, found, course))
        else:
            show_submission(console, report, output, found)


def _find_source(source: Path, course: Course, report: Report | UnexaminedReport) -> str:
    from grader.cli.sources import open_sources

    with open_sources([source], course) as sources:
        return sources.path_of(report.submission.id)


def _again(report: Report, checks: Sequence[CheckReport], path: str, course: Path | None) -> str:
    from grader.writers.words import grade_again_alone

    return grade_again_alone(report, checks[0].exercise, path or "PATH", course)


def _as_json(
    report: Report | UnexaminedReport,
    checks: Sequence[CheckReport],
    path: str,
    course: Path | None,
) -> bytes:
    """Return the whole report, or the checks asked for with what repeats them."""
    from grader.report import Report, to_json

    if not checks or not isinstance(report, Report):
        return to_json(report)
    again = _again(report, checks, path, course)
    found = [
        {"check": check, "repeat": check.feedback.repeat.splitlines(), "grade_again": again}
        for check in checks
    ]
    return to_json({"submission": report.submission, "seed": report.seed, "checks": found})
