"""``grade page``: make an HTML page of one submission or of a class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.class_pages import Look, write_class
from grader.cli.command import GradeCommand
from grader.cli.options import (
    Selection,
    audience_option,
    course_option,
    load_chosen,
    path_option,
    refuse_misuse,
    reports_argument,
    selection_options,
)
from grader.cli.reports import find_reports, read_all
from grader.cli.streams import write_output
from grader.errors import ReportError, SubmissionError
from grader.records import Audience

if TYPE_CHECKING:
    from grader.report import Report
    from grader.writers.pages.student_page import Drawer


@click.command(cls=GradeCommand)
@reports_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT.html",
    required=True,
    help="Write this file; - is standard output.",
)
@path_option(
    "--source",
    "sources",
    metavar="PATH",
    multiple=True,
    help="Show code from the submission, or from the PATH of `grade batch`.",
)
@course_option
@selection_options
@path_option(
    "--pages", metavar="DIR", help="Write a page for each student into this folder, with links."
)
@click.option("--anonymous", is_flag=True, help="Leave out names and ids, and use pseudonyms.")
@click.option("--pictures/--no-pictures", default=True, help="Draw curves and grids of the checks.")
@audience_option("instructor", "student")
def page(
    reports: tuple[Path, ...],
    output: str,
    sources: tuple[Path, ...],
    course: Path | None,
    selection: Selection,
    pages: Path | None,
    anonymous: bool,
    pictures: bool,
    audience: Audience,
) -> None:
    r"""Make an HTML file of REPORTS that works offline and can be mailed.

    One report makes a student's page. Several reports, or a folder of them, make the page
    of a class. With --exercise or --homework the page has only these exercises.

    --anonymous also leaves out code and text that quotes it, because students write their
    names into code.

    Exit status: 0 the page is written, 2 wrong usage, 3 it is not written, 130 interrupted.

    \b
    Examples:
      grade page report.json -o page.html --source work
      grade page graded -o class.html --pages pages --source submissions
      grade page graded -o shared.html --anonymous
      grade page graded -o week1.html --homework week1
      grade page graded/feedback/ada.json -o ada.html
    """
    whole_class = len(reports) > 1 or reports[0].is_dir()
    refuse_misuse(
        (
            course and not (sources or selection.homeworks),
            "--course is for --source and --homework; give one of them",
        ),
        (pages and not whole_class, "--pages is for a class; for one report -o is enough"),
        (sources and anonymous, "--source shows code, which may contain names; omit --anonymous"),
        (sources and whole_class and not pages, "--source is for one report, or for --pages"),
    )
    look = Look(
        _find_drawer() if pictures else None,
        audience,
        anonymous,
        selection.names_in_reports(course),
    )
    if whole_class:
        html = write_class(reports, output, look, pages, sources, course)
    else:
        html = _write_student(reports[0], sources[0] if sources else None, course, look)
    write_output(html, output)


def _find_drawer() -> Drawer:
    from grader.writers.pages.pictures.draw import draw_picture

    return draw_picture


def _write_student(path: Path, source: Path | None, course: Path | None, look: Look) -> bytes:
    from grader.report import Report

    for _, report in read_all(find_reports([path]), look.exercises):
        if isinstance(report, Report):
            return _make(report, source, course, look)
    raise ReportError(f"{path} was not examined, so there is nothing to show; grade it again")


def _make(report: Report, source: Path | None, course: Path | None, look: Look) -> bytes:
    from grader.submissions.reader import read_submission
    from grader.writers.pages.anonymous import hide_names
    from grader.writers.pages.student_page import write_student_page

    shown = look.show(hide_names(report, "student") if look.anonymous else report)
    if source is None:
        return write_student_page(shown, draw=look.draw)
    loaded = load_chosen(course)
    try:
        submission = read_submission(source, loaded)
    except SubmissionError:
        if loaded.name == report.course.name:
            raise
        raise ReportError(
            f"the report is of the course {report.course.name}, and not of {loaded.name}: give the "
            "folder of its course with --course"
        ) from None
    return write_student_page(shown, draw=look.draw, course=loaded, source=submission)
