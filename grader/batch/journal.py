"""The journal of a batch: a line for each submission that was graded.

A line is appended after its reports are written to the disk. An unfinished last line, as a
power failure leaves it, is ignored.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec

from grader.batch.conditions import Conditions
from grader.errors import JournalError
from grader.records import WITH_CODE, Adjustment, Person, SubmissionStatus


class Key(msgspec.Struct, frozen=True):
    """All that a result depends on: with equal keys, results are equal.

    Parameters
    ----------
    id, grader : str
        The submission's id, and the grader's version.
    submission, course, seed : str
        Digests of the snapshot, of manifest and suites, and of the seed.
    exercises : tuple of str
        The graded exercises, in alphabetical order; all if it is empty.
    isolation : str
        The value of ``--isolation``.
    """

    id: str
    submission: str
    course: str
    exercises: tuple[str, ...]
    seed: str
    grader: str
    isolation: str

    def __post_init__(self) -> None:
        # The order on the command line does not change a result.
        msgspec.structs.force_setattr(self, "exercises", tuple(sorted(set(self.exercises))))

    @property
    def conditions(self) -> Conditions:
        """Return all of it but the submission."""
        return Conditions(self.course, self.exercises, self.seed, self.grader, self.isolation)


class About(msgspec.Struct, frozen=True):
    """The files and students of a submission, as in the report.

    Parameters
    ----------
    files : str
        Digest of names and contents; empty in a journal of an earlier version.
    students : tuple of Person
        Empty if they are not known.
    handed_in_at : str
        The time, in ISO 8601; empty if it is not known.
    """

    files: str = ""
    students: tuple[Person, ...] = ()
    handed_in_at: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One graded submission.

    Parameters
    ----------
    score : float or None
        None if the submission could not be examined.
    report_sha256, feedback_sha256 : str
        Digests of the two files.
    repeat_with : str
        The seed with which ``grade submit --seed`` draws the same inputs.
    fingerprints : dict of str to str
        Fingerprints of the code, by exercise.
    adjustments : tuple of Adjustment
        The adjustments in the two files.
    status : str or None
        As in the report; None in a journal of an earlier version.
    about : About
        The files and students of the submission.
    """

    key: Key
    report_sha256: str
    feedback_sha256: str
    score: float | None
    max_score: float
    repeat_with: str
    fingerprints: dict[str, str]
    adjustments: tuple[Adjustment, ...] = ()
    status: SubmissionStatus | None = None
    about: About = About()

    @property
    def percent(self) -> float | None:
        """Return the percentage of the points, or None if it is not part of a mean."""
        if self.score is None or self.status not in (None, *WITH_CODE):
            return None
        return 100 * self.score / (self.max_score or 1)


class Journal:
    """An open journal, made if it does not exist; a context manager.

    Raises
    ------
    JournalError
        If it cannot be opened, or is not a journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self._attempts: dict[str, Entry] = {}
        try:
            self._file = path.open("a+b", buffering=0)
        except OSError as error:
            raise JournalError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def find(self, key: Key) -> Entry | None:
        """Return the entry of a submission that was graded with this key."""
        entry = self._entries.get(key.id)
        return entry if entry is not None and entry.key == key else None

    def recall(self, submission_id: str) -> Entry | None:
        """Return the last entry of a submission, with whatever key."""
        return self._entries.get(submission_id)

    def recall_attempt(self, submission_id: str, files: str) -> Entry | None:
        """Return the last entry of a submission that had other files, if there was one."""
        for entry in (self._entries.get(submission_id), self._attempts.get(submission_id)):
            if entry is not None and entry.about.files not in ("", files):
                return entry
        return None

    def was_replaced(self, submission_id: str, files: str) -> bool:
        """Return whether other files were graded after these."""
        earlier = self._attempts.get(submission_id)
        return earlier is not None and bool(files) and earlier.about.files == files

    def entries(self) -> Iterable[Entry]:
        """Return the last entry of every submission."""
        return self._entries.values()

    def append(self, entry: Entry) -> None:
        """Append an entry, and wait until it is on the disk.

        Raises
        ------
        JournalError
            If it cannot be written; the journal is unchanged.
        """
        line = msgspec.json.encode(entry) + b"\n"
        end = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(line)
            if written != len(line):
                raise OSError(0, "only a part of the line could be written")
            os.fsync(self._file.fileno())
        except OSError as error:
            # A full disk may have taken half a line.
            os.truncate(self._file.fileno(), end)
            raise JournalError(f"{self._path} cannot be written: {error.strerror}") from error
        self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        before = self._entries.get(entry.key.id)
        if before is not None and before.about.files != entry.about.files:
            self._attempts[entry.key.id] = before
        self._entries[entry.key.id] = entry

    def _read(self) -> None:
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._file.fileno(), whole)
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.MsgspecError as error:
                raise JournalError(
                    f"{self._path}, line {number} is not a valid journal entry; choose another "
                    "--output, or delete that file to grade everything again"
                ) from error
            self._remember(entry)


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of some bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty string if it cannot be read."""
    try:
        return digest_bytes(path.read_bytes())
    except OSError:
        return ""
