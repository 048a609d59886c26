"""Exports of a class in which each report takes its time, on all processors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from grader.cli.helpers import open_helpers, open_page_helpers
from grader.cli.streams import write_output
from grader.errors import ExportError
from grader.sanitize import clean_line
from grader.wording import counted

if TYPE_CHECKING:
    from grader.report import Report
    from grader.writers.pages.request import PageRequest


def export_junit(reports: Iterable[Report], output: str) -> None:
    """Write JUnit XML."""
    from msgspec import msgpack

    from grader.writers.exports import junit

    with open_helpers(junit.__name__) as helpers:
        answers = helpers.answer_all(map(msgpack.encode, reports))
        suites = (msgpack.decode(answer, type=junit.Suite) for answer in answers)
        write_output(junit.write_junit(suites), output)


def export_zip(reports: Iterable[Report], format: str, output: str) -> None:
    """Write a zip of pages.

    Raises
    ------
    ExportError
        If reports have no page in it, after it is written with the others.
    """
    from grader.writers.exports.feedback_zip import write_feedback_zip

    left_out: list[str] = []
    with open_page_helpers() as helpers:

        def make(requests: Iterable[PageRequest]) -> Iterator[bytes]:
            return helpers.answer_all(request.pack() for request in requests)

        write_output(write_feedback_zip(reports, format, left_out, make), output)
    if left_out:
        raise ExportError(
            f"{counted(len(left_out), 'report')} left out of the zip, as they are not of such "
            f"a download, among them {clean_line(left_out[0])}; the others are in it"
        )
