"""``grade submit``: grade one submission, show the result and write the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.options import (
    REPORT,
    audience_option,
    course_option,
    exercise_option,
    isolation_option,
    load_chosen,
    path_argument,
    path_option,
    report_option,
    seed_option,
)
from grader.cli.streams import unbroken_pipe
from grader.records import Audience, ScoreReport, Submission, Wanted

if TYPE_CHECKING:
    from grader.report import ReportPayload


@click.command(cls=GradeCommand)
@path_argument
@course_option
@report_option(help="Write this report; - is standard output.")
@click.option(
    "--format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Print the result in this format.",
)
@exercise_option
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
@path_option("--bundle", metavar="FILE", help="Also write the graded files into this zip.")
@audience_option("student")
def submit(
    path: Path,
    course: Path | None,
    report_file: str,
    format: str,
    exercises: tuple[str, ...],
    seed: str,
    isolation: Wanted,
    fail_under: float,
    bundle: Path | None,
    audience: Audience,
) -> None:
    r"""Grade PATH: a folder or .zip with your modules, or one .py or .ipynb.

    Modules are .py files or notebooks; of a notebook only definitions, imports and simple
    constants are used. A single file that is not named after a module answers for every
    module. If FILE already contains a report of the same work, the changes are shown.

    A kit lacks the hidden checks: the score, and --fail-under, then count the visible
    points only, and the report lists the other checks as "not_run".

    \b
    Exit status: 0 at or above --fail-under, 1 below it, 2 wrong usage,
    3 the submission could not be graded.

    \b
    Examples:
      grade submit work
      grade submit work --exercise activations
      grade submit all_in_one.py --report - --format json
    """
    from grader.files import write_whole
    from grader.report import build_payload, to_json
    from grader.scoring import leave_out_withheld
    from grader.submissions.bundle import pack_bundle
    from grader.submissions.reader import read_submission
    from grader.writers.commands import submit_again

    manifest, loaded = load_chosen(course, exercises)
    if course is None and Path("course.toml").is_file():
        # Never used by itself, because a submission must not choose its checks.
        click.echo("There is a course.toml here; use it with `--course .`.", err=True)
    submission = read_submission(path, loaded)
    chosen = exercises or tuple(exercise.name for exercise in loaded.exercises)
    report, why_no_sandbox = _grade(manifest, isolation, submission, seed, chosen)
    # A kit lacks the hidden checks: the student sees the score of the others.
    decided = leave_out_withheld(report)
    shown = build_payload(decided, audience)
    text = to_json(build_payload(report, audience)).encode()
    to_stdout = report_file == "-"
    try:
        with unbroken_pipe():
            if to_stdout or format == "json":
                click.echo(text, nl=False)
            if format == "text":
                again = submit_again(path, course, seed)
                _show(shown, report_file, again, why_no_sandbox, report.max_score_c / 100)
    finally:
        # Shown first, so that the result survives a full disk.
        if not to_stdout:
            write_whole(Path(report_file), text)
        if bundle is not None:
            write_whole(bundle, pack_bundle(submission))
    if not to_stdout:
        with unbroken_pipe():
            click.echo(_closing_words(shown, report_file, course), err=format == "json")
    sys.exit(0 if decided.percent >= fail_under else 1)


def _grade(
    manifest: Path,
    isolation: Wanted,
    submission: Submission,
    seed: str,
    exercises: tuple[str, ...],
) -> tuple[ScoreReport, str]:
    """Return the report, and why there is no sandbox, or an empty string."""
    from grader.engine import Grader
    from grader.writers.terminal.waiting import waiting

    with Grader(manifest, isolation) as grader, waiting(list(exercises)) as begin:
        report = grader.grade(submission, seed, exercises, begin=begin)
        return report, grader.why_no_sandbox


def _show(
    payload: ReportPayload, report_file: str, again: str, why_no_sandbox: str, max_score: float
) -> None:
    from grader.writers.commands import complete_commands
    from grader.writers.terminal.result import show_result

    to_stdout = report_file == "-"
    show_result(
        complete_commands(payload, again),
        to_stderr=to_stdout,
        why_no_sandbox=why_no_sandbox,
        max_score=max_score,
        changed=[] if to_stdout else _changed_since(Path(report_file), payload),
    )


def _closing_words(payload: ReportPayload, report_file: str, course: Path | None) -> str:
    from grader.writers.commands import command
    from grader.writers.troubles import can_be_hinted_at

    where = f"The report is in {report_file}."
    if not can_be_hinted_at(payload):
        return where
    elsewhere = None if report_file == REPORT else report_file
    hint = command("hint", course=course, report=elsewhere)
    return f"{where} Stuck? `{hint}` has a second hint."


def _changed_since(report_file: Path, payload: ReportPayload) -> list[str]:
    """Return what changed since the report that is about to be overwritten."""
    from grader.report import recall_payload
    from grader.writers.comparison import compare, words_of_changes

    before = recall_payload(report_file)
    changes = compare(before, payload) if before is not None else None
    return words_of_changes(changes) if changes is not None else []
