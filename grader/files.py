"""Writing a file, or a folder of files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from grader.errors import GraderError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that other processes see whole or not at all.

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


def write_folder(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write a folder that did not exist or was empty; other processes see all of it or nothing.

    Parameters
    ----------
    folder : Path
        Where.
    files : mapping of PurePosixPath to bytes
        Everything that is to be in it.

    Raises
    ------
    GraderError
        If something is there already, or it cannot be written; then nothing is.
    """
    folder = folder.absolute()
    refuse_full_folder(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            fill_folder(temporary, files)
            temporary.chmod(0o777 & ~_umask())  # mkdtemp keeps others out
            if folder.is_dir():
                folder.rmdir()
            temporary.rename(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise GraderError(f"{folder} cannot be written: {error.strerror}") from error


def refuse_full_folder(folder: Path) -> None:
    """Raise a `GraderError` unless a path is free, or an empty folder."""
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise GraderError(f"{folder} is not empty; name a folder that is empty or does not exist")


def fill_folder(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write files under a folder, which may be seen half written."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
