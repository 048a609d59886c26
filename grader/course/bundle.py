"""Packing what was graded into a zip that is the same for the same submission."""

from __future__ import annotations

import io
import zipfile

from grader.records import Submission

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold


def pack_bundle(submission: Submission) -> bytes:
    """Return a zip of a submission's files.

    Parameters
    ----------
    submission : Submission
        The snapshot that was graded; files that could not be read are left out.

    Returns
    -------
    bytes
        The zip, without times or owners.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in submission.files:
            if not file.trouble:
                archive.writestr(zipfile.ZipInfo(file.name, _LONG_AGO), file.content)
    return buffer.getvalue()
