"""``grade export``: reports into other systems' formats."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand, unbroken_pipe
from grader.cli.reports import find_files, read_reports
from grader.errors import ExportError

if TYPE_CHECKING:
    from grader.report import Report

# What each format is for; those of the first group hold one report, of the last need a roster.
_SINGLE = ("gradescope", "prairielearn", "classroom50", "github")
_MANY = ("csv", "junit")
_FILLED = ("canvas", "moodle")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for beside the reports."""

    target: str
    roster: Path | None
    column: str | None
    identity: Mapping[str, str]


@click.command(cls=GradeCommand)
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    type=click.Choice([*_SINGLE, *_MANY, *_FILLED]),
    required=True,
    help="The format.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="The file to write; - is standard output. For github by default the job summary.",
)
@click.option(
    "--roster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="For canvas and moodle: the file to fill in, as you downloaded it there.",
)
@click.option(
    "--column",
    metavar="TEXT",
    help="For canvas and moodle: the assignment's column, by title, number or a part of it.",
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="For classroom50: a variable that its autograder would have set; may be repeated.",
)
def export(
    reports: tuple[Path, ...],
    target: str,
    output: str | None,
    roster: Path | None,
    column: str | None,
    settings: tuple[str, ...],
) -> None:
    r"""Write REPORTS, files or folders of them, in another system's format.

    \b
    Formats:
      gradescope    results.json of an autograder        one report
      prairielearn  results.json of an external grader   one report
      classroom50   result.json of an autograder         one report
      github        job summary, annotations, outputs    one report
      csv           a row for each submission            any number
      junit         JUnit XML, a suite for each          any number
      canvas        your exported gradebook, filled in   any number, --roster
      moodle        your grading worksheet or gradebook, likewise

    Only students with a report are in what canvas and moodle get, so nobody else's grade
    is touched; who was matched, and who was not, is said on standard error.

    \b
    Examples:
      grade export report.json --to gradescope -o results.json
      grade export out/reports --to csv -o scores.csv
      grade export out/reports --to canvas --roster gradebook.csv -o import.csv
    """
    wish = _Wish(target, roster, column, _settings(settings))
    _refuse_misfits(wish, output)
    read = [report for _, report in read_reports(find_files(reports))]
    if target in _SINGLE and len(read) > 1:
        raise ExportError(f"{target} takes one report, and these are {len(read)}; give one")
    if target == "github":
        _tell_github(read[0], output)
        return
    _put(_write(read, wish), str(output))


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [setting.partition("=") for setting in given]
    for name, equals, _ in pairs:
        if not equals:
            raise click.BadParameter(f"{name!r} is not NAME=VALUE", param_hint="--set")
    return {name: value for name, _, value in pairs}


def _refuse_misfits(wish: _Wish, output: str | None) -> None:
    if output is None and wish.target != "github":
        raise click.UsageError(f"{wish.target} needs -o: a file to write, or - for standard output")
    if wish.target in _FILLED and wish.roster is None:
        raise click.UsageError(f"{wish.target} needs --roster: the file you downloaded there")
    if wish.target not in _FILLED and (wish.roster or wish.column):
        raise click.UsageError(f"--roster and --column are for {' and '.join(_FILLED)}")
    if wish.identity and wish.target != "classroom50":
        raise click.UsageError("--set is for classroom50")
    if wish.roster and output != "-" and wish.roster.resolve() == Path(str(output)).resolve():
        raise click.UsageError("-o would overwrite the roster; give another file")


def _put(content: bytes, output: str) -> None:
    from grader.files import write_whole

    if output == "-":
        with unbroken_pipe():
            click.echo(content, nl=False)
        return
    write_whole(Path(output), content)
    click.echo(f"written  {output}", err=True)


def _write(reports: list[Report], wish: _Wish) -> bytes:
    if wish.target == "gradescope":
        from grader.writers.exports.gradescope import write_gradescope

        return write_gradescope(reports[0])
    if wish.target == "prairielearn":
        from grader.writers.exports.prairielearn import write_prairielearn

        return write_prairielearn(reports[0])
    if wish.target == "csv":
        from grader.writers.exports.csv_rows import write_csv

        return write_csv(reports)
    if wish.target == "junit":
        from grader.writers.exports.junit import write_junit

        return write_junit(reports)
    return _to_classroom50(reports, wish) if wish.roster is None else _fill(reports, wish)


def _to_classroom50(reports: list[Report], wish: _Wish) -> bytes:
    from grader.writers.exports.classroom50 import NAMES, write_classroom50

    unknown = [name for name in wish.identity if name not in NAMES]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]!r} is none of {', '.join(NAMES)}", param_hint="--set"
        )
    return write_classroom50(reports[0], {**os.environ, **wish.identity})


def _fill(reports: list[Report], wish: _Wish) -> bytes:
    from grader.writers.exports.canvas import fill_canvas
    from grader.writers.exports.moodle import fill_moodle
    from grader.writers.exports.table import MAX_TABLE

    assert wish.roster is not None
    try:
        with wish.roster.open("rb") as file:
            roster = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise ExportError(f"{wish.roster} cannot be read: {error.strerror}") from error
    fill = fill_canvas if wish.target == "canvas" else fill_moodle
    filled = fill(reports, roster, wish.column)
    for line in filled.messages:
        click.echo(line, err=True)
    return filled.content


def _tell_github(report: Report, output: str | None) -> None:
    from grader.writers.exports.github import (
        MAX_SUMMARY,
        write_annotations,
        write_outputs,
        write_summary,
    )

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    outputs = os.environ.get("GITHUB_OUTPUT")
    if output is not None:
        _put(write_summary(report), output)
    elif summary:
        there = Path(summary).stat().st_size if Path(summary).exists() else 0
        _append(Path(summary), write_summary(report, MAX_SUMMARY - there))
    else:
        raise ExportError("GITHUB_STEP_SUMMARY is not set; outside of GitHub Actions give -o")
    if outputs:
        _append(Path(outputs), write_outputs(report, f"grade_{secrets.token_hex(16)}").encode())
    if output != "-":
        with unbroken_pipe():
            click.echo(write_annotations(report), nl=False)


def _append(path: Path, content: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(content)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
