"""``grade export``: write reports in other systems' formats."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.class_exports import export_junit, export_zip
from grader.cli.command import GradeCommand
from grader.cli.github_step import export_to_github
from grader.cli.options import (
    Selection,
    course_option,
    path_option,
    refuse_misuse,
    reports_argument,
    selection_options,
)
from grader.cli.reports import find_reports, read_all, read_reports
from grader.cli.streams import write_line, write_output
from grader.errors import ExportError
from grader.sanitize import clean_line, name_some

if TYPE_CHECKING:
    from grader.report import Report
    from grader.writers.exports.gradebook import Filled, Options
    from grader.writers.exports.grades import Grade

# Formats that hold one report, formats that hold any number, those that fill in a gradebook,
# and zips of pages for students.
_SINGLE = ("gradescope", "prairielearn", "classroom50", "github")
_MANY = ("csv", "junit")
_FILLED = ("canvas", "moodle", "brightspace", "blackboard")
_ZIPS = ("moodle-feedback", "canvas-feedback")


@click.command(cls=GradeCommand)
@reports_argument
@click.option(
    "--to",
    "format",
    type=click.Choice([*_SINGLE, *_MANY, *_FILLED, *_ZIPS]),
    metavar="FORMAT",
    required=True,
    help="Write this format.",
)
@click.option("-o", "--output", metavar="OUT", help="Write this file; - is standard output.")
@path_option("--roster", metavar="FILE", help="Fill in this gradebook, or join it with csv.")
@click.option(
    "--column", metavar="TEXT", help="Fill in the column with this title, number or part of it."
)
@click.option(
    "--out-of",
    metavar="POINTS",
    type=click.FloatRange(min=0, min_open=True),
    help="Convert the points to this maximum of the column.",
)
@click.option("--comments", is_flag=True, help="Fill in comments of a Moodle worksheet, too.")
@click.option("--missing-as-zero", is_flag=True, help="Write 0 where nothing was handed in.")
@click.option(
    "--partial", is_flag=True, help="Exit with 0 even if students are missing in the file."
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
    out_of: float | None,
    comments: bool,
    missing_as_zero: bool,
    partial: bool,
    settings: tuple[str, ...],
    selection: Selection,
    course: Path | None,
) -> None:
    r"""Write REPORTS, files or folders of them, in another system's format.

    \b
    Formats:
      gradescope       results.json of an autograder         one report
      prairielearn     results.json of an external grader    one report
      classroom50      result.json of an autograder          one report
      github           job summary, annotations, outputs     one report, -o or not
      csv              a row for each submission             any number
      junit            JUnit XML, a suite for each           any number
      canvas           your exported gradebook, filled in    any number, --roster
      moodle           your worksheet or gradebook           any number, --roster
      brightspace      your exported grades                  any number, --roster
      blackboard       your Grade Center file                any number, --roster
      moodle-feedback  a zip of pages to upload as feedback  any number
      canvas-feedback  a zip of pages to upload again        any number

    A gradebook's file contains only students with a score, so an import changes no other
    grade. Standard error lists which students were matched and which were not.

    With --exercise or --homework, the points are out of these exercises alone. If the
    homework is of another course, give --course.

    Exit status: 0 everything is written, 2 wrong usage, 3 nothing could be written, or a
    graded student is not in the gradebook: then the file has all others, and --partial
    makes the status 0.

    \b
    Examples:
      grade export report.json --to gradescope -o results.json
      grade export graded --to csv -o scores.csv
      grade export graded --to csv -o week1.csv --homework week1
      grade export graded --to canvas --roster gradebook.csv -o import.csv
      grade export graded --to moodle-feedback -o feedback.zip
    """
    variables = _parse_variables(settings)
    gradebook = (column, out_of)
    _refuse_contradictions(format, output, roster, gradebook, comments=comments)
    refuse_misuse(
        (course and not selection.homeworks, "--course is for --homework; give both"),
        (variables and format != "classroom50", "--set is for classroom50"),
        (
            (missing_as_zero or partial) and format not in (*_FILLED, "csv"),
            f"--missing-as-zero and --partial are for csv, {_list(_FILLED)}",
        ),
    )
    paths = find_reports(reports, "student" if format in _ZIPS else "instructor")
    exercises = selection.names_in_reports(course)
    scored = (report for _, report in read_reports(paths, exercises))
    if format in _SINGLE:
        if len(paths) > 1:
            raise ExportError(f"{format} takes one report, and these are {len(paths)}; give one")
        _export_one(next(scored, None), format, output, variables)
    elif format == "junit":
        export_junit(scored, str(output))
    elif format in _ZIPS:
        export_zip(scored, format, str(output))
    else:
        from grader.writers.exports.gradebook import Options
        from grader.writers.exports.grades import grade_of

        grades = [
            grade_of(report, missing_as_zero=missing_as_zero, comments=comments)
            for _, report in read_all(paths, exercises)
        ]
        options = Options(column, out_of, comments)
        _export_grades(grades, format, str(output), roster, options, partial=partial)


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


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
    gradebook: tuple[object, ...],
    *,
    comments: bool,
) -> None:
    filled = name in _FILLED
    overwritten = roster and output != "-" and roster.resolve() == Path(str(output)).resolve()
    refuse_misuse(
        (output is None and name != "github", f"{name} needs -o: a file to write, or -"),
        (filled and roster is None, f"{name} needs --roster: the file you downloaded there"),
        (not filled and any(gradebook), f"--column and --out-of are for {_list(_FILLED)}"),
        (not filled and name != "csv" and roster, f"--roster is for csv, {_list(_FILLED)}"),
        (comments and name != "moodle", "--comments is for moodle"),
        (overwritten, "-o would overwrite the roster; give another file"),
    )


def _export_one(
    report: Report | None, format: str, output: str | None, variables: Mapping[str, str]
) -> None:
    if report is None:
        raise ExportError(f"{format} needs a report with a score")
    if format == "github":
        export_to_github(report, output)
    else:
        write_output(_write_one(report, format, variables), str(output))


def _write_one(report: Report, format: str, variables: Mapping[str, str]) -> bytes:
    from grader.writers.exports.gradescope import write_gradescope
    from grader.writers.exports.prairielearn import write_prairielearn

    if format == "classroom50":
        return _write_classroom50(report, variables)
    single = {"gradescope": write_gradescope, "prairielearn": write_prairielearn}
    return single[format](report)


def _write_classroom50(report: Report, variables: Mapping[str, str]) -> bytes:
    from grader.writers.exports.classroom50 import NAMES, write_classroom50

    unknown = [name for name in variables if name not in NAMES]
    if unknown:
        raise click.BadParameter(
            f"{unknown[0]!r} is not one of {', '.join(NAMES)}", param_hint="--set"
        )
    return write_classroom50(report, {**os.environ, **variables})


def _export_grades(
    grades: list[Grade],
    format: str,
    output: str,
    roster: Path | None,
    options: Options,
    *,
    partial: bool,
) -> None:
    if roster is None:
        from grader.writers.exports.csv_rows import write_csv

        write_output(write_csv(grades), output)
        _name_unexamined(grades)
        return
    filled = _fill(grades, format, _read_roster(roster), options)
    for line in filled.messages:
        write_line(line, err=True)
    write_output(filled.content, output)
    if filled.lacking and not partial:
        raise ExportError(
            f"{filled.lacking} of the grades could not be matched or written (see above), and "
            "all others are written; enter these by hand, or add --partial to accept this"
        )


def _name_unexamined(grades: Iterable[Grade]) -> None:
    names = [clean_line(grade.id, 60) for grade in grades if grade.status == "unexamined"]
    if names:
        write_line(f"no score, because not examined: {name_some(names, 5)}", err=True)


def _fill(grades: list[Grade], format: str, roster: bytes, options: Options) -> Filled:
    from grader.writers.exports.blackboard import fill_blackboard
    from grader.writers.exports.brightspace import fill_brightspace
    from grader.writers.exports.canvas import fill_canvas
    from grader.writers.exports.csv_rows import join_csv
    from grader.writers.exports.moodle import fill_moodle

    if format == "csv":
        return join_csv(grades, roster)
    fill = {
        "canvas": fill_canvas,
        "moodle": fill_moodle,
        "brightspace": fill_brightspace,
        "blackboard": fill_blackboard,
    }
    return fill[format](grades, roster, options)


def _read_roster(path: Path) -> bytes:
    from grader.tables import MAX_TABLE

    try:
        with path.open("rb") as file:
            return file.read(MAX_TABLE + 1)
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
