"""Read a submission of a class, or return why there is nothing to grade in it."""

from __future__ import annotations

from msgspec.structs import replace

from grader.batch.listing import Listed
from grader.batch.work import Snapshot
from grader.errors import ReadingError, SubmissionError
from grader.records import Course, Submission
from grader.sanitize import clean_line
from grader.submissions.nothing import NothingFoundError
from grader.submissions.reader import read_or_explain, read_parts


def read_listed(listed: Listed, course: Course) -> Snapshot:
    """Return a submission's snapshot, with whose it is and what was left out.

    Raises
    ------
    SandboxError
        If this machine cannot start the process that reads.
    """
    try:
        found = _read(listed, course)
    except ReadingError as error:
        found = Snapshot(Submission(listed.id, ()), fault=str(error))
    submission = replace(
        found.submission,
        notes=(*found.submission.notes, *listed.notes, *listed.replaced),
        students=listed.students,
        attempt=listed.attempt,
        handed_in_at=listed.handed_in_at,
        late=listed.late,
        original=listed.original,
    )
    return replace(found, submission=submission)


def _read(listed: Listed, course: Course) -> Snapshot:
    if listed.reason:
        return Snapshot(Submission(listed.id, ()), listed.reason, missing=not listed.damaged)
    if not listed.parts:
        return Snapshot(*read_or_explain(listed.path, course, listed.id))
    try:
        return Snapshot(read_parts(listed.parts, course, listed.id))
    except SubmissionError as error:
        names = [part.name for part in listed.parts]
        reason = clean_line(f"{names[0]}: {error}" if len(names) == 1 else str(error), 400)
        missing = isinstance(error, NothingFoundError)
        return Snapshot(Submission(listed.id, ()), reason, missing)
