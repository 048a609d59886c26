"""The folder that a batch writes; only one batch at a time writes to it.

::

    DIR/reports/<id>.json     for the instructor
    DIR/feedback/<id>.json    for the student
    DIR/journal.jsonl         the submissions that were graded, with all that a result depends on
    DIR/summary.csv, summary.json
    DIR/adjustments.csv       the instructor's own, only read
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path
from typing import Self

import msgspec.structs
from filelock import FileLock, Timeout

from grader.adjustments import Adjustments, adjust_json
from grader.batch.journal import Entry, Journal, Key, digest_bytes, digest_file
from grader.batch.work import Graded
from grader.errors import GraderError, JournalError
from grader.files import write_whole


class Output:
    """An output folder, made if needed and locked for this process; a context manager.

    Raises
    ------
    GraderError
        If it cannot be written to, another batch is writing to it, or its adjustments cannot be
        read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports = folder / "reports"
        self.feedback = folder / "feedback"
        try:
            for place in (self.reports, self.feedback):
                place.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / ".lock")
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise JournalError(
                f"another batch is writing to {folder}; wait for it, or choose another --output"
            ) from error
        except OSError as error:
            raise GraderError(f"{folder} cannot be written to: {error.strerror}") from error
        try:
            self._sweep()
            self._adjustments = Adjustments(folder)
            self._journal = Journal(folder / "journal.jsonl")
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        self._lock.release()

    def refuse_unknown_adjustments(self, ids: Sequence[str], exercises: Container[str]) -> None:
        """Refuse adjustments of submissions and exercises that there are not.

        Raises
        ------
        TableError
            For the first such row.
        """
        self._adjustments.refuse_unknown({*ids, *self.find_others(ids)}, exercises)

    def find(self, key: Key) -> Entry | None:
        """Return the entry of a graded submission whose two files are unchanged.

        If its adjustments are others now, the files and the entry get them.
        """
        return self._adjust(self._check(self._journal.find(key)))

    def recall(self, submission_id: str) -> Entry | None:
        """Return the last entry of a submission, however it was graded, as `find` does."""
        return self._adjust(self._check(self._journal.recall(submission_id)))

    def _check(self, entry: Entry | None) -> Entry | None:
        if entry is None:
            return None
        key = entry.key
        intact = (
            digest_file(self.report_path(key.id)) == entry.report_sha256
            and digest_file(self._feedback_path(key.id)) == entry.feedback_sha256
        )
        return entry if intact else None

    def _adjust(self, entry: Entry | None) -> Entry | None:
        if entry is None or entry.adjustments == self._adjustments.of(entry.key.id):
            return entry
        paths = self.report_path(entry.key.id), self._feedback_path(entry.key.id)
        entry = self._write(entry, *(path.read_bytes() for path in paths))
        self._journal.append(entry)
        return entry

    def write(self, key: Key, graded: Graded, repeat_with: str) -> Entry:
        """Write both reports of a submission, and then, if the result is final, a journal entry.

        Raises
        ------
        GraderError
            If a file cannot be written; the submission then counts as not graded.
        """
        scores = graded.score, graded.max_score
        entry = Entry(key, "", "", *scores, repeat_with, graded.fingerprints)
        entry = self._write(entry, graded.report, graded.feedback)
        if graded.final:
            self._journal.append(entry)
        return entry

    def _write(self, entry: Entry, report: bytes, feedback: bytes) -> Entry:
        """Write both reports with the adjustments of now, and return the entry of these files."""
        adjustments = self._adjustments.of(entry.key.id)
        if entry.score is None:
            adjustments = ()
        if adjustments != entry.adjustments:
            report, feedback = (adjust_json(one, adjustments) for one in (report, feedback))
        write_whole(self.report_path(entry.key.id), report)
        write_whole(self._feedback_path(entry.key.id), feedback)
        return msgspec.structs.replace(
            entry,
            report_sha256=digest_bytes(report),
            feedback_sha256=digest_bytes(feedback),
            adjustments=adjustments,
        )

    def report_path(self, submission_id: str) -> Path:
        """Return the path of a submission's report for the instructor."""
        return self.reports / f"{submission_id}.json"

    def _feedback_path(self, submission_id: str) -> Path:
        return self.feedback / f"{submission_id}.json"

    def find_others(self, ids: Container[str]) -> list[str]:
        """Return the ids of all other submissions that have reports, from earlier runs."""
        return sorted(p.stem for p in self.reports.glob("*.json") if p.stem not in ids)

    def _sweep(self) -> None:
        # A killed batch may have left temporary files.
        for place in (self.folder, self.reports, self.feedback):
            for leftover in place.glob(".*.json.*"):
                leftover.unlink()
