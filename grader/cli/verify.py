"""``grade verify``: check everything that a course promises."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.leaks import count_acknowledged, count_findings, word_leaks
from grader.cli.options import (
    Selection,
    count_cores,
    course_option,
    find_solutions,
    isolation_option,
    jobs_option,
    load_chosen,
    selection_options,
    solutions_option,
)
from grader.cli.streams import write_line
from grader.records import Course, IsolationOption

if TYPE_CHECKING:
    from rich.console import Console

    from grader.verify.verification import Trial, Verification


_FINDING = "finding  "
# Headings that fit into 80 columns.
_HEADS = {
    "solution": "solution",
    "misconception": "mistakes",
    "variant": "variants",
    "up to date": "current",
    "metadata": "docs",
}


@click.command(cls=GradeCommand)
@course_option
@selection_options
@solutions_option
@click.option(
    "--seeds",
    metavar="N",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Grade the solutions with N seeds.",
)
@jobs_option
@isolation_option("auto", "sandbox", "process")
def verify(
    course: Path | None,
    selection: Selection,
    solutions: Path | None,
    seeds: int,
    jobs: int | None,
    isolation: IsolationOption,
) -> None:
    r"""Check everything that a course promises.

    Every stub scores 0, and every solution gets full marks with many seeds. Every
    misconception loses points in its own function only, and is diagnosed, and so is a
    sample of pairs. Every variant gets full marks. Misconceptions are wrong by at least
    ten tolerances, and variants in float32 by at most a third of one. Inputs of value
    checks vary with the seed, and no two named numbers of a call are equal. Stubs and
    notebooks are up to date, docstrings name every check, and `grade release` accepts
    the kit.

    Each finding names its subject and the reason, and what to do. Each misconception and
    variant is graded with the checks that its function can reach, and a sample of them
    with all checks of the module.

    Exit status: 0 no finding, 1 findings, 2 wrong usage, 3 the course cannot be graded.

    \b
    Examples:
      grade verify
      grade verify --exercise losses
      grade verify --course my-course --seeds 100
    """
    from grader.verify.verification import Verification

    loaded = load_chosen(course)
    chosen = loaded.narrow(selection.names(loaded))
    verification = Verification(chosen, find_solutions(solutions, loaded), seeds, isolation)
    trials = list(_with_progress(verification, jobs or count_cores()))
    _show(verification, trials)
    _show_docstrings(chosen, find_solutions(solutions, loaded))
    sys.exit(0 if all(trial.held for trial in trials) else 1)


def _show_docstrings(course: Course, solutions: Path) -> None:
    """Print how much the docstrings' examples would show to a student who runs them."""
    from grader.course.texts import read_solutions
    from grader.verify.docstrings import count_caught

    ways = count_caught(course, read_solutions(course, solutions))
    if ways.known:
        share = f"{ways.caught} of {ways.known} known mistakes"
        write_line(f"examples in docstrings rule out {share}")


def _with_progress(verification: Verification, jobs: int) -> Iterator[Trial]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=len(verification))
        for trial in verification.run(jobs):
            progress.advance(task)
            yield trial


def _show(verification: Verification, trials: list[Trial]) -> None:
    from rich.console import Console
    from rich.text import Text

    from grader.writers.terminal.console import print_words

    console = Console(highlight=False, markup=False, soft_wrap=True)
    _print_table(console, verification, trials)
    for margin in _describe_margins(trials):
        print_words(console, Text(margin))
    for trial in trials:
        for finding in trial.findings:
            _print_finding(console, f"{trial.exercise}, {trial.kind}, {trial.subject}: {finding}")
    for name in verification.untried:
        print_words(
            console,
            Text(
                f"{name}: mistakes, pairs and variants are not graded until the solution gets full "
                "marks"
            ),
        )
    if verification.open_leaks:
        for line in word_leaks(verification.open_leaks).splitlines():
            print_words(console, Text(line))
    if verification.acknowledged:
        print_words(console, Text(count_acknowledged(verification.acknowledged)))
    count = sum(len(trial.findings) for trial in trials)
    console.print(count_findings(count) if count else "No finding.")


def _print_finding(console: Console, text: str) -> None:
    """Print a finding: in a terminal with its later lines below the first, else on one line."""
    from rich.text import Text

    first, *lines = _wrap(console, text)
    console.print(Text(_FINDING, style="bold red").append(first, style="default not bold"))
    for line in lines:
        console.print(" " * len(_FINDING) + line)


def _wrap(console: Console, text: str) -> list[str]:
    """Return a text in lines that fit into a terminal, beside what is before each."""
    if not console.is_terminal:
        return [text]
    return textwrap.wrap(text, max(20, console.width - len(_FINDING)))


def _print_table(console: Console, verification: Verification, trials: list[Trial]) -> None:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    from grader.verify.verification import KINDS

    title = f"{verification.course.title}: checks passed"
    # Without an edge it fits into 80 columns.
    table = Table(
        title=title, title_justify="left", box=SIMPLE, show_edge=False, padding=(0, 1, 0, 0)
    )
    table.add_column("exercise", no_wrap=True)
    for kind in KINDS:
        table.add_column(_HEADS.get(kind, kind), justify="right", no_wrap=True)
    for exercise in verification.course.exercises:
        row = [Text(exercise.name)]
        for kind in KINDS:
            tried = [t for t in trials if t.exercise == exercise.name and t.kind == kind]
            held = sum(trial.held for trial in tried)
            style = "green" if held == len(tried) else "bold red"
            row.append(Text(f"{held}/{len(tried)}" if tried else "-", style=style))
        table.add_row(*row)
    unbound = console.options.update(max_width=1000)
    if console.measure(table, options=unbound).maximum <= console.width:
        console.print(table)
        return
    # Columns that are cut off would show nothing.
    console.print(title)
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        name, *counts = map(str, cells)
        parts = [
            f"{column.header} {n}" for column, n in zip(table.columns[1:], counts, strict=True)
        ]
        for line in _wrap(console, f"{name}: {', '.join(parts)}"):
            console.print(line)


def _describe_margins(trials: list[Trial]) -> Iterator[str]:
    """Return which trials come nearest to the tolerances, in words."""
    from grader.verify.judges import LEAST_WRONG, MOST_ROUNDED

    for kind, nearest, what, limit in (
        ("misconception", min, "least wrong mistake", f"at least {LEAST_WRONG:g}"),
        ("variant", max, "least exact variant in float32", f"at most {MOST_ROUNDED:.2g}"),
    ):
        measured = [(t.error, t) for t in trials if t.kind == kind and t.error is not None]
        if measured:
            error, trial = nearest(measured, key=lambda pair: pair[0])
            name = f"{trial.exercise}, {trial.subject}"
            yield f"{what}: {error:.2g} tolerances, {limit} is required ({name})"
