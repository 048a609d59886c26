"""The numpy of a student's own report, which may have been handed in beside the code.

The file is the student's: it is bounded, and anything but a report with a version is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from grader.errors import ReadingError, SubmissionError
from grader.submissions.child.budget import MIB
from grader.submissions.child.entries import Entry, UnreadableError

REPORT = "report.json"

_MAX_REPORT = 4 * MIB
_Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9A-Za-z.+-]{1,30}\Z")]


class _Environment(msgspec.Struct):
    numpy: _Version


class _Report(msgspec.Struct):
    environment: _Environment


def read_numpy(reports: Sequence[Entry]) -> str:
    """Return numpy's version in the one report of a submission, or an empty string."""
    if len(reports) != 1:
        return ""  # of several it is not known which is of this code
    try:
        content = reports[0].read(_MAX_REPORT)
        return msgspec.json.decode(content, type=_Report).environment.numpy
    except (msgspec.MsgspecError, RecursionError):
        return ""
    except (UnreadableError, SubmissionError, ReadingError):
        return ""  # the code was read, and only that is graded
