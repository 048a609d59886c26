"""A private folder for what a batch unpacks. A killed batch leaves it; a later one removes it."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from grader.files import explain_no_space

_PREFIX = "grade-unpacked-"
_LOCK = ".lock"
# A folder that is younger may not be locked yet.
_OLD_S = 600.0


@contextlib.contextmanager
def open_scratch() -> Iterator[Path]:
    """Provide a folder that only this user can read, and remove it at the end.

    Raises
    ------
    GraderError
        If none can be made.
    """
    with contextlib.ExitStack() as stack:
        with explain_no_space():
            _remove_old()
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix=_PREFIX))
            stack.enter_context(FileLock(Path(name) / _LOCK))
        yield Path(name)


def _remove_old() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if _is_old(folder):
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    found = folder.lstat()
    is_ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return stat.S_ISDIR(found.st_mode) and is_ours and time.time() - found.st_mtime > _OLD_S
