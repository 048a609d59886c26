"""Write a file, or a folder of files, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path, PurePosixPath
from typing import IO

from grader.errors import GraderError


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file so that readers see the old or the new content, and nothing between.

    Parameters
    ----------
    content : bytes or iterable of bytes
        The content, or its parts one after the other.

    Raises
    ------
    GraderError
        If it cannot be written; an existing file is unchanged.
    """
    try:
        if path.exists() and not path.is_file():
            # A device or a pipe, /dev/null for example, is not replaced.
            with path.open("wb") as device:
                device.writelines(_parts(content))
            return
        replace_whole(path, content)
    except OSError as error:
        raise GraderError(f"{path} cannot be written: {_describe(error)}") from error


def replace_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Put a file in the place of whatever has its name, whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; what is there is unchanged.
    """
    fd, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(fd, "wb") as file:
            file.writelines(_parts(content))
            file.flush()
            # Without fsync the file could be empty after a power failure.
            os.fsync(file.fileno())
        # mkstemp denies access to other users; a file that exists keeps its permissions.
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _describe(error: OSError) -> str:
    # Windows does not replace a file that a program has open.
    is_open = sys.platform == "win32" and isinstance(error, PermissionError)
    advice = "; close it in other programs, and run the command again" if is_open else ""
    return f"{error.strerror}{advice}"


def keep_copy(file: Path, content: bytes, ending: str) -> Path:
    """Write what a file contains beside it, under a name with an ending, and return its path.

    Where another copy has the name, the ending gets a number; one with the same content is
    enough.

    Raises
    ------
    GraderError
        If it cannot be written; then there is no part of it either.
    """
    for number in count(1):
        kept = file.with_name(f"{file.name}{ending}{number if number > 1 else ''}")
        try:
            copy = kept.open("xb")
        except FileExistsError:
            if kept.is_file() and kept.read_bytes() == content:
                return kept
            continue
        except OSError as error:
            raise GraderError(f"{kept} cannot be written: {error.strerror}") from error
        try:
            with copy:
                copy.write(content)
                copy.flush()
                os.fsync(copy.fileno())  # it must be there before the file is replaced
            shutil.copymode(file, kept)
        except OSError as error:
            with contextlib.suppress(OSError):
                kept.unlink()
            raise GraderError(f"{kept} cannot be written: {error.strerror}") from error
        return kept
    raise AssertionError  # the numbers do not end


def _parts(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (content,) if isinstance(content, bytes) else content


@contextlib.contextmanager
def explain_no_space() -> Iterator[None]:
    """Turn an error of the folder for temporary files into one line with the remedy."""
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"temporary files cannot be written: {error.strerror or error}; free space, or set "
            "TMPDIR to a folder with space"
        ) from error


def open_temporary() -> IO[bytes]:
    """Open a file without a name, or raise a `GraderError` if there is no space for one."""
    with explain_no_space():
        return tempfile.TemporaryFile()


def write_folder(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write a new or empty folder, whole or not at all.

    Parameters
    ----------
    files : mapping of PurePosixPath to bytes
        All files, by path in the folder.

    Raises
    ------
    GraderError
        If it is not empty, or cannot be written; then nothing is written.
    """
    folder = folder.absolute()
    refuse_full_folder(folder)
    try:
        # A folder that is there stays: it may be the current one, or have a disk of its own.
        there = folder.is_dir()
        beside = folder if there else folder.parent
        beside.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=beside, prefix=f".{folder.name}."))
        try:
            fill_folder(temporary, files)
            if there:
                _move_up(temporary)
            else:
                temporary.chmod(0o777 & ~_umask())  # mkdtemp denies access to other users
                temporary.rename(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise GraderError(f"{folder} cannot be written: {_describe(error)}") from error


def _move_up(folder: Path) -> None:
    """Move everything in a folder into the one around it, or nothing; the folder goes."""
    moved: list[Path] = []
    try:
        for entry in list(folder.iterdir()):
            moved += [entry.rename(folder.parent / entry.name)]
        folder.rmdir()
    except BaseException:
        for entry in moved:
            entry.rename(folder / entry.name)
        raise


def refuse_full_folder(folder: Path) -> None:
    """Raise a `GraderError` unless a path does not exist or is an empty folder."""
    if folder.is_symlink() or folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise GraderError(f"{folder} is not empty; name a folder that is empty or does not exist")


def fill_folder(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Write files into a folder, one after the other."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
