"""The journal of a batch: a line for each submission that was graded.

A line is appended after its reports are written to the disk. An unfinished last line, as a
power failure leaves it, is ignored.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Self

import msgspec

from grader.errors import JournalError
from grader.records import Adjustment


class Key(msgspec.Struct, frozen=True):
    """All that a result depends on: with equal keys, results are equal.

    Parameters
    ----------
    id, grader : str
        Of the submission, and the grader's version.
    submission, course, seed : str
        Digests of the snapshot, of manifest and suites, and of the seed.
    exercises : tuple of str
        The graded exercises; all if it is empty.
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
        Of the code, by exercise.
    adjustments : tuple of Adjustment
        Those in the two files.
    """

    key: Key
    report_sha256: str
    feedback_sha256: str
    score: float | None
    max_score: float
    repeat_with: str
    fingerprints: dict[str, str]
    adjustments: tuple[Adjustment, ...] = ()


class Journal:
    """An open journal, made if it does not exist; a context manager.

    Raises
    ------
    JournalError
        If it cannot be opened, or is not a journal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("a+b", buffering=0)
        except OSError as error:
            raise JournalError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            self._entries = self._read()
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
        self._entries[entry.key.id] = entry

    def _read(self) -> dict[str, Entry]:
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._file.fileno(), whole)
        entries = {}
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.MsgspecError as error:
                raise JournalError(
                    f"{self._path}, line {number} is not a valid journal entry; choose another "
                    "--output, or delete that file to grade everything again"
                ) from error
            entries[entry.key.id] = entry
        return entries


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of some bytes as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, or an empty string if it cannot be read."""
    try:
        return digest_bytes(path.read_bytes())
    except OSError:
        return ""
