"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from grader.errors import GraderError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    content : bytes
        All of it.

    Raises
    ------
    GraderError
        If it cannot be written; what was there before is untouched.
    """
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe, /dev/null for example, is written to, never replaced.
            path.write_bytes(content)
            return
        fd, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(content)
                file.flush()
                # Moved into place before its content is safe, it could be empty after a
                # power failure.
                os.fsync(file.fileno())
            # mkstemp keeps others out; a report is an ordinary file.
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
