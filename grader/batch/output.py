"""The folder that a batch writes; only one batch at a time writes to it.

::

    DIR/reports/<id>.json     for the instructor
    DIR/feedback/<id>.json    for the student
    DIR/journal.jsonl         the submissions that were graded, with all that a result depends on
    DIR/summary.csv, summary.json
"""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from grader.batch.journal import Entry, Journal, Key, digest_bytes, digest_file
from grader.batch.work import Graded
from grader.errors import GraderError, JournalError
from grader.files import write_whole


class Output:
    """An output folder, made if needed and locked for this process; a context manager.

    Raises
    ------
    GraderError
        If it cannot be written to, or another batch is writing to it.
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
            self._journal = Journal(folder / "journal.jsonl")
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        self._lock.release()

    def find(self, key: Key) -> Entry | None:
        """Return the entry of a graded submission whose two files are unchanged."""
        return self._check(self._journal.find(key))

    def recall(self, submission_id: str) -> Entry | None:
        """Return the last entry of a submission, however it was graded, with unchanged files."""
        return self._check(self._journal.recall(submission_id))

    def _check(self, entry: Entry | None) -> Entry | None:
        if entry is None:
            return None
        key = entry.key
        intact = (
            digest_file(self.report_path(key.id)) == entry.report_sha256
            and digest_file(self.feedback / f"{key.id}.json") == entry.feedback_sha256
        )
        return entry if intact else None

    def write(self, key: Key, graded: Graded, repeat_with: str) -> Entry:
        """Write both reports of a submission, and then, if the result is final, a journal entry.

        Raises
        ------
        GraderError
            If a file cannot be written; the submission then counts as not graded.
        """
        write_whole(self.report_path(key.id), graded.report)
        write_whole(self.feedback / f"{key.id}.json", graded.feedback)
        entry = Entry(
            key,
            digest_bytes(graded.report),
            digest_bytes(graded.feedback),
            graded.score,
            graded.max_score,
            repeat_with,
            graded.fingerprints,
        )
        if graded.final:
            self._journal.append(entry)
        return entry

    def report_path(self, submission_id: str) -> Path:
        """Return the path of a submission's report for the instructor."""
        return self.reports / f"{submission_id}.json"

    def find_others(self, ids: Container[str]) -> list[str]:
        """Return the ids of all other submissions that have reports, from earlier runs."""
        return sorted(p.stem for p in self.reports.glob("*.json") if p.stem not in ids)

    def _sweep(self) -> None:
        # A killed batch may have left temporary files.
        for place in (self.folder, self.reports, self.feedback):
            for leftover in place.glob(".*.json.*"):
                leftover.unlink()
