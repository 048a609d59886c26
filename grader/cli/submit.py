"""``grade submit``: one submission, graded, shown and written down."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from grader.cli.command import (
    GradeCommand,
    course_option,
    exercise_option,
    refuse_unknown,
    unbroken_pipe,
)
from grader.records import Audience, Wanted


@click.command(cls=GradeCommand)
@click.argument("path", type=click.Path(path_type=Path), default=".")
@course_option
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    default="report.json",
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
    r"""Grade PATH: a folder or .zip with your modules, or one .py or .ipynb.

    Modules may be .py files or notebooks; of a notebook only definitions, imports and
    simple constants are taken. A single file whose name is not a module's stands for
    every module: each function is looked up in it by name.

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
    from grader.course.bundle import pack_bundle
    from grader.course.manifest import find_manifest, load_course
    from grader.course.submission import read_submission
    from grader.engine import Grader
    from grader.files import write_whole
    from grader.marking import leave_out_withheld
    from grader.report import build_payload, to_json

    manifest = find_manifest(course)
    asked = load_course(manifest)
    refuse_unknown(exercises, [exercise.name for exercise in asked.exercises])
    submission = read_submission(path, asked)
    with (
        Grader(manifest, isolation) as grader,
        _waiting(f"Grading {submission.id} ..."),
    ):
        report = grader.grade(submission, seed, exercises)
        why_no_sandbox = grader.why_no_sandbox
    # Of a kit, which lacks the hidden checks, only what could be decided here is shown.
    decided = leave_out_withheld(report)
    text = to_json(build_payload(report, audience))
    to_stdout = report_file == "-"
    try:
        with unbroken_pipe():
            if to_stdout or format == "json":
                click.echo(text, nl=False)
            if format == "text":
                from grader.writers.terminal import show_result

                show_result(
                    build_payload(decided, audience),
                    to_stderr=to_stdout,
                    why_no_sandbox=why_no_sandbox,
                    max_score=report.max_score_c / 100,
                )
    finally:
        # Shown first, so that a full disk does not cost the result; written in any case.
        if not to_stdout:
            write_whole(Path(report_file), text.encode())
        if bundle is not None:
            write_whole(bundle, pack_bundle(submission))
    if not to_stdout:
        with unbroken_pipe():
            click.echo(f"The report is in {report_file}.", err=format == "json")
    sys.exit(0 if decided.percent >= fail_under else 1)


def _waiting(text: str) -> AbstractContextManager[object]:
    # Jupyter gives its shell lines a terminal, and keeps every frame of what moves there.
    if not sys.stderr.isatty() or "JPY_PARENT_PID" in os.environ:
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(text)
