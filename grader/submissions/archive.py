"""Reading a zip entry by entry: nothing is ever extracted, and nothing is trusted."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.errors import SubmissionError

MAX_ENTRIES = 2_000
MAX_TOTAL = 64 * 2**20  # bytes read from one archive, all entries together
MAX_RATIO = 200  # of what an entry holds to what it takes in the archive
_BLOCK = 64 * 1024
# What `zipfile` raises for what others wrote; the last two for places no file can have.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)
# Every entry has one of these in the list at the archive's end. A zip inside the zip may
# bring its own, so more of them are allowed than entries.
_LISTED = b"PK\x01\x02"
_MAX_LISTED = 10 * MAX_ENTRIES


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of interest: its path inside the archive, and its content or trouble."""

    path: PurePosixPath
    content: bytes
    trouble: str = ""


def read_archive(data: bytes, names: frozenset[str], max_entry: int) -> tuple[Entry, ...]:
    """Read the entries of a zip whose last name is asked for.

    Parameters
    ----------
    data : bytes
        The archive.
    names : frozenset of str
        File names of interest; every other entry is passed over unread.
    max_entry : int
        The most bytes that one entry may hold, whatever its header says.

    Returns
    -------
    tuple of Entry
        In the archive's order. An entry that is no regular file, is encrypted, damaged
        or too large comes with its trouble instead of its content.

    Raises
    ------
    SubmissionError
        If it is no zip, or has more entries than a submission can need.
    """
    # Before zipfile makes an object of each.
    _check_count(data.count(_LISTED), _MAX_LISTED)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            _check_count(len(listed), MAX_ENTRIES)
            return tuple(_read_wanted(archive, listed, names, max_entry))
    except _DAMAGED as error:
        raise SubmissionError(f"the zip is damaged: {error}; pack it again") from error


def _check_count(count: int, limit: int) -> None:
    if count > limit:
        raise SubmissionError(f"the zip has {count} entries; {MAX_ENTRIES} are allowed")


def _read_wanted(
    archive: zipfile.ZipFile,
    listed: list[zipfile.ZipInfo],
    names: frozenset[str],
    max_entry: int,
) -> Iterator[Entry]:
    left = MAX_TOTAL
    for info in listed:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        # Finder adds a shadow of every file; it holds no source.
        if info.filename.endswith("/") or path.name not in names or "__MACOSX" in path.parts:
            continue
        entry = _read_entry(archive, info, path, min(max_entry, left))
        left -= len(entry.content)
        yield entry


def _read_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: PurePosixPath, limit: int
) -> Entry:
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Entry(path, b"", f"{path.name} cannot be read: it is no regular file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Entry(path, b"", f"{path.name} cannot be read: it is packed in an unusual way")
    if info.flag_bits & 0x1:
        return Entry(path, b"", f"{path.name} cannot be read: it is encrypted")
    limit = min(limit, max(_BLOCK, MAX_RATIO * info.compress_size))
    content = bytearray()
    try:
        with archive.open(info) as file:
            while block := file.read(_BLOCK):
                content += block
                if len(content) > limit:
                    return Entry(path, b"", f"{path.name} is larger than is allowed")
    except _DAMAGED as error:
        return Entry(path, b"", f"{path.name} cannot be read: {error}")
    return Entry(path, bytes(content))
