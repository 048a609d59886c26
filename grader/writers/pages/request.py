"""A page that another process makes, so that all processors make pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from grader.files import write_whole
from grader.records import Course, Submission
from grader.report import Report
from grader.writers.pages.pictures.draw import draw_picture
from grader.writers.pages.student_page import write_student_page


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
    path : str
        The file that gets the page; without one, the page is the answer.
    """

    report: Report
    pictures: bool
    back: str
    course: Course | None = None
    source: Submission | None = None
    path: str = ""

    def make(self) -> bytes:
        """Return the page."""
        return write_student_page(
            self.report,
            draw=draw_picture if self.pictures else None,
            course=self.course,
            source=self.source,
            back=self.back,
        )

    def pack(self) -> bytes:
        """Return it as the bytes that `answer` takes."""
        return msgspec.msgpack.encode(self, enc_hook=str)  # the course has paths


def answer(packed: bytes) -> bytes:
    """Return the page that a request asks for, or nothing once it is written.

    Raises
    ------
    GraderError
        If it cannot be written.
    """
    request = msgspec.msgpack.decode(packed, type=PageRequest, dec_hook=_decode_path)
    if not request.path:
        return request.make()
    write_whole(Path(request.path), request.make())
    return b""


def _decode_path(kind: type, value: Any) -> Any:
    return kind(value)
