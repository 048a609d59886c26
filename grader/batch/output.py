"""The folder that a batch writes; only one batch at a time writes to it.

::

    DIR/reports/<id>.json     for the instructor
    DIR/feedback/<id>.json    for the student
    DIR/journal.jsonl         the submissions that were graded, with all that a result depends on
    DIR/summary.csv, summary.json
    DIR/before/<id>.json      until a regrade is complete: the reports that it replaces
    DIR/changes.csv           the scores that the last regrade changed
    DIR/adjustments.csv       the instructor's own, only read

Nothing else in the folder is touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec.structs
from filelock import FileLock, Timeout

from grader.adjustments import Adjustments, adjust_json
from grader.batch.journal import About, Entry, Journal, Key, digest_bytes, digest_file
from grader.batch.work import Graded
from grader.errors import GraderError, JournalError
from grader.files import write_whole

_OWN = ("summary.csv", "summary.json", "changes.csv")
_DROPPED = ".before"
_UNKNOWN = About()


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
        self.before = folder / "before"
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
        self._adjustments.refuse_unknown({*ids, *self.list_reports()}, exercises)

    def find(self, key: Key) -> Entry | None:
        """Return the entry of a graded submission whose two files are unchanged.

        If its adjustments are others now, the files and the entry get them.
        """
        return self._adjust(self._check(self._journal.find(key)))

    def recall(self, submission_id: str) -> Entry | None:
        """Return the last entry of a submission, however it was graded, as `find` does."""
        return self._adjust(self._check(self._journal.recall(submission_id)))

    def recall_attempt(self, submission_id: str, files: str) -> Entry | None:
        """Return the last entry of a submission that had other files, if there was one."""
        return self._journal.recall_attempt(submission_id, files)

    def recall_any(self, submission_id: str) -> Entry | None:
        """Return the last entry of a submission, even if its files have changed or are gone."""
        return self._journal.recall(submission_id)

    def was_replaced(self, submission_id: str, files: str) -> bool:
        """Return whether other files of a submission were graded after these."""
        return self._journal.was_replaced(submission_id, files)

    def entries(self) -> Iterator[Entry]:
        """Yield the last entry of every submission that still has a report."""
        present = set(self.list_reports())
        return (entry for entry in self._journal.entries() if entry.key.id in present)

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

    def write(self, key: Key, graded: Graded, repeat_with: str, about: About = _UNKNOWN) -> Entry:
        """Write both reports of a submission, and then, if the result is final, a journal entry.

        Raises
        ------
        GraderError
            If a file cannot be written; the submission then counts as not graded.
        """
        entry = Entry(
            key,
            "",
            "",
            graded.score,
            graded.max_score,
            repeat_with,
            graded.fingerprints,
            status=graded.status,
            about=about,
        )
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

    def list_reports(self) -> list[str]:
        """Return the ids of all submissions that have a report, in order."""
        return sorted(path.stem for path in self.reports.glob("*.json"))

    def keep_before(self, ids: Iterable[str]) -> None:
        """Keep the reports of submissions that will be graded again, until `drop_before`.

        Reports that an unfinished regrade has kept remain: they are older.

        Raises
        ------
        GraderError
            If a report cannot be kept.
        """
        try:
            self.before.mkdir(exist_ok=True)
            for identity in ids:
                kept = self.before / f"{identity}.json"
                if not kept.exists():
                    _link(self.report_path(identity), kept)
        except OSError as error:
            raise GraderError(f"{self.before} cannot be written to: {error.strerror}") from error

    def list_before(self) -> list[Path]:
        """Return the reports of before an unfinished regrade."""
        return sorted(self.before.glob("*.json"))

    def drop_before(self) -> None:
        """Remove the reports of before a regrade, all at once."""
        # A batch that is killed meanwhile must not leave some of them.
        with contextlib.suppress(FileNotFoundError):
            self.before.rename(self.folder / _DROPPED)
        shutil.rmtree(self.folder / _DROPPED, ignore_errors=True)

    def _sweep(self) -> None:
        # A killed batch may have left temporary files.
        shutil.rmtree(self.folder / _DROPPED, ignore_errors=True)
        for place in (self.reports, self.feedback, self.before):
            _remove(place.glob(".*.json.*"))
        for name in _OWN:
            _remove(self.folder.glob(f".{name}.*"))


def _link(report: Path, kept: Path) -> None:
    """Give a report, which is replaced and never changed, a second name; or copy it."""
    try:
        os.link(report, kept)
    except OSError:  # not every file system has links
        write_whole(kept, report.read_bytes())


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink()
