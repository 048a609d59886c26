"""``grade page``: make an HTML page of one submission or of a class."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

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
from grader.cli.reports import find_reports, read_reports
from grader.cli.streams import write_output
from grader.errors import ExportError
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
    "--source", metavar="PATH", help="Show the lines of this submission beside its checks."
)
@course_option
@selection_options
@path_option(
    "--pages", metavar="DIR", help="Write a page for each student into this folder, with links."
)
@click.option(
    "--pictures/--no-pictures", default=True, help="Draw pictures, which needs matplotlib."
)
@audience_option("instructor", "student")
def page(
    reports: tuple[Path, ...],
    output: str,
    source: Path | None,
    course: Path | None,
    selection: Selection,
    pages: Path | None,
    pictures: bool,
    audience: Audience,
) -> None:
    r"""Make an HTML file of REPORTS that works offline and can be mailed.

    One report makes a student's page; several, or a folder of them, the page of a class.
    With --exercise or --homework the page is about these exercises alone.

    \b
    Examples:
      grade page report.json -o page.html --source work
      grade page out/reports -o class.html --pages out/pages
      grade page out/reports -o week1.html --homework week1
      grade page out/feedback/ada.json -o ada.html
    """
    whole_class = len(reports) > 1 or reports[0].is_dir()
    refuse_misuse(
        (whole_class and source, "--source is for one report"),
        (
            course and not (source or selection.homeworks),
            "--course describes --source and --homework; give one of them",
        ),
        (pages and not whole_class, "--pages is for a class; for one report -o is enough"),
    )
    exercises = selection.names_in_reports(course)
    drawn = pictures and (pages is not None or not whole_class)
    draw = _find_drawer() if drawn else None
    if whole_class:
        html = _write_class(reports, exercises, output, pages, draw, audience)
    else:
        html = _write_student(reports[0], exercises, source, course, draw, audience)
    write_output(html, output)
    if drawn and draw is None:
        click.echo(
            "grade: the pictures need matplotlib: pip install 'backprop-grader[report]'", err=True
        )


def _find_drawer() -> Drawer | None:
    try:
        from grader.writers.pages.pictures import draw_picture
    except ImportError:
        return None
    return draw_picture


def _write_student(
    path: Path,
    exercises: tuple[str, ...],
    source: Path | None,
    course: Path | None,
    draw: Drawer | None,
    audience: Audience,
) -> bytes:
    from grader.submissions.reader import read_submission
    from grader.writers.pages.student_page import write_student_page

    ((_, report),) = read_reports(find_reports([path]), exercises)
    shown = _for(audience, report)
    if source is None:
        return write_student_page(shown, draw=draw)
    loaded = load_chosen(course)
    submission = read_submission(source, loaded)
    return write_student_page(shown, draw=draw, course=loaded, source=submission)


def _for(audience: Audience, report: Report) -> Report:
    from grader.report import for_students

    return for_students(report) if audience == "student" else report


def _write_class(
    reports: tuple[Path, ...],
    exercises: tuple[str, ...],
    output: str,
    pages: Path | None,
    draw: Drawer | None,
    audience: Audience,
) -> bytes:
    from grader.writers.pages.class_page import read_alike, write_class_page
    from grader.writers.pages.statistics import ClassTally

    tally = ClassTally()
    paths = find_reports(reports)
    linked = _Pages(pages, output, paths, draw) if pages else None
    for path, report in read_reports(paths, exercises):
        link = linked.write(path, _for(audience, report)) if linked else ""
        tally.add(report, link)
    summaries = [folder / "summary.json" for folder in _batch_outputs(paths)]
    found = [pair for summary in summaries for pair in read_alike(summary)]
    alike = [pair for pair in found if not exercises or pair.exercise in exercises]
    return write_class_page(tally, alike)


class _Pages:
    """A folder with a page for each report, named after the report's file."""

    def __init__(self, folder: Path, output: str, reports: list[Path], draw: Drawer | None) -> None:
        names = [path.stem for path in reports]
        if len(set(names)) != len(names):
            repeated = next(name for name in names if names.count(name) > 1)
            raise ExportError(
                f"two reports are called {repeated}.json, and their pages would have the same "
                "name; give one folder of reports"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{folder} cannot be written to: {error.strerror}") from error
        self._folder = folder
        self._draw = draw
        page = Path(output).absolute() if output != "-" else Path.cwd() / "class.html"
        self._from_class = _relative(folder.absolute(), page.parent)
        self._to_class = quote(f"{_relative(page.parent, folder.absolute())}/{page.name}")

    def write(self, path: Path, report: Report) -> str:
        """Write a page, and return the link to it."""
        from grader.files import write_whole
        from grader.writers.pages.student_page import write_student_page

        name = f"{path.stem}.html"
        page = write_student_page(report, draw=self._draw, back=self._to_class)
        write_whole(self._folder / name, page)
        return quote(f"{self._from_class}/{name}")


def _relative(target: Path, start: Path) -> str:
    # Path.relative_to cannot go up and down again, to a folder beside the page.
    return Path(os.path.relpath(target, start)).as_posix()


def _batch_outputs(reports: Iterable[Path]) -> list[Path]:
    """Return the folders in which batches may have written these reports."""
    return sorted({path.absolute().parent.parent for path in reports})
