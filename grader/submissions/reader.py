"""Taking a snapshot of what was handed in: a folder, a zip, or one file.

Where several files answer one exercise, one is taken, always by the same rule: a ``.py``
before a notebook; in a zip the path with fewest folders first, then by name. The report
says which was left out. A folder without any of the files stands for the one folder below
it that has some.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from grader.errors import SubmissionError
from grader.records import Course, Exercise, SourceFile, Submission
from grader.sanitize import clean_line
from grader.submissions.archive import read_archive
from grader.submissions.notebook import NotebookError, read_code_cells

MAX_SOURCE = 2**20  # bytes; a module of the course has a few thousand
MAX_NOTEBOOK = 20 * 2**20  # its outputs may hold pictures
MAX_ARCHIVE = 50 * 2**20
_MAX_LOOKED_AT = 2_000  # entries of folders, where the files lie deeper
_MAX_DEPTH = 3
_PASSED_OVER = ("__pycache__", "__MACOSX")
# What browsers, file managers and editors add to a name.
_ADDED = re.compile(r"(?i)[ _-]*(\(\d+\)|copy( \d+)?|final|\d+)(?=\.)|\.txt$")

Candidates = dict[PurePosixPath, SourceFile]


def read_submission(path: Path, course: Course) -> Submission:
    """Read a submission once, so that nothing can change while it is graded.

    Parameters
    ----------
    path : Path
        A folder or a ``.zip`` holding any of the course's modules as ``.py`` or
        ``.ipynb``, or one such file. A file whose name is not a module's stands for
        every module.
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
    names = frozenset(name for exercise in course.exercises for name in exercise.file_names)
    identity = clean_line(path.resolve().stem if path.is_file() else path.resolve().name, 100)
    if path.is_dir():
        return Submission(identity, _choose(path, course, _read_folder(path, names)))
    if not path.exists():
        raise SubmissionError(f"there is no {path}; {_suggest_path(path, course)}")
    if path.suffix == ".zip":
        return Submission(identity, _choose(path, course, _read_zip(path, names)))
    if path.suffix not in (".py", ".ipynb"):
        raise SubmissionError(f"{path} is neither a folder nor a .zip, .py or .ipynb file")
    source = read_source(path)
    if source.error:
        raise SubmissionError(source.error)
    return Submission(identity, (source,), stands_for_all=path.name not in names)


def read_or_explain(path: Path, course: Course, identity: str) -> tuple[Submission, str]:
    """Read a submission, or say why there is nothing to grade in it.

    Parameters
    ----------
    path, course
        As for `read_submission`.
    identity : str
        What the submission is called.

    Returns
    -------
    submission : Submission
        The snapshot; where it cannot be graded, what there is of it.
    reason : str
        Why it cannot be graded, or an empty string.
    """
    try:
        return replace(read_submission(path, course), id=identity), ""
    except SubmissionError as error:
        # Kept, so that another damaged file is another submission.
        there = _read_bytes(path, MAX_ARCHIVE)
        files = (there,) if there.content else ()
        return Submission(identity, files), clean_line(
            str(error).replace(str(path), path.name), 400
        )


def _suggest_path(path: Path, course: Course) -> str:
    if any(path.name == exercise.name for exercise in course.exercises):
        return f"`--exercise {path.name}` grades that exercise alone"
    beside = _entries(path.parent) if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, [entry.name for entry in beside], n=1)
    if near:
        return f"did you mean {clean_line(str(path.parent / near[0]), 200)}?"
    return "give a folder with your modules, a .zip, a .py or an .ipynb"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise SubmissionError(f"{folder} cannot be looked into: {error.strerror}") from error


def _read_folder(folder: Path, names: frozenset[str]) -> Candidates:
    present = [entry.name for entry in _entries(folder) if entry.name in names]
    if not present:
        inner = _find_below(folder, names)
        if len(inner) > 1:
            listed = ", ".join(clean_line(str(f.relative_to(folder)), 60) for f in inner[:4])
            raise SubmissionError(
                f"{folder} has files of the course in several folders ({listed}); give one of them"
            )
        if inner:
            return _read_folder(inner[0], names)
    return {PurePosixPath(name): read_source(folder / name) for name in present}


def _find_below(folder: Path, names: frozenset[str]) -> list[Path]:
    """Return the folders below one that hold any of the files, in order."""
    found: list[Path] = []
    waiting = [(folder, 0)]
    left = _MAX_LOOKED_AT
    while waiting and left > 0:
        looked_at, depth = waiting.pop(0)
        try:
            entries = _entries(looked_at)[:left]
        except SubmissionError:
            if not depth:
                raise
            continue  # what cannot be looked into holds nothing that could be read
        left -= len(entries)
        if depth and any(entry.name in names for entry in entries):
            found.append(looked_at)
        elif depth < _MAX_DEPTH:
            waiting += [(Path(entry.path), depth + 1) for entry in filter(_leads_on, entries)]
    return found


def _leads_on(entry: os.DirEntry[str]) -> bool:
    hidden = entry.name.startswith(".") or entry.name in _PASSED_OVER
    return not hidden and entry.is_dir(follow_symlinks=False)


def _nearly_named(folder: Path, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield files whose names are nearly those of the course's, each with the right one."""
    for entry in _entries(folder)[:_MAX_LOOKED_AT]:
        plain = _ADDED.sub("", entry.name).lower()
        near = difflib.get_close_matches(plain, sorted(names), n=1, cutoff=0.8)
        if near:
            yield entry.name, near[0]


def _read_zip(path: Path, names: frozenset[str]) -> Candidates:
    packed = _read_bytes(path, MAX_ARCHIVE)
    if packed.error:
        raise SubmissionError(packed.error)
    entries = read_archive(packed.content, names, MAX_NOTEBOOK)
    found: Candidates = {}
    for entry in entries:
        # Of two entries under one path the last counts, as it would for any unpacker.
        found[entry.path] = _as_source(entry.path.name, entry.content, entry.trouble)
    return found


def _choose(path: Path, course: Course, found: Candidates) -> tuple[SourceFile, ...]:
    chosen = [source for e in course.exercises if (source := _choose_one(e, found)) is not None]
    if not chosen:
        raise SubmissionError(_say_what_is_there(path, course))
    if all(source.error for source in chosen):
        raise SubmissionError("; ".join(source.error for source in chosen))
    return tuple(chosen)


def _say_what_is_there(path: Path, course: Course) -> str:
    names = frozenset(name for exercise in course.exercises for name in exercise.file_names)
    near = list(_nearly_named(path, names))[:3] if path.is_dir() else []
    if near:
        told = ", ".join(f"{clean_line(there, 60)} should be {wanted}" for there, wanted in near)
        return f"{path} has none of the course's files under its right name: {told}"
    listed = ", ".join(exercise.file_name for exercise in course.exercises)
    target = path if path.is_dir() else path.with_suffix("")
    return (
        f"{path} has none of the course's files ({listed}, or notebooks of these names); "
        f"`grade init {target}` puts the stubs there"
    )


def _choose_one(exercise: Exercise, found: Candidates) -> SourceFile | None:
    def rank(path: PurePosixPath) -> tuple[int, int, str]:
        return exercise.file_names.index(path.name), len(path.parts), str(path)

    paths = sorted((path for path in found if path.name in exercise.file_names), key=rank)
    if not paths:
        return None
    source = found[paths[0]]
    if len(paths) == 1:
        return source
    left_out = ", ".join(clean_line(str(path), 80) for path in paths[1:4])
    return replace(source, note=f"{clean_line(str(paths[0]), 80)} was graded; left out: {left_out}")


def read_source(path: Path) -> SourceFile:
    """Read one module or notebook without following a link, or say why it cannot be taken."""
    read = _read_bytes(path, MAX_NOTEBOOK if path.suffix == ".ipynb" else MAX_SOURCE)
    return _as_source(path.name, read.content, read.error)


def _as_source(name: str, content: bytes, trouble: str) -> SourceFile:
    shown = clean_line(name, 100)
    if trouble or not name.endswith(".ipynb"):
        if not trouble and len(content) > MAX_SOURCE:
            trouble = f"{shown} is larger than {MAX_SOURCE // 1024} KiB"
        return SourceFile(shown, b"" if trouble else content, trouble)
    try:
        cells = read_code_cells(content)
    except NotebookError as error:
        return SourceFile(shown, b"", f"{shown} cannot be read as a notebook: {error}")
    if sum(map(len, cells)) > MAX_SOURCE:
        return SourceFile(shown, b"", f"{shown} has more than {MAX_SOURCE // 1024} KiB of code")
    return SourceFile(shown, content, cells=cells)


def _read_bytes(path: Path, limit: int) -> SourceFile:
    shown = clean_line(path.name, 100)
    try:
        # A link could lead to anybody's file: another student's, or the solutions.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        fd = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        # Path.is_symlink raises where the folder may not be entered.
        reason = "it is a symbolic link" if os.path.islink(path) else error.strerror  # noqa: PTH114
        return SourceFile(shown, b"", f"{shown} cannot be read: {reason}")
    # Before fdopen, which refuses folders in a way of its own.
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        return SourceFile(shown, b"", f"{shown} cannot be read: it is no regular file")
    with os.fdopen(fd, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        return SourceFile(shown, b"", f"{shown} is larger than {limit // 1024} KiB")
    return SourceFile(shown, content)
