"""``grade show``: what was called, got and expected, and how to repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.lookup import find_checks, find_submission
from grader.cli.options import (
    choice_option,
    course_option,
    load_chosen,
    path_option,
    refuse_misuse,
)
from grader.cli.reports import read_adjusted
from grader.cli.streams import unbroken_pipe, write_line
from grader.wording import counted

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
@path_option(
    "--extract", metavar="DIR", help="Copy the graded files into this new folder; needs --source."
)
@course_option
@choice_option("--format", "text", "json", help="Print in this format.")
def show(
    output: Path,
    identity: str,
    check: str | None,
    source: Path | None,
    extract: Path | None,
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

    To repeat a check you need the student's files. In a platform's download they have other
    names: --extract copies them into DIR under the names that were graded.

    Exit status: 0 shown, 2 wrong usage, 3 no such submission or check.

    \b
    Examples:
      grade show graded alice
      grade show graded alice activations/sigmoid/values
      grade show graded "Ada Lovelace" sigmoid --source submissions
      grade show graded alice sigmoid --source download.zip --extract alice
    """
    from grader.report import Report
    from grader.writers.terminal.console import ResultConsole
    from grader.writers.terminal.dispute import show_checks, show_submission

    refuse_misuse(
        (extract and not source, "--extract needs --source, the PATH of `grade batch`"),
    )
    report = read_adjusted(find_submission(output, identity))
    loaded = load_chosen(course)
    found = _find_source(source, loaded, report, extract) if source else ""
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
            show_checks(console, report, shown, _again(report, chosen, found, course), found)
        else:
            show_submission(console, report, output, found)


def _find_source(
    source: Path, course: Course, report: Report | UnexaminedReport, extract: Path | None
) -> str:
    """Return where the submission is: the folder that it is copied into, or its own path."""
    from grader.cli.sources import open_sources
    from grader.errors import ExportError
    from grader.files import write_folder
    from grader.report import Report
    from grader.submissions.bundle import whole_files
    from grader.writers.pages.student_page import refuse_other_source

    identity = report.submission.id
    with open_sources([source], course) as sources:
        if extract is None:
            return sources.path_of(identity)
        submission = sources.read(identity)
    if submission is None:
        raise ExportError(f"--source has no submission {identity}; give the PATH of `grade batch`")
    files = whole_files(submission)
    if not files:
        raise ExportError(f"{identity} handed in no code that could be copied")
    if isinstance(report, Report):
        refuse_other_source(report, submission)
    write_folder(extract, files)
    write_line(f"written  {extract} ({counted(len(files), 'file')})", err=True)
    return str(extract)


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
