"""``grade export``: write reports in other systems' formats."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.command import GradeCommand
from grader.cli.options import (
    Selection,
    course_option,
    path_option,
    refuse_misuse,
    reports_argument,
    selection_options,
)
from grader.cli.reports import find_reports, read_reports
from grader.cli.streams import unbroken_pipe, write_output
from grader.errors import ExportError

if TYPE_CHECKING:
    from grader.report import Report

# Formats that hold one report, formats that hold any number, and those that need a roster.
_SINGLE = ("gradescope", "prairielearn", "classroom50", "github")
_MANY = ("csv", "junit")
_FILLED = ("canvas", "moodle")


@click.command(cls=GradeCommand)
@reports_argument
@click.option(
    "--to",
    "format",
    type=click.Choice([*_SINGLE, *_MANY, *_FILLED]),
    required=True,
    help="Write this format.",
)
@click.option("-o", "--output", metavar="OUT", help="Write this file; - is standard output.")
@path_option(
    "--roster", metavar="FILE", help="Fill in this file, as downloaded from canvas or moodle."
)
@click.option(
    "--column", metavar="TEXT", help="Fill in the column with this title, number or part of it."
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a variable of classroom50's autograder; may be repeated.",
)
@selection_options
@course_option
def export(
    reports: tuple[Path, ...],
    format: str,
    output: str | None,
    roster: Path | None,
    column: str | None,
    settings: tuple[str, ...],
    selection: Selection,
    course: Path | None,
) -> None:
    r"""Write REPORTS, files or folders of them, in another system's format.

    \b
    Formats:
      gradescope    results.json of an autograder        one report
      prairielearn  results.json of an external grader   one report
      classroom50   result.json of an autograder         one report
      github        job summary, annotations, outputs    one report, -o is optional
      csv           a row for each submission            any number
      junit         JUnit XML, a suite for each          any number
      canvas        your exported gradebook, filled in   any number, --roster
      moodle        your grading worksheet or gradebook, likewise

    The files for canvas and moodle contain only students with a report, so an import
    leaves all other grades alone. Standard error lists who was matched and who was not.

    With --exercise or --homework the points are out of these exercises alone. --course
    names the course of a homework.

    \b
    Examples:
      grade export report.json --to gradescope -o results.json
      grade export out/reports --to csv -o scores.csv
      grade export out/reports --to csv -o week1.csv --homework week1
      grade export out/reports --to canvas --roster gradebook.csv -o import.csv
    """
    variables = _parse_variables(settings)
    _refuse_contradictions(format, output, roster, column, variables)
    refuse_misuse(
        (course and not selection.homeworks, "--course describes --homework; give both"),
    )
    exercises = selection.names_in_reports(course)
    read = [report for _, report in read_reports(find_reports(reports), exercises)]
    if format in _SINGLE and len(read) > 1:
        raise ExportError(f"{format} takes one report, and these are {len(read)}; give one")
    if format == "github":
        _export_to_github(read[0], output)
        return
    if roster is not None:
        content = _fill(read, format, roster, column)
    else:
        content = _write(read, format, variables)
    write_output(content, str(output))


def _parse_variables(settings: tuple[str, ...]) -> dict[str, str]:
    pairs = [setting.partition("=") for setting in settings]
    for name, equals, _ in pairs:
        if not equals:
            raise click.BadParameter(f"{name!r} is not NAME=VALUE", param_hint="--set")
    return {name: value for name, _, value in pairs}


def _refuse_contradictions(
    name: str,
    output: str | None,
    roster: Path | None,
    column: str | None,
    variables: Mapping[str, str],
) -> None:
    filled = name in _FILLED
    extra = not filled and (roster or column)
    overwritten = roster and output != "-" and roster.resolve() == Path(str(output)).resolve()
    refuse_misuse(
        (output is None and name != "github", f"{name} needs -o: a file to write, or -"),
        (filled and roster is None, f"{name} needs --roster: the file you downloaded there"),
        (extra, f"--roster and --column are for {' and '.join(_FILLED)}"),
        (variables and name != "classroom50", "--set is for classroom50"),
        (overwritten, "-o would overwrite the roster; give another file"),
    )


def _write(reports: list[Report], format: str, variables: Mapping[str, str]) -> bytes:
    from grader.writers.exports.csv_rows import write_csv
    from grader.writers.exports.gradescope import write_gradescope
    from grader.writers.exports.junit import write_junit
    from grader.writers.exports.prairielearn import write_prairielearn

    if format in _MANY:
        return {"csv": write_csv, "junit": write_junit}[format](reports)
    if format == "classroom50":
        return _write_classroom50(reports[0], variables)
    single = {"gradescope": write_gradescope, "prairielearn": write_prairielearn}
    return single[format](reports[0])


def _write_classroom50(report: Report, variables: Mapping[str, str]) -> bytes:
    from grader.writers.exports.classroom50 import NAMES, write_classroom50

    unknown = [name for name in variables if name not in NAMES]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]!r} is not one of {', '.join(NAMES)}", param_hint="--set"
        )
    return write_classroom50(report, {**os.environ, **variables})


def _fill(reports: list[Report], format: str, path: Path, column: str | None) -> bytes:
    from grader.tables import MAX_TABLE
    from grader.writers.exports.canvas import fill_canvas
    from grader.writers.exports.moodle import fill_moodle

    try:
        with path.open("rb") as file:
            roster = file.read(MAX_TABLE + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    fill = fill_canvas if format == "canvas" else fill_moodle
    filled = fill(reports, roster, column)
    for line in filled.messages:
        click.echo(line, err=True)
    return filled.content


def _export_to_github(report: Report, output: str | None) -> None:
    from grader.writers.exports.github import (
        MAX_SUMMARY,
        write_annotations,
        write_outputs,
        write_summary,
    )

    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    outputs = os.environ.get("GITHUB_OUTPUT")
    if output is not None:
        write_output(write_summary(report), output)
    elif summary:
        present = Path(summary).stat().st_size if Path(summary).exists() else 0
        _append(Path(summary), write_summary(report, MAX_SUMMARY - present))
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
