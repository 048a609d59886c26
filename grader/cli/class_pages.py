"""The pages of a class for ``grade page``: one of all, and one for each submission."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.cli.helpers import open_page_helpers
from grader.cli.interruption import INTERRUPTED, interruptible
from grader.cli.options import load_chosen
from grader.cli.reports import find_reports, read_all, refuse_second
from grader.cli.sources import Sources, open_sources
from grader.cli.streams import write_line
from grader.errors import ExportError
from grader.records import Audience
from grader.sanitize import name_some
from grader.wording import counted

if TYPE_CHECKING:
    from grader.records import Submission
    from grader.report import Report, UnexaminedReport
    from grader.sandbox.helpers import Helpers
    from grader.writers.pages.request import PageRequest
    from grader.writers.pages.student_page import Drawer
    from grader.writers.pages.tally import ClassTally


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
    from grader.cli.tallying import tally_reports
    from grader.writers.batch_summary import read_summary
    from grader.writers.pages.anonymous import rename_alike
    from grader.writers.pages.class_page import write_class_page
    from grader.writers.pages.tally import ClassTally

    paths = find_reports(reports)
    names: dict[Path, str] = {}
    pseudonyms: dict[str, str] = {}
    if look.anonymous:
        names, pseudonyms = _choose_names(paths)
        paths = list(names)
    tally = ClassTally()
    with (
        _explain_interruption(),
        _show_progress(len(paths), moves_only=folder is None) as advance,
    ):
        if folder is None:
            shown = [names.get(path, "") for path in paths]
            for count in tally_reports(tally, paths, shown, look.exercises):
                advance(count)
        else:
            with _open_pages(folder, output, look, sources, course) as pages:
                for count in _write_pages(tally, paths, names, pages):
                    advance(count)
    if folder is not None:
        write_line(f"written  {folder} (the pages of the submissions)", err=True)
    summaries = [folder / "summary.json" for folder in _batch_outputs(paths)]
    found = [group for summary in summaries for group in read_summary(summary).alike]
    alike = [group for group in found if not look.exercises or group.exercise in look.exercises]
    if look.anonymous:
        alike = rename_alike(alike, pseudonyms)
    return write_class_page(tally, alike, anonymous=look.anonymous)


def _write_pages(
    tally: ClassTally, paths: Iterable[Path], names: Mapping[Path, str], pages: Pages
) -> Iterator[int]:
    """Add the reports to a tally and write their pages; yield how many more are done."""
    from grader.cli.tallying import hide

    without = 0

    def request_pages() -> Iterator[PageRequest]:
        nonlocal without
        for path, report in read_all(paths, pages.look.exercises):
            name = names.get(path, "")
            shown = hide(report, name) if name else report
            file = name.replace(" ", "-") or path.stem
            link, request = pages.request(shown, file, report.submission.id)
            tally.add(shown, link)
            if request is None:
                without += 1
            else:
                yield request

    for _ in pages.helpers.answer_all(request.pack() for request in request_pages()):
        yield 1
    yield without


@contextlib.contextmanager
def _explain_interruption() -> Iterator[None]:
    try:
        with interruptible():
            yield
    except KeyboardInterrupt:
        write_line(
            "grade: interrupted; the page of the class and pages of students may be missing; "
            "run the same command again",
            err=True,
        )
        sys.exit(INTERRUPTED)


@contextlib.contextmanager
def _show_progress(total: int, *, moves_only: bool) -> Iterator[Callable[[int], None]]:
    """Provide what counts reports that are done, and show how many are.

    Parameters
    ----------
    moves_only : bool
        Whether nothing is shown but in a terminal.
    """
    if moves_only and not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    from grader.writers.terminal.progress import CountProgress

    with CountProgress(total, Console(stderr=True)) as progress:
        yield progress.count


def _choose_names(paths: Iterable[Path]) -> tuple[dict[Path, str], dict[str, str]]:
    """Return the pseudonym of each path, in their order, and that of each id."""
    from grader.report import read_submission_of
    from grader.writers.pages.anonymous import choose_pseudonyms

    ids: dict[Path, str] = {}
    digests: dict[str, str] = {}
    seen: dict[str, Path] = {}
    for path in paths:
        submission = read_submission_of(path)
        refuse_second(submission.id, path, seen)
        ids[path], digests[submission.id] = submission.id, submission.sha256
    names = choose_pseudonyms(digests)
    places = {identity: place for place, identity in enumerate(names)}
    ordered = sorted(ids, key=lambda path: places[ids[path]])
    return {path: names[ids[path]] for path in ordered}, names


@contextlib.contextmanager
def _open_pages(
    folder: Path, output: str, look: Look, sources: tuple[Path, ...], course: Path | None
) -> Iterator[Pages]:
    """Provide what describes the pages, with the submissions' code if there are sources."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written to: {error.strerror}") from error
    with contextlib.ExitStack() as stack:
        helpers = stack.enter_context(open_page_helpers())
        found = None
        if sources:
            found = stack.enter_context(open_sources(sources, load_chosen(course)))
        pages = Pages(folder, output, look, helpers, found)
        yield pages
    if pages.without_code:
        write_line(
            f"{counted(len(pages.without_code), 'page')} without code, because the files in "
            f"--source are not those that were graded: {name_some(pages.without_code, 5)}",
            err=True,
        )


@dataclass(slots=True)
class Pages:
    """A folder with a page for each submission.

    Parameters
    ----------
    output : str
        The page of the class.
    helpers : Helpers
        They make and write the pages.
    without_code : list of str
        Ids of submissions whose code was not found as it was graded.
    """

    folder: Path
    output: str
    look: Look
    helpers: Helpers
    sources: Sources | None = None
    without_code: list[str] = field(default_factory=list)
    _written: set[str] = field(default_factory=set)

    def request(
        self, report: Report | UnexaminedReport, name: str, identity: str
    ) -> tuple[str, PageRequest | None]:
        """Return the link to the page of a report and what makes it, where it has a page.

        Parameters
        ----------
        name : str
            Of the page's file, without its ending.
        identity : str
            The submission's id, by which its code is found.
        """
        from grader.report import Report
        from grader.writers.pages.request import PageRequest

        if not isinstance(report, Report):
            return "", None
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
            path=str(own / f"{name}.html"),
        )
        return quote(f"{_relative(own, start)}/{name}.html"), request

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
