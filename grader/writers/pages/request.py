"""A page that is made in a process of its own, so that all processors make pages."""

from __future__ import annotations

from typing import Any

import msgspec

from grader.records import Course, Submission
from grader.report import Report
from grader.writers.pages.page import load_template
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.student_page import TEMPLATE, write_student_page


class PageRequest(msgspec.Struct, frozen=True):
    """What `write_student_page` gets.

    Parameters
    ----------
    pictures : bool
        Whether pictures are drawn.
    course, source : Course and Submission, optional
        What was graded.
    back : str
        A link to the page of the class.
    """

    report: Report
    pictures: bool
    back: str
    course: Course | None = None
    source: Submission | None = None

    def pack(self) -> bytes:
        """Return it as the bytes that `answer` takes."""
        return msgspec.msgpack.encode(self, enc_hook=str)  # the course has paths


def prepare() -> None:
    """Load what every page needs, once for all forks."""
    load_template(TEMPLATE)


def answer(packed: bytes) -> bytes:
    """Return the page that a request asks for."""
    request = msgspec.msgpack.decode(packed, type=PageRequest, dec_hook=_decode_path)
    return write_student_page(
        request.report,
        draw=draw_picture if request.pictures else None,
        course=request.course,
        source=request.source,
        back=request.back,
    )


def _decode_path(kind: type, value: Any) -> Any:
    return kind(value)
