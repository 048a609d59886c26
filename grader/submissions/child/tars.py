"""The files of a tar, read from its beginning to its end; nothing is extracted."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, cast

from grader.errors import SubmissionError
from grader.submissions.child.budget import MAX_ARCHIVE, MAX_NOTEBOOK, MIB, Budget, Spent
from grader.submissions.child.entries import IS_LINK, NOT_REGULAR, Entry, Kind, refuse, too_large
from grader.submissions.names import is_archive, is_code, is_junk, split_path

MAX_RATIO = 200  # of what is unpacked to what is packed
_ANY_RATIO = 4 * MIB  # unpacked bytes that are never too many
_DAMAGED = (
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)


def limit_of_code(name: str) -> int:
    """Return how many bytes of a file are kept; of a file that holds no code, none."""
    if is_archive(name):
        return MAX_ARCHIVE
    return MAX_NOTEBOOK if is_code(name) else 0


def list_tar(
    data: bytes, budget: Budget, limit_of: Callable[[str], int] = limit_of_code
) -> list[Entry]:
    """Return the files and folders of a tar, which may be packed with gzip, bzip2 or xz.

    Parameters
    ----------
    data : bytes
        The archive.
    budget : Budget
        Counts names, and bytes as they are unpacked.
    limit_of : callable
        Returns how many bytes of a file with some name are kept.

    Raises
    ------
    SubmissionError
        If it is not a tar, is damaged, or too much has to be unpacked.
    """
    stream = _Counted(_unpack(data), budget, max(_ANY_RATIO, MAX_RATIO * len(data)))
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as archive:
            # Of two files under one path the last counts, as it would for any unpacker.
            entries = _entries(archive, budget, limit_of)
            found = {(e.path, e.kind == "folder"): e for e in entries if e.path}
    except _DAMAGED as error:
        raise SubmissionError(f"the tar is damaged: {error}; pack it again") from error
    return list(found.values())


def _unpack(data: bytes) -> IO[bytes]:
    file = io.BytesIO(data)
    if data.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if data.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(file))
    if data.startswith(b"\xfd7zXZ"):
        return cast("IO[bytes]", lzma.LZMAFile(file))
    return file


class _Counted(io.RawIOBase):
    """A stream every byte of which is counted."""

    def __init__(self, file: IO[bytes], budget: Budget, most: int) -> None:
        self._file = file
        self._budget = budget
        self._left = most

    def read(self, count: int = -1) -> bytes:
        """Return the next bytes."""
        block = self._file.read(min(count, MIB) if count >= 0 else MIB)
        self._budget.take_bytes(len(block))
        self._left -= len(block)
        if self._left < 0:
            raise Spent("it unpacks to far more than it holds; hand in only the code")
        return block


def _entries(
    archive: tarfile.TarFile, budget: Budget, limit_of: Callable[[str], int]
) -> Iterator[Entry]:
    for member in archive:
        # The list that tarfile keeps for going back, which a stream cannot.
        archive.members = []  # type: ignore[attr-defined]
        budget.take_names(1)
        yield Entry(split_path(member.name), _reader(archive, member, limit_of), _kind(member))


def _kind(member: tarfile.TarInfo) -> Kind:
    if member.isdir():
        return "folder"
    return "link" if member.issym() or member.islnk() else "file"


def _reader(
    archive: tarfile.TarFile, member: tarfile.TarInfo, limit_of: Callable[[str], int]
) -> Callable[[int], bytes]:
    if _kind(member) == "link":
        return refuse(IS_LINK)
    if not member.isreg() or member.issparse():
        return refuse(NOT_REGULAR)
    path = split_path(member.name)
    limit = limit_of(path[-1]) if path and not is_junk(path) else 0
    if not limit:
        return refuse("it was left out")
    if member.size > limit:
        return partial(_too_large, member.size)
    file = archive.extractfile(member)
    content = file.read(limit) if file else b""
    if len(content) != member.size:
        return refuse("it is damaged (it ends too early)")
    return partial(_give, content)


def _too_large(_size: int, limit: int) -> bytes:
    raise too_large(limit)


def _give(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise too_large(limit)
    return content
