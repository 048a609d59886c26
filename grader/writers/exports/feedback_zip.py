"""Pages for students in one zip, which Moodle or Canvas takes back as feedback files.

Each platform finds a student by the names of its own download, which a report has as
``submission.original``.
"""

from __future__ import annotations

import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from grader.errors import ExportError
from grader.files import open_temporary
from grader.report import Report, for_students
from grader.submissions.layouts import canvas, moodle
from grader.writers.pages.request import PageRequest

PAGE = "feedback.html"
_PART = 2**20  # bytes
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; equal reports make equal zips


def moodle_path(original: str) -> str:
    """Return the path of a page for "Upload multiple feedback files in a zip", or nothing."""
    prefix = moodle.prefix_of(original)
    return f"{prefix}/{PAGE}" if prefix else ""


def canvas_path(original: str) -> str:
    """Return the path of a page for "Upload submissions", which comments on them, or nothing."""
    prefix = canvas.prefix_of(original)
    return f"{prefix}{PAGE}" if prefix else ""


PATHS = {"moodle-feedback": moodle_path, "canvas-feedback": canvas_path}


# Makes pages, in the order of what asks for them.
MakePages = Callable[[Iterable[PageRequest]], Iterator[bytes]]


def write_feedback_zip(
    reports: Iterable[Report], target: str, left_out: list[str], make: MakePages
) -> Iterator[bytes]:
    """Yield the parts of a zip with a page for each student.

    Parameters
    ----------
    target : str
        A name of `PATHS`.
    left_out : list of str
        Receives the ids of submissions that do not come from such a download.
    make : callable
        Makes the pages, perhaps on other processors.

    Raises
    ------
    ExportError
        If that is true of all of them.
    """
    names: deque[str] = deque()

    def request_pages() -> Iterator[PageRequest]:
        for report in reports:
            path = PATHS[target](report.submission.original)
            if path:
                names.append(path)
                yield PageRequest(for_students(report), pictures=False, back="")
            else:
                left_out.append(report.submission.id)

    with open_temporary() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for page in make(request_pages()):
                entry = zipfile.ZipInfo(names.popleft(), _EARLIEST)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, page, zipfile.ZIP_DEFLATED)
            if not archive.namelist():
                platform = target.partition("-")[0].capitalize()
                raise ExportError(
                    f"no report is of a download of {platform}; grade the download itself with "
                    "`grade batch`, so that the reports have its file names"
                )
        file.seek(0)
        yield from iter(lambda: file.read(_PART), b"")
