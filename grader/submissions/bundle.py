"""Packing files into a zip that is the same for the same files."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from grader.records import Submission

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold


def pack_bundle(submission: Submission) -> bytes:
    """Return a zip of a submission's files.

    Parameters
    ----------
    submission : Submission
        The snapshot that was graded, with the modules that it may import; files that
        could not be read are left out.

    Returns
    -------
    bytes
        The zip, without times or owners.
    """
    return pack_files(whole_files(submission))


def whole_files(submission: Submission) -> dict[PurePosixPath, bytes]:
    """Return a submission's files by path; files that could not be read are left out."""
    kept = [f for f in submission.all_files if not f.error]
    # Of a notebook that may be imported only the code was kept.
    return {PurePosixPath(f.name): f.content for f in kept if f.content or f.cells is None}


def pack_files(files: Mapping[PurePosixPath, bytes]) -> bytes:
    """Return a zip of files, without times or owners; scripts can be executed.

    Parameters
    ----------
    files : mapping of PurePosixPath to bytes
        In the order in which they are packed.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(str(path), _LONG_AGO)
            info.create_system = 3  # Unix, wherever it is packed
            mode = 0o755 if content.startswith(b"#!") else 0o644
            info.external_attr = (stat.S_IFREG | mode) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()
