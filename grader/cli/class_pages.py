"""The pages of a class for ``grade page``: one of all, and one for each submission."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from grader.cli.options import load_chosen
from grader.cli.page_makers import PageMakers
from grader.cli.reports import find_reports, read_all
from grader.cli.sources import Sources, open_sources
from grader.errors import ExportError
from grader.records import Audience
from grader.sanitize import name_some

if TYPE_CHECKING:
    from grader.records import Submission
    from grader.report import Report, UnexaminedReport
    from grader.writers.pages.student_page import Drawer


@dataclass(frozen=True, slots=True)
class Look:
    """How pages are made: with pictures, for whom, without names, and of which exercises.

    Parameters
    ----------
    exercises : tuple of str
        Names; without any, those that the reports have.
    """

    draw: Drawer | None
    audience: Audience
    anonymous: bool
    exercises: tuple[str, ...] = ()

    def show(self, report: Report) -> Report:
        """Return what a page for this audience shows of a report."""
        from grader.report import for_students

        return for_students(report) if self.audience == "student" else report


def write_class(
    reports: tuple[Path, ...],
    output: str,
    look: Look,
    folder: Path | None,
    sources: tuple[Path, ...],
    course: Path | None,
) -> bytes:
    """Return the page of a class, and write those of the submissions if there is a folder."""
    from grader.writers.batch_summary import read_summary
    from grader.writers.pages.anonymous import rename_alike
    from grader.writers.pages.class_page import write_class_page
    from grader.writers.pages.tally import ClassTally

    paths = find_reports(reports)
    names: dict[str, str] = {}
    if look.anonymous:
        paths, names = _choose_names(paths)
    tally = ClassTally()
    with (
        _open_pages(folder, output, look, sources, course) as pages,
        _show_progress(paths) as shown_paths,
    ):
        for path, report in read_all(shown_paths, look.exercises):
            name = names.get(report.submission.id, "")
            shown = _hide(report, name) if name else report
            link = pages.write(shown, name.replace(" ", "-") or path.stem, report.submission.id)
            tally.add(shown, link)
    summaries = [folder / "summary.json" for folder in _batch_outputs(paths)]
    found = [group for summary in summaries for group in read_summary(summary).alike]
    alike = [group for group in found if not look.exercises or group.exercise in look.exercises]
    if look.anonymous:
        alike = rename_alike(alike, names)
    return write_class_page(tally, alike, anonymous=look.anonymous)


@contextlib.contextmanager
def _show_progress(paths: Sequence[Path]) -> Iterator[Iterable[Path]]:
    """Provide the paths; in a terminal, a line shows how many of them are done."""
    if not sys.stderr.isatty():
        yield paths
        return
    with click.progressbar(paths, label="reports", show_pos=True, file=sys.stderr) as bar:
        yield bar


def _hide(report: Report | UnexaminedReport, name: str) -> Report | UnexaminedReport:
    from grader.report import Report
    from grader.writers.pages.anonymous import hide_names, hide_owner

    return hide_names(report, name) if isinstance(report, Report) else hide_owner(report, name)


def _choose_names(paths: Iterable[Path]) -> tuple[list[Path], dict[str, str]]:
    """Return the paths in the order of the pseudonyms, and the pseudonym of each id."""
    from grader.writers.pages.anonymous import choose_pseudonyms

    submissions = {path: report.submission for path, report in read_all(paths)}
    names = choose_pseudonyms({one.id: one.sha256 for one in submissions.values()})
    places = {identity: place for place, identity in enumerate(names)}
    return sorted(submissions, key=lambda path: places[submissions[path].id]), names


@contextlib.contextmanager
def _open_pages(
    folder: Path | None, output: str, look: Look, sources: tuple[Path, ...], course: Path | None
) -> Iterator[Pages]:
    """Provide what writes the pages, with the submissions' code if there are sources."""
    if folder is None:
        yield Pages()
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written to: {error.strerror}") from error
    if not sources:
        with PageMakers() as makers:
            yield Pages(folder, output, look, makers)
        return
    with open_sources(sources, load_chosen(course)) as found, PageMakers() as makers:
        pages = Pages(folder, output, look, makers, found)
        yield pages
    if pages.without_code:
        click.echo(
            f"{len(pages.without_code)} pages are without code, because --source has not what was "
            f"graded: {name_some(pages.without_code, 5)}",
            err=True,
        )


@dataclass(slots=True)
class Pages:
    """A folder with a page for each submission; without one, nothing is written.

    Parameters
    ----------
    output : str
        The page of the class.
    without_code : list of str
        Ids of submissions whose code was not found as it was graded.
    """

    folder: Path | None = None
    output: str = "-"
    look: Look | None = None
    makers: PageMakers | None = None
    sources: Sources | None = None
    without_code: list[str] = field(default_factory=list)
    _written: set[str] = field(default_factory=set)

    def write(self, report: Report | UnexaminedReport, name: str, identity: str) -> str:
        """Have a page written, and return the link to it; an empty text if there is none.

        Parameters
        ----------
        name : str
            Of the page's file, without its ending.
        identity : str
            The submission's id, by which its code is found.
        """
        from grader.report import Report
        from grader.writers.pages.request import PageRequest

        if self.folder is None or self.look is None or self.makers is None:
            return ""
        if not isinstance(report, Report):
            return ""
        if name in self._written:
            raise ExportError(
                f"two reports are called {name}.json, and their pages would have the same "
                "name; give one folder of reports"
            )
        self._written.add(name)
        own = self.folder.absolute()
        class_page = Path(self.output).absolute() if self.output != "-" else Path("class.html")
        start = class_page.absolute().parent
        back = quote(f"{_relative(start, own)}/{class_page.name}")
        shown, source = self.look.show(report), self._read_source(report, identity)
        request = PageRequest(
            shown,
            pictures=self.look.draw is not None,
            back=back,
            course=self.sources.course if self.sources and source else None,
            source=source,
        )
        self.makers.add(request, self.folder / f"{name}.html")
        return quote(f"{_relative(own, start)}/{name}.html")

    def _read_source(self, report: Report, identity: str) -> Submission | None:
        """Return what was graded, or None where there is no such source."""
        from grader.writers.pages.student_page import refuse_other_source

        if self.sources is None or not report.submission.files:
            return None
        source = self.sources.read(identity)
        try:
            if source is None:
                raise ExportError("it is not there")
            refuse_other_source(report, source)
        except ExportError:
            self.without_code.append(identity)
            return None
        return source


def _relative(target: Path, start: Path) -> str:
    # Path.relative_to cannot go up and down again, to a folder beside the page.
    return Path(os.path.relpath(target, start)).as_posix()


def _batch_outputs(reports: Iterable[Path]) -> list[Path]:
    """Return the folders in which batches may have written these reports."""
    return sorted({path.absolute().parent.parent for path in reports})
