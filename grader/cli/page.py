"""``grade report``: a page to look at, of one submission or of a class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from grader.cli.command import GradeCommand, course_option, unbroken_pipe
from grader.cli.reports import find_files, read_reports
from grader.errors import ExportError
from grader.records import Audience

if TYPE_CHECKING:
    from grader.report import Report
    from grader.writers.pages.student_page import Drawer


@click.command(cls=GradeCommand)
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="OUT.html",
    required=True,
    help="The file to write; - is standard output.",
)
@click.option(
    "--source",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="For one report: what was graded, to show its lines beside the checks.",
)
@course_option
@click.option(
    "--pages",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="For a class: also write a page for each report into this folder, and link them.",
)
@click.option("--pictures/--no-pictures", default=True, help="Whether to draw pictures.")
@click.option(
    "--audience",
    type=click.Choice(["student", "instructor"]),
    default="instructor",
    show_default=True,
    help="For a student, what an instructor's report says of hidden checks is left out.",
)
def report(
    reports: tuple[Path, ...],
    output: str,
    source: Path | None,
    course: Path | None,
    pages: Path | None,
    pictures: bool,
    audience: Audience,
) -> None:
    r"""Make one HTML file of REPORTS that works offline and can be mailed.

    One report makes a student's page; several, or a folder of them, the page of a class.

    \b
    Examples:
      grade report report.json -o page.html --source work
      grade report out/reports -o class.html --pages out/pages
      grade report out/feedback/ada.json -o ada.html
    """
    whole_class = len(reports) > 1 or reports[0].is_dir()
    _refuse_misfits(whole_class=whole_class, source=source, course=course, pages=pages)
    drawn = pictures and (pages is not None or not whole_class)
    draw = _find_drawer() if drawn else None
    if whole_class:
        page = _write_class(reports, output, pages, draw, audience)
    else:
        page = _write_student(reports[0], source, course, draw, audience)
    _put(page, output)
    if drawn and draw is None:
        click.echo(
            "grade: the pictures need matplotlib: pip install 'backprop-grader[report]'", err=True
        )


def _refuse_misfits(
    *, whole_class: bool, source: Path | None, course: Path | None, pages: Path | None
) -> None:
    if whole_class and source is not None:
        raise click.UsageError("--source is for one report")
    if course is not None and source is None:
        raise click.UsageError("--course says how to read --source; give that, too")
    if pages is not None and not whole_class:
        raise click.UsageError("--pages is for a class; for one report -o is enough")


def _find_drawer() -> Drawer | None:
    try:
        from grader.writers.pages.pictures import draw_picture
    except ImportError:
        return None
    return draw_picture


def _write_student(
    path: Path, source: Path | None, course: Path | None, draw: Drawer | None, audience: Audience
) -> bytes:
    from grader.course.manifest import find_manifest, load_course
    from grader.submissions.reader import read_submission
    from grader.writers.pages.student_page import write_student_page

    ((_, report),) = read_reports(find_files((path,)))
    shown = _for(audience, report)
    if source is None:
        return write_student_page(shown, draw=draw)
    asked = load_course(find_manifest(course))
    handed_in = read_submission(source, asked)
    return write_student_page(shown, draw=draw, course=asked, source=handed_in)


def _for(audience: Audience, report: Report) -> Report:
    from grader.report import for_students

    return for_students(report) if audience == "student" else report


def _write_class(
    reports: tuple[Path, ...],
    output: str,
    pages: Path | None,
    draw: Drawer | None,
    audience: Audience,
) -> bytes:
    from grader.writers.pages.class_page import read_alike, write_class_page
    from grader.writers.pages.statistics import ClassTally

    tally = ClassTally()
    paths = find_files(reports)
    linked = _Pages(pages, output, paths, draw) if pages else None
    for path, report in read_reports(paths):
        link = linked.write(path, _for(audience, report)) if linked else ""
        tally.add(report, link)
    alike = [one for folder in _folders(reports) for one in read_alike(folder / "summary.json")]
    return write_class_page(tally, alike)


class _Pages:
    """A folder with one page a report, called as the report's file is."""

    def __init__(self, folder: Path, output: str, paths: list[Path], draw: Drawer | None) -> None:
        names = [path.stem for path in paths]
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ExportError(
                f"two reports are called {twice}.json, and each needs a page of its own name; "
                "give one folder of reports"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ExportError(f"{folder} cannot be written to: {error.strerror}") from error
        self._folder = folder
        self._draw = draw
        page = Path(output).absolute() if output != "-" else Path.cwd() / "class.html"
        self._there = _relative(folder.absolute(), page.parent)
        self._back = quote(f"{_relative(page.parent, folder.absolute())}/{page.name}")

    def write(self, path: Path, report: Report) -> str:
        """Write a page, and return the link to it."""
        from grader.files import write_whole
        from grader.writers.pages.student_page import write_student_page

        name = f"{path.stem}.html"
        page = write_student_page(report, draw=self._draw, back=self._back)
        write_whole(self._folder / name, page)
        return quote(f"{self._there}/{name}")


def _relative(target: Path, start: Path) -> str:
    import os.path

    # Up and down again: a folder beside the page is linked, too.
    return Path(os.path.relpath(target, start)).as_posix()


def _folders(reports: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the folders of batches whose reports were given."""
    folders = (one.absolute() if one.is_dir() else one.absolute().parent for one in reports)
    yield from sorted({folder.parent for folder in folders})


def _put(page: bytes, output: str) -> None:
    from grader.files import write_whole

    if output == "-":
        with unbroken_pipe():
            click.echo(page, nl=False)
        return
    write_whole(Path(output), page)
    click.echo(f"written  {output}", err=True)
