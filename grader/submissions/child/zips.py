"""The files of a zip: nothing is extracted, and sizes in headers are not trusted."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import IO

from grader.errors import SubmissionError
from grader.submissions.child.budget import MIB, Budget, Spent
from grader.submissions.child.entries import (
    IS_LINK,
    NOT_REGULAR,
    Entry,
    Kind,
    UnreadableError,
    refuse,
    too_large,
)
from grader.submissions.names import split_path

MAX_RATIO = 200  # of what a file holds to what it takes in the archive
_BLOCK = 64 * 1024
_HEADER = 30  # bytes before the name of each file
# Bytes of the list at the end: 46 for each file, its name, and a few for times and owners.
_ANY_DIRECTORY = MIB
_MOST_LISTED = 512
_ORDINARY = 92  # of an ordinary name
# Of a zip that is not read into memory as a whole.
_MAX_DIRECTORY = 64 * MIB
_TAIL = 66_000
# Exceptions of `zipfile` for damaged files; the last three for places no file can have.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    ValueError,
)
_LISTED, _END, _END64, _PLACE64 = b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7"


def list_zip(data: bytes, budget: Budget) -> list[Entry]:
    """Return the files of a zip, and the folders that it lists by themselves.

    Parameters
    ----------
    data : bytes
        The archive.
    budget : Budget
        Counts their names, and the bytes when they are read, packed and unpacked.

    Raises
    ------
    SubmissionError
        If it is not a zip, is damaged, or has too many files.
    """
    try:
        _check_directory(data, budget)
        archive = zipfile.ZipFile(io.BytesIO(data))
        listed = archive.infolist()
        _refuse_overlaps(listed)
    except DAMAGED as error:
        raise SubmissionError(f"the zip is damaged: {error}; pack it again") from error
    return _entries(archive, listed, budget)


def open_large_zip(file: IO[bytes], budget: Budget) -> list[Entry]:
    """Return the files and folders of a zip that may be too large for memory, as of a class.

    Parameters
    ----------
    file : file object
        The archive; it stays open for as long as its files are read.
    budget : Budget
        As for `list_zip`.

    Raises
    ------
    SubmissionError
        As for `list_zip`.
    """
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _TAIL))
        directory = _directory_size(file.read(_TAIL))
        if directory > _MAX_DIRECTORY:
            raise Spent("the list of its files is too long; unpack it and give the folder")
        # Counted before they are read, by what an ordinary name takes.
        expected = directory // _ORDINARY
        budget.take_names(expected)
        archive = zipfile.ZipFile(file)
        listed = archive.infolist()
        budget.take_names(max(0, len(listed) - expected))
        _refuse_overlaps(listed)
    except DAMAGED as error:
        raise SubmissionError(f"the zip is damaged: {error}; download it again") from error
    return _entries(archive, listed, budget)


def _entries(
    archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo], budget: Budget
) -> list[Entry]:
    # Of two files under one path the last counts, as it would for any unpacker.
    found = {(split_path(_name(info)), _is_folder(info)): info for info in listed}
    return [
        Entry(path, _reader(archive, info, budget), _kind(info))
        for (path, _), info in found.items()
        if path
    ]


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith(("/", "\\"))


def _kind(info: zipfile.ZipInfo) -> Kind:
    if _is_folder(info):
        return "folder"
    return "link" if stat.S_ISLNK(info.external_attr >> 16) else "file"


def _check_directory(data: bytes, budget: Budget) -> None:
    """Refuse a list of files that would take long to read, before it is read."""
    # Every file has one of these in the list. An archive inside may have its own.
    budget.take_names(data.count(_LISTED))
    size = _directory_size(data)
    listed = data.count(_LISTED, max(0, len(data) - size - 256))
    if size > _ANY_DIRECTORY + listed * _MOST_LISTED:
        raise Spent("the list of its files is too long; pack the archive again")


def _directory_size(data: bytes) -> int:
    end = data.rfind(_END, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        return 0
    (size,) = struct.unpack_from("<L", data, end + 12)
    place = data.rfind(_PLACE64, max(0, end - 20), end)
    if place >= 0:
        large = data.rfind(_END64, 0, place)
        if 0 <= large <= len(data) - 48:
            (size,) = struct.unpack_from("<Q", data, large + 40)
    return int(size)


def _refuse_overlaps(listed: list[zipfile.ZipInfo]) -> None:
    end = 0
    for info in sorted(listed, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise zipfile.BadZipFile("two of its files are in the same place")
        end = info.header_offset + _HEADER + info.compress_size


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x800:
        return info.filename
    # Without the flag it is cp437 by the letter; many programs write UTF-8 all the same.
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _reader(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget
) -> Callable[[int], bytes]:
    if _kind(info) == "link":
        return refuse(IS_LINK)
    if _kind(info) == "folder" or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return refuse(NOT_REGULAR)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return refuse("it is packed in an unusual way; pack it as an ordinary zip")
    if info.flag_bits & 0x1:
        return refuse("it is encrypted; pack it without a password")
    return partial(_read, archive, info, budget)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, limit: int) -> bytes:
    if info.compress_size > limit + _BLOCK:
        raise too_large(limit)
    budget.take_bytes(info.compress_size)
    ratio = max(_BLOCK, MAX_RATIO * info.compress_size)
    content = bytearray()
    try:
        with archive.open(info) as file:
            while block := file.read(_BLOCK):
                budget.take_bytes(len(block))
                content += block
                if len(content) > limit:
                    raise too_large(limit)
                if len(content) > ratio:
                    raise UnreadableError("it unpacks to far more than it holds")
    except DAMAGED as error:
        raise UnreadableError(f"it is damaged ({error})") from error
    return bytes(content)
