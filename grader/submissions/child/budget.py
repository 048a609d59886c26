"""The cost that reading one submission may have, counted together for all that is in it."""

from __future__ import annotations

from grader.errors import SubmissionError

MIB = 2**20
MAX_SOURCE = MIB  # bytes of a module; one of the course has a few thousand
MAX_NOTEBOOK = 20 * MIB  # its outputs may hold pictures
MAX_ARCHIVE = 50 * MIB
MAX_TOTAL = 128 * MIB  # read and unpacked, wanted or in vain
MAX_ENTRIES = 10_000  # files, those of environments and caches left out
MAX_LISTED = 100_000  # names that are looked at, of whatever
MAX_NESTING = 3  # archives in archives
MAX_FOLDERS = 16  # folders in folders
_SHARE = 3


class Spent(SubmissionError):
    """The submission costs more to read than any submission needs."""


class Budget:
    """Counts down everything that is read of one submission.

    Parameters
    ----------
    total, entries, listed : int
        Bytes, files, and names that may be read.
    outer : Budget, optional
        Of which this is a share.
    """

    def __init__(
        self,
        total: int = MAX_TOTAL,
        entries: int = MAX_ENTRIES,
        listed: int = MAX_LISTED,
        outer: Budget | None = None,
    ) -> None:
        self._bytes = total
        self._entries = entries
        self._listed = listed
        self._outer = outer

    @property
    def bytes_left(self) -> int:
        """Return how many bytes may still be read."""
        return max(0, self._bytes)

    def share(self) -> Budget:
        """Return a third of what is left, for an archive in the submission.

        An archive that spends its share leaves enough for the files beside it.
        """
        return Budget(self._bytes // _SHARE, self._entries // _SHARE, self._listed // _SHARE, self)

    def take_bytes(self, count: int) -> None:
        """Count bytes that are read or unpacked."""
        self._bytes -= count
        if self._bytes < 0:
            raise Spent("it unpacks to too much; hand in the code without data and environments")
        if self._outer:
            self._outer.take_bytes(count)

    def take_names(self, count: int) -> None:
        """Count names that are looked at."""
        self._listed -= count
        if self._listed < 0:
            raise Spent("it has too many files; hand in only the code")
        if self._outer:
            self._outer.take_names(count)

    def take_entries(self, count: int) -> None:
        """Count files that may be the student's."""
        self._entries -= count
        if self._entries < 0:
            raise Spent("it has too many files; hand in only the code")
        if self._outer:
            self._outer.take_entries(count)
