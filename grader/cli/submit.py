"""``grade submit``: one submission, graded, shown and written down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import (
    REPORT,
    GradeCommand,
    course_option,
    exercise_option,
    refuse_unknown,
    unbroken_pipe,
)
from grader.records import Audience, IsolationOption

if TYPE_CHECKING:
    from grader.report import Report


@click.command(cls=GradeCommand)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@course_option
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    default=REPORT,
    show_default=True,
    help="Where the report goes; - is standard output.",
)
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
@exercise_option
@click.option(
    "--seed",
    metavar="TEXT",
    default="public",
    show_default=True,
    help="What the checks' inputs are drawn from.",
)
@click.option(
    "--isolation",
    type=click.Choice(["auto", "sandbox", "process"]),
    default="auto",
    show_default=True,
    help="How the submitted code is kept apart from the tests.",
)
@click.option(
    "--fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=100,
    show_default=True,
    help="Exit with status 1 below this score.",
)
@click.option(
    "--bundle",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also pack what was graded into this zip.",
)
@click.option(
    "--audience",
    type=click.Choice(["student", "instructor"]),
    default="student",
    show_default=True,
    help="An instructor also sees the values of hidden checks.",
)
def submit(
    path: Path,
    course: Path | None,
    report_file: str,
    format: str,
    exercises: tuple[str, ...],
    seed: str,
    isolation: IsolationOption,
    fail_under: float,
    bundle: Path | None,
    audience: Audience,
) -> None:
    r"""Grade PATH: a folder or .zip with your modules, or one .py or .ipynb.

    Modules may be .py files or notebooks; of a notebook only definitions, imports and
    simple constants are taken. A single file whose name is not a module's stands for
    every module: each function is looked up in it by name. A report of the same work
    that is about to be replaced is compared with: what was gained and lost is said.

    With a kit, which lacks the hidden checks, the score that is shown and that
    --fail-under looks at is of the visible points; the report keeps all, the others as
    "not_run".

    \b
    Exit status: 0 at or above --fail-under, 1 below it, 2 wrong usage,
    3 the submission could not be graded.

    \b
    Examples:
      grade submit work
      grade submit work --exercise activations
      grade submit all_in_one.py --report - --format json
    """
    from grader.course.manifest import find_manifest, load_course
    from grader.engine import Grader, grade_for_student
    from grader.files import write_whole
    from grader.report import to_json
    from grader.submissions.bundle import pack_bundle
    from grader.submissions.reader import read_submission
    from grader.writers.terminal.waiting import waiting

    asked = load_course(find_manifest(course))
    refuse_unknown(exercises, asked.select())
    if course is None and Path("course.toml").is_file():
        # Never taken by itself: a submission must not choose its own checks.
        click.echo("There is a course.toml here: with `--course .` it is used.", err=True)
    with Grader(asked, isolation) as grader, waiting(asked.select(exercises)) as begin:
        submission = read_submission(path, asked)
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
                from grader.writers.terminal.result import show_result
                from grader.writers.words import submit_again

                show_result(
                    result.shown,
                    to_stderr=to_stdout,
                    why_no_sandbox=result.why_no_sandbox,
                    max_score=result.report.max_score,
                    changed=[] if to_stdout else _changed_since(Path(report_file), result.shown),
                    again=submit_again(path, course, seed),
                )
    finally:
        # Shown first, so that a full disk does not cost the result; written in any case.
        if not to_stdout:
            write_whole(Path(report_file), text)
        if bundle is not None:
            write_whole(bundle, pack_bundle(submission))
    if not to_stdout:
        with unbroken_pipe():
            click.echo(_closing_words(result.shown, report_file, course), err=format == "json")
    sys.exit(0 if result.shown.percent >= fail_under else 1)


def _closing_words(report: Report, report_file: str, course: Path | None) -> str:
    from grader.writers.words import command, has_hints

    told = f"The report is in {report_file}."
    if not has_hints(report):
        return told
    elsewhere = None if report_file == REPORT else report_file
    hint = command("hint", course=course, report=elsewhere)
    return f"{told} Stuck? `{hint}` has a second hint."


def _changed_since(report_file: Path, report: Report) -> list[str]:
    """Return what changed since the report that is about to be overwritten."""
    from grader.report import recall_report
    from grader.writers.comparison import compare, words_of_changes

    before = recall_report(report_file)
    changes = compare(before, report) if before is not None else None
    return words_of_changes(changes) if changes is not None else []
