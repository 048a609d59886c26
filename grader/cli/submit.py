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
from grader.records import Audience, Wanted

if TYPE_CHECKING:
    from grader.report import ReportPayload


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
    isolation: Wanted,
    fail_under: float,
    bundle: Path | None,
    audience: Audience,
) -> None:
    r"""Grade PATH: a folder, .zip or .tar with your modules, or one .py or .ipynb.

    Modules may be .py files or notebooks; of a notebook only definitions, imports and
    simple constants are taken. One file whose name is not a module's answers each
    exercise of which it defines a function. Files that are not graded are named. A
    report of the same work that is about to be replaced is compared with: what was
    gained and lost is said.

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
    from grader.engine import Grader
    from grader.files import write_whole
    from grader.report import build_payload, to_json
    from grader.scoring import leave_out_withheld
    from grader.submissions.bundle import pack_bundle
    from grader.submissions.reader import read_submission
    from grader.writers.terminal.waiting import waiting

    manifest = find_manifest(course)
    asked = load_course(manifest)
    refuse_unknown(exercises, [exercise.name for exercise in asked.exercises])
    if course is None and Path("course.toml").is_file():
        # Never taken by itself: who hands something in must not choose the checks.
        click.echo("There is a course.toml here: with `--course .` it is used.", err=True)
    submission = read_submission(path, asked)
    with (
        Grader(manifest, isolation) as grader,
        waiting([e.name for e in asked.exercises if not exercises or e.name in exercises]) as begin,
    ):
        report = grader.grade(submission, seed, exercises, begin=begin)
        why_no_sandbox = grader.why_no_sandbox
    # Of a kit, which lacks the hidden checks, only what could be decided here is shown.
    decided = leave_out_withheld(report)
    shown = build_payload(decided, audience)
    text = to_json(build_payload(report, audience))
    to_stdout = report_file == "-"
    try:
        with unbroken_pipe():
            if to_stdout or format == "json":
                click.echo(text.encode(), nl=False)
            if format == "text":
                from grader.writers.commands import complete_commands, submit_again
                from grader.writers.terminal.result import show_result

                changed = [] if to_stdout else _changed_since(Path(report_file), shown)
                show_result(
                    complete_commands(shown, submit_again(path, course, seed)),
                    to_stderr=to_stdout,
                    why_no_sandbox=why_no_sandbox,
                    max_score=report.max_score_c / 100,
                    changed=changed,
                )
    finally:
        # Shown first, so that a full disk does not cost the result; written in any case.
        if not to_stdout:
            write_whole(Path(report_file), text.encode())
        if bundle is not None:
            write_whole(bundle, pack_bundle(submission))
    if not to_stdout:
        with unbroken_pipe():
            click.echo(_closing_words(shown, report_file, course), err=format == "json")
    sys.exit(0 if decided.percent >= fail_under else 1)


def _closing_words(payload: ReportPayload, report_file: str, course: Path | None) -> str:
    from grader.writers.commands import command
    from grader.writers.troubles import can_be_hinted_at

    told = f"The report is in {report_file}."
    if not can_be_hinted_at(payload):
        return told
    elsewhere = None if report_file == REPORT else report_file
    hint = command("hint", course=course, report=elsewhere)
    return f"{told} Stuck? `{hint}` has a second hint."


def _changed_since(report_file: Path, payload: ReportPayload) -> list[str]:
    """Return what changed since the report that is about to be overwritten."""
    from grader.report import recall_payload
    from grader.writers.comparison import compare, words_of_changes

    before = recall_payload(report_file)
    changes = compare(before, payload) if before is not None else None
    return words_of_changes(changes) if changes is not None else []
