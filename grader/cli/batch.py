"""``grade batch``: grade many submissions at once, and resume after an interruption."""

from __future__ import annotations

import contextlib
import os
import sys
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.interruption import INTERRUPTED, interruptible
from grader.cli.options import (
    Selection,
    count_cores,
    course_option,
    isolation_option,
    jobs_option,
    layout_options,
    load_chosen,
    path_option,
    selection_options,
)
from grader.cli.regrade import prepare_regrade
from grader.cli.streams import write_line
from grader.cli.totals import (
    count_submissions,
    print_line,
    show_changes,
    show_found,
    show_lists,
    show_run,
    show_summary,
)
from grader.errors import GraderError, WorkerError
from grader.records import Course, IsolationOption, Submission

if TYPE_CHECKING:
    from rich.console import Console

    from grader.batch.journal import Entry
    from grader.batch.listing import Listing
    from grader.batch.output import Output
    from grader.batch.run import Change, Plan, Workforce
    from grader.engine import Grader
    from grader.writers.terminal.progress import BatchProgress


@click.command(cls=GradeCommand)
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write all results into this folder; required without --dry-run.",
)
@course_option
@selection_options
@jobs_option
@path_option(
    "--secret-file",
    metavar="FILE",
    help="Draw different inputs for each submission, from this secret.",
)
@layout_options
@click.option(
    "--regrade",
    is_flag=True,
    help="Replace results that were graded under other conditions.",
)
@click.option("--dry-run", is_flag=True, help="List what would be graded, and grade nothing.")
@isolation_option("sandbox", "process")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Grade on a Dask cluster, for example tcp://10.0.0.1:8786.",
)
def batch(
    paths: tuple[Path, ...],
    output: Path | None,
    course: Path | None,
    selection: Selection,
    jobs: int | None,
    secret_file: Path | None,
    layout: str,
    names: Path | None,
    due: datetime | None,
    only: tuple[str, ...],
    regrade: bool,
    dry_run: bool,
    isolation: IsolationOption,
    scheduler: str | None,
) -> None:
    r"""Grade every submission in PATH: a learning platform's download, or a folder of them.

    A download is the zip or the unpacked folder. In another folder each child is one
    submission (a folder, a .zip or .tar, a .py or an .ipynb), and its name is its id;
    files called like "activations - Ada Lovelace.py" are one submission for each student.
    Every submission gets a report, even one that cannot be opened. If the command is
    interrupted, run it again: it resumes, and grades only what is missing or has changed.

    If an id is in several PATHs, the latest attempt is graded. DIR keeps the results of all
    other submissions. If its results were made with another secret, course, grader version,
    isolation or choice of exercises, the command asks before it replaces them, or needs
    --regrade.

    DIR receives reports/ID.json (for you), feedback/ID.json (for the student),
    summary.csv, summary.json, journal.jsonl, and after a regrade changes.csv. Points in
    your own DIR/adjustments.csv (id,exercise,points,reason) are added and shown to the
    student.

    Exit status: 0 every submission has a report, 2 wrong usage, 3 grading was not
    possible or not finished, 130 interrupted.

    \b
    Examples:
      grade batch submissions --output graded
      grade batch download.zip --output graded --homework week1
      grade batch download.zip --output graded --due 2026-03-01T23:59+01:00
      grade batch submissions --dry-run
      grade batch late/alice.zip --output graded --secret-file secret.txt
      grade batch submissions --output graded --secret-file secret.txt --regrade
    """
    from rich.console import Console

    from grader.batch.run import Plan
    from grader.batch.scratch import open_scratch
    from grader.batch.secret import read_secret
    from grader.engine import Grader

    if output is None and not dry_run:
        raise click.UsageError("Missing option '--output', the folder for all results.")
    loaded = load_chosen(course)
    exercises = selection.names(loaded)
    secret = read_secret(secret_file) if secret_file else None
    console = Console(stderr=True)
    with contextlib.ExitStack() as stack:
        if output is not None:
            _refuse_output_among_submissions(output, paths)
        stack.enter_context(interruptible())
        unpacked = stack.enter_context(open_scratch())
        listing = _find(paths, loaded, layout, names, due, only, unpacked)
        show_found(listing, only, console)
        if dry_run:
            _show_preview(listing, loaded, only)
        if output is None or dry_run:
            return
        plan = Plan(loaded, listing, exercises, secret, isolation, only)
        # The workers of a cluster report which isolation they offer.
        here: IsolationOption = plan.isolation if scheduler is None else "auto"
        grader = stack.enter_context(Grader(loaded, here))
        stubs = _inspect_course(plan.course, grader)
        workforce = stack.enter_context(_open_workforce(jobs, scheduler, plan, grader, console))
        _grade_all(plan, output, workforce, stubs, console, regrade=regrade)


def _find(
    paths: tuple[Path, ...],
    course: Course,
    layout: str,
    names: Path | None,
    due: datetime | None,
    only: tuple[str, ...],
    unpacked: Path,
) -> Listing:
    from grader.batch.classes import ClassOptions, find_submissions
    from grader.batch.names import Names, read_names

    known = read_names(names) if names else Names()
    return find_submissions(paths, course, ClassOptions(layout, known, due, only), unpacked)


def _show_preview(listing: Listing, course: Course, only: tuple[str, ...]) -> None:
    from grader.batch.preview import preview
    from grader.batch.reading import read_listed

    for listed in listing.choose(only):
        for line in preview(listed, read_listed(listed, course)):
            write_line(line)


def _grade_all(
    plan: Plan,
    folder: Path,
    workforce: Workforce,
    stubs: dict[str, str],
    console: Console,
    *,
    regrade: bool,
) -> None:
    from grader.batch.changes import write_changes
    from grader.batch.output import Output
    from grader.batch.results import summarise
    from grader.batch.summary import Summary
    from grader.writers.terminal.progress import BatchProgress

    total = len(plan.chosen)
    # Of a submission that was not chosen, the result of an earlier run stays.
    ids = [listed.id for listed in plan.listing.submissions]
    with Output(folder) as output:
        output.refuse_unknown_adjustments(ids, plan.course.select(plan.exercises))
        prepare_regrade(plan, output, confirmed=regrade)
        with BatchProgress(total, console) as progress:
            entries, changed = _run(plan, output, workforce, progress)
        summary = Summary(plan.course, stubs)
        results = summarise(plan, output, entries, summary)
        changes = write_changes(plan, output)
    show_run(progress)
    show_summary(summary, folder)
    if changes is not None:
        show_changes(changes, folder)
    show_lists(results, changed, folder)
    failed = sum(entry.status == "unexamined" for entry in entries.values())
    if failed:
        raise WorkerError(
            f"{failed} of {count_submissions(total)} could not be examined, because of a fault of "
            "this machine or of the grader (see their reports); run the same command again"
        )


def _run(
    plan: Plan, output: Output, workforce: Workforce, progress: BatchProgress
) -> tuple[dict[str, Entry], dict[str, Change]]:
    """Return the result of each submission, and whose files are not those of earlier runs."""
    from grader.batch.run import run_batch

    entries: dict[str, Entry] = {}
    changed: dict[str, Change] = {}
    try:
        for step in run_batch(plan, output, workforce):
            entry = step.entry
            entries[entry.key.id] = entry
            if step.change:
                changed[entry.key.id] = step.change
            progress.advance(entry.percent, step.working, kept=step.kept)
    except KeyboardInterrupt:
        write_line(
            f"grade: interrupted; {len(entries)} of {count_submissions(len(plan.chosen))} have "
            "their reports; run the same command again to grade the others",
            err=True,
        )
        sys.exit(INTERRUPTED)
    return entries, changed


def _refuse_output_among_submissions(output: Path, paths: tuple[Path, ...]) -> None:
    for path in paths:
        is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for some paths
        if is_folder and output.resolve().is_relative_to(path.resolve()):
            raise GraderError(
                f"--output {output} is inside {path}, where the next batch would grade it as a "
                "submission; choose a folder beside it"
            )


def _inspect_course(course: Course, grader: Grader) -> dict[str, str]:
    """Return the stubs' fingerprints, or raise if this course or machine cannot grade."""
    from grader.submissions.reader import read_source

    files = [read_source(course.stubs / f"{name}.py") for name in course.modules]
    return grader.take_fingerprints(Submission("stubs", tuple(files)))


def _open_workforce(
    jobs: int | None, scheduler: str | None, plan: Plan, grader: Grader, console: Console
) -> AbstractContextManager[Workforce]:
    if scheduler is None:
        from grader.batch.local import open_local

        return open_local(jobs or count_cores(), grader)
    from grader.batch.cluster import open_cluster

    grader.close()
    return open_cluster(scheduler, plan, lambda text: print_line(text, console))
