"""``grade doctor``: show what this machine can do, and how to install what is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__
from grader.cli.command import GradeCommand, report_error
from grader.cli.options import count_cores, course_option, load_chosen
from grader.cli.streams import unbroken_pipe
from grader.records import Course, IsolationOption

if TYPE_CHECKING:
    from rich.table import Table

    from grader.doctor import Trial, Verdict
    from grader.sandbox.machine import Group, Piece

_STATUS: dict[Verdict, int] = {"sandbox": 0, "process": 1, "none": 3}
_VERDICTS: dict[Verdict, str] = {
    "sandbox": "`grade submit` can grade here, in a sandbox.",
    "process": "`grade submit` can grade here, but without a sandbox: your own work only.",
    "none": "`grade submit` cannot grade here.",
}
_TITLES: dict[Group, str] = {
    "packages": "Python and packages",
    "sandbox": "Parts of the sandbox",
    "machine": "The machine",
}
_STYLES = {"ok": "green", "missing": "red", "weak": "yellow", "fact": "dim"}


@click.command(cls=GradeCommand)
@course_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for scripts.")
def doctor(course: Path | None, as_json: bool) -> None:
    r"""Show what this machine can do, and how to install what is missing.

    Inspect Python, its packages and every part of the sandbox, then grade a submission of
    two lines.

    Exit status: 0 `grade submit` can grade in a sandbox, 1 only without one,
    2 wrong usage, 3 it cannot grade at all.

    \b
    Examples:
      grade doctor
      grade doctor --json > machine.json
    """
    from grader.doctor import inspect_packages
    from grader.report import to_json
    from grader.sandbox.machine import Piece, inspect_machine

    loaded = load_chosen(course)
    cores = Piece("cores", "machine", "fact", str(count_cores()))
    pieces = [*inspect_packages(loaded), *inspect_machine(loaded.limits), cores]
    missing = [p.name for p in pieces if p.group == "packages" and p.state == "missing"]
    problems = [f"not tried without {', '.join(missing)}"] if missing else []
    trial = None if missing else _try(loaded, problems)
    verdict: Verdict = trial.verdict if trial else "none"
    with unbroken_pipe():
        if as_json:
            click.echo(to_json(_payload(pieces, trial, problems, verdict)), nl=False)
        else:
            _show(pieces, trial, problems, verdict)
    sys.exit(_STATUS[verdict])


def _try(course: Course, problems: list[str]) -> Trial | None:
    from grader.doctor import try_grading

    ways: tuple[IsolationOption, ...] = ("auto", "process")
    for wanted in ways:
        with report_error(problems.append):
            return try_grading(course, wanted)
    return None


def _payload(
    pieces: list[Piece], trial: Trial | None, problems: list[str], verdict: Verdict
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "grader": __version__,
        "verdict": verdict,
        "exit_status": _STATUS[verdict],
        "pieces": pieces,
        "trial": trial,
        "problems": problems,
    }


def _show(pieces: list[Piece], trial: Trial | None, problems: list[str], verdict: Verdict) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from grader.writers.terminal.console import ResultConsole, signs_for

    console = ResultConsole(soft_wrap=False)
    passed, failed, absent = signs_for(console).values()
    signs = {"ok": passed, "missing": failed, "weak": "!", "fact": absent}
    for group, title in _TITLES.items():
        console.print(Text(title, style="bold"))
        console.print(_table([piece for piece in pieces if piece.group == group], signs))
        console.print()
    console.print(Text("Trial", style="bold"))
    for state, words in _describe_trial(trial, problems):
        line = Text(f"{signs[state]} ", style=_STYLES[state]).append(words, style="")
        console.print(Padding(line, (0, 0, 0, 2)))
    console.print()
    console.print(Text(_VERDICTS[verdict], style="bold"))


def _table(pieces: list[Piece], signs: dict[str, str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for piece in pieces:
        words = Text(piece.found)
        if piece.remedy:
            words.append(f"\n{piece.remedy}", style="yellow")
        sign = Text(f"  {signs[piece.state]} ", style=_STYLES[piece.state])
        table.add_row(sign, Text(piece.name), words)
    return table


def _describe_trial(trial: Trial | None, problems: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what a line about the trial reports, as the state of a piece, and its words."""
    yield from (("missing", problem) for problem in problems)
    if trial is None:
        return
    yield "ok", f"a submission of two lines graded in {trial.first_s:.1f} s, including the start"
    yield "ok", f"the next one in {trial.next_s:.2f} s"
    kinds = (trial.isolation.filesystem, trial.isolation.network, trial.isolation.processes)
    restrictions = ", ".join(dict.fromkeys(kinds))
    if trial.restricted is None:
        yield "missing", f"no sandbox: {trial.why_no_sandbox or 'the sandbox could not be used'}"
    elif trial.restricted:
        yield "ok", f"graded code could not list the files here ({restrictions})"
    else:
        yield "missing", f"graded code could list the files here despite {restrictions}"
