"""``grade submit``: grade one submission, show the result and write the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.options import (
    REPORT,
    Selection,
    audience_option,
    choice_option,
    course_option,
    isolation_option,
    load_chosen,
    path_argument,
    path_option,
    report_option,
    seed_option,
    selection_options,
)
from grader.cli.streams import unbroken_pipe, write_line
from grader.records import Audience, IsolationOption, Submission
from grader.sanitize import clean_line

if TYPE_CHECKING:
    from grader.engine import Grader
    from grader.report import Report
    from grader.submissions.nothing import NothingFoundError


@click.command(cls=GradeCommand)
@path_argument
@course_option
@report_option(help="Write this report; - is standard output.")
@choice_option("--format", "text", "json", help="Print the result in this format.")
@selection_options
@seed_option
@isolation_option("auto", "sandbox", "process")
@click.option(
    "--fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=100,
    show_default=True,
    help="Exit with status 1 below this score.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show all problems, not only the first three.")
@path_option("--bundle", metavar="FILE", help="Also write the graded files into this zip.")
@audience_option("student", "instructor")
def submit(
    path: Path,
    course: Path | None,
    report_file: str,
    format: str,
    selection: Selection,
    seed: str,
    isolation: IsolationOption,
    fail_under: float,
    verbose: bool,
    bundle: Path | None,
    audience: Audience,
) -> None:
    r"""Grade PATH: a folder, .zip or .tar with your modules, or one .py or .ipynb.

    Modules are .py files or notebooks. One file that is not named after a module answers
    each exercise of which it defines a function. Files that are not graded are listed.
    If FILE already contains a report of the same work, the changes are shown.

    A kit has no hidden checks. There, the score and --fail-under count only the visible
    points, and the report lists the hidden checks as "not_run".

    Exit status: 0 at or above --fail-under, 1 below it, 2 wrong usage,
    3 the submission could not be graded. If it has no code, a report with the status
    "missing" is written.

    \b
    Examples:
      grade submit work
      grade submit work --homework week1
      grade submit work --exercise activations
      grade submit all_in_one.py --report - --format json
    """
    from grader.engine import Grader, grade_for_student
    from grader.files import write_whole
    from grader.report import to_json
    from grader.submissions.bundle import pack_bundle
    from grader.submissions.nothing import NothingFoundError
    from grader.submissions.reader import read_submission
    from grader.writers.terminal.waiting import waiting

    loaded = load_chosen(course)
    exercises = selection.names(loaded)
    here = Path("course.toml")
    if course is None and here.is_file() and here.resolve() != loaded.manifest:
        # Never used by itself, because a submission must not choose its checks.
        write_line("There is a course.toml here; use it with `--course .`.", err=True)
    with Grader(loaded, isolation) as grader, waiting(loaded.select(exercises)) as begin:
        try:
            submission = read_submission(path, loaded)
        except NothingFoundError as error:
            if report_file != "-":
                missing = _report_missing(grader, path, error, seed, exercises, audience)
                write_whole(Path(report_file), missing)
            raise
        # Loaded while the processes start, which takes longer.
        from grader.writers.terminal.result import MOST, show_result
        from grader.writers.words import submit_again

        result = grade_for_student(
            grader, submission, seed=seed, exercises=exercises, audience=audience, begin=begin
        )
    text = to_json(result.report)
    to_stdout = report_file == "-"
    try:
        with unbroken_pipe():
            if to_stdout or format == "json":
                click.echo(text, nl=False)
            if format == "text":
                if title := selection.title(loaded):
                    click.echo(f"\n{title}", err=to_stdout)
                show_result(
                    result.shown,
                    to_stderr=to_stdout,
                    why_no_sandbox=result.why_no_sandbox,
                    max_score=result.report.max_score,
                    changed=[] if to_stdout else _changed_since(Path(report_file), result.shown),
                    again=submit_again(path, course, seed),
                    limit=None if verbose or len(result.shown.exercises) == 1 else MOST,
                )
    finally:
        # Shown first, so that the result survives a full disk.
        if not to_stdout:
            write_whole(Path(report_file), text)
        if bundle is not None:
            write_whole(bundle, pack_bundle(submission))
    if not to_stdout:
        with unbroken_pipe():
            write_line(_closing_words(result.shown, report_file, course), err=format == "json")
    sys.exit(0 if result.shown.percent >= fail_under else 1)


def _report_missing(
    grader: Grader,
    path: Path,
    error: NothingFoundError,
    seed: str,
    exercises: tuple[str, ...],
    audience: Audience,
) -> bytes:
    """Return the report of a submission in which there is nothing to grade."""
    from grader.report import build_report, to_json

    submission = Submission(clean_line(path.resolve().name, 100), ())
    reason = clean_line(str(error), 600)
    refused = grader.refuse(submission, reason, seed, exercises, status="missing")
    return to_json(build_report(refused, audience))


def _closing_words(report: Report, report_file: str, course: Path | None) -> str:
    from grader.writers.words import command, has_hints

    where = f"The report is in {report_file}."
    if not has_hints(report):
        return where
    elsewhere = None if report_file == REPORT else report_file
    hint = command("hint", course=course, report=elsewhere)
    return f"{where}\nStuck? `{hint}` shows a second hint."


def _changed_since(report_file: Path, report: Report) -> list[str]:
    """Return what changed since the report that is about to be overwritten."""
    from grader.report import recall_report
    from grader.writers.comparison import compare, words_of_changes

    return words_of_changes(compare(recall_report(report_file), report))
