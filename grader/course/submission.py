"""Taking a snapshot of what was handed in: a folder of modules, or one file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from grader.errors import SubmissionError
from grader.records import Course, SourceFile, Submission

MAX_SOURCE = 2**20  # bytes; a module of the course has a few thousand


def read_submission(path: Path, course: Course) -> Submission:
    """Read a submission once, so that nothing can change while it is graded.

    Parameters
    ----------
    path : Path
        A folder holding any of the course's modules, or one ``.py``. A file whose name
        is not a module's stands for every module.
    course : Course
        Whose file names are looked for.

    Returns
    -------
    Submission
        The snapshot. A file that cannot be taken is kept with its trouble, so that the
        others are still graded.

    Raises
    ------
    SubmissionError
        If there is no such path, or nothing of the course in it.
    """
    names = [exercise.file_name for exercise in course.exercises]
    if path.is_dir():
        found = _find(path, names)
        if not found:
            raise SubmissionError(
                f"{path} has none of the course's files ({', '.join(names)}); "
                f"`grade init {path}` puts the stubs there"
            )
        files = tuple(read_source(path / name) for name in found)
        if all(file.trouble for file in files):
            raise SubmissionError("; ".join(file.trouble for file in files))
        return Submission(path.resolve().name, files)
    if not path.exists():
        raise SubmissionError(f"there is no {path}; give a folder with your modules, or one .py")
    if path.suffix != ".py":
        raise SubmissionError(f"{path} is neither a folder nor a .py file")
    source = read_source(path)
    if source.trouble:
        raise SubmissionError(source.trouble)
    return Submission(path.stem, (source,), stands_for_all=path.name not in names)


def _find(folder: Path, names: list[str]) -> list[str]:
    try:
        present = {entry.name for entry in os.scandir(folder)}
    except OSError as error:
        raise SubmissionError(f"{folder} cannot be looked into: {error.strerror}") from error
    return [name for name in names if name in present]


def read_source(path: Path) -> SourceFile:
    """Read one file without following a link, or say why it cannot be taken."""
    try:
        # A link could lead to anybody's file: another student's, or the solutions.
        fd = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError as error:
        reason = "it is a symbolic link" if path.is_symlink() else os.strerror(error.errno or 0)
        return SourceFile(path.name, b"", f"{path.name} cannot be read: {reason}")
    # Before fdopen, which refuses folders in a way of its own.
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return SourceFile(path.name, b"", f"{path.name} cannot be read: it is no regular file")
    with os.fdopen(fd, "rb") as file:
        content = file.read(MAX_SOURCE + 1)
    if len(content) > MAX_SOURCE:
        return SourceFile(path.name, b"", f"{path.name} is larger than {MAX_SOURCE // 1024} KiB")
    return SourceFile(path.name, content)
