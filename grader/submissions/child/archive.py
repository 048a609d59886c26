"""The kind of an archive, by its first bytes, and its files."""

from __future__ import annotations

from grader.submissions.child.budget import Budget
from grader.submissions.child.entries import Entry
from grader.submissions.child.tars import list_tar
from grader.submissions.child.zips import list_zip
from grader.submissions.names import is_tar
from grader.submissions.nothing import NothingFoundError

_OTHERS = {
    "RAR": (b"Rar!\x1a\x07", ".rar"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c", ".7z"),
}
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def list_archive(data: bytes, budget: Budget, name: str = "") -> list[Entry]:
    """Return the files of a zip or a tar.

    Parameters
    ----------
    data : bytes
        The archive.
    budget : Budget
        Counts names and bytes.
    name : str
        Its name, which counts if its first bytes do not decide.

    Raises
    ------
    SubmissionError
        If it is damaged or too large; `NothingFoundError` if it is another kind of archive.
    """
    for kind, (magic, ending) in _OTHERS.items():
        if data.startswith(magic) or name.casefold().endswith(ending):
            raise NothingFoundError(
                f"it is a {kind} archive, which is not read; unpack it and hand in a .zip"
            )
    called_tar = is_tar(name) and not data.startswith(b"PK")
    if called_tar or data.startswith(_PACKED) or data[257:262] == b"ustar":
        entries = list_tar(data, budget)
    else:
        entries = list_zip(data, budget)
    return [entry for entry in entries if entry.kind != "folder"]
