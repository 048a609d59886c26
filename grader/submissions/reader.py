"""Taking a snapshot of what was handed in: a folder, an archive, or one file.

A child process with limits of memory and time reads everything, see
`grader.submissions.child`. This module gives it the paths and takes its reply.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

import msgspec
from msgspec.structs import replace

from grader.course.origin import note_other_courses
from grader.course.provided import fingerprint_text
from grader.errors import ReadingError, SubmissionError
from grader.invocation import find_program
from grader.records import Course, SourceFile, Submission
from grader.sandbox.limited import ChildError, ChildLimits, ask_child
from grader.sanitize import clean_line, quote_path
from grader.submissions.child.entries import IS_LINK
from grader.submissions.child.folder import refuse_fault
from grader.submissions.child.messages import Part, Reply, Request
from grader.submissions.child.stubs import join_cells, read_stubs
from grader.submissions.names import is_archive, is_code, printable, without_endings
from grader.submissions.nothing import NothingFoundError

MAX_SOURCE = 2**20  # bytes of a stub of ours
_CHILD = "grader.submissions.child.answer"
_LIMITS = ChildLimits(memory_mib=512, cpu_s=6, wall_s=60.0)
_MAX_DAMAGED = 50 * 2**20


def read_submission(path: Path, course: Course) -> Submission:
    """Read a submission once, so that nothing can change while it is graded.

    Parameters
    ----------
    path : Path
        A folder or an archive (zip, tar, also packed) with the course's modules as ``.py``
        or ``.ipynb``, or one such file. The rule by which files are chosen is in
        `grader.submissions.child.choose`.
    course : Course
        The course whose file names are looked for.

    Returns
    -------
    Submission
        The snapshot. A file that cannot be read is kept with the reason, so that the
        others are still graded.

    Raises
    ------
    SubmissionError
        If the path does not exist, or has nothing of the course.
    ReadingError, SandboxError
        If this machine cannot read it, or cannot start the process that reads.
    """
    _refuse_absent(path, course)
    # A folder that was given by name may be a link. Links in it are not followed.
    is_folder = os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for some links
    whole = Path(os.path.realpath(path)) if is_folder else path
    name = whole.name if is_folder else without_endings(path.name)
    identity = clean_line(unicodedata.normalize("NFC", name), 100)
    try:
        return read_parts([find_part(whole)], course, identity)
    except SubmissionError as error:
        is_empty = isinstance(error, NothingFoundError)
        init = f"; `{find_program()} init {quote_path(path)}` puts the stubs there"
        advice = init if is_folder and is_empty else ""
        raise type(error)(_about(str(path), path.name, error) + advice) from error


def _about(shown: str, name: str, error: SubmissionError) -> str:
    """Return what is wrong with a path, which is named once."""
    text = str(error)
    rest = text.removeprefix(f"{clean_line(name, 100)} ")
    return f"{shown}: {text}" if rest == text else f"{shown} {rest}"


def _refuse_absent(path: Path, course: Course) -> None:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SubmissionError(f"{path} does not exist; {_suggest_path(path, course)}") from error
    except (OSError, ValueError) as error:
        raise SubmissionError(f"{path} cannot be read: {error}") from error


def read_parts(parts: Sequence[Part], course: Course, identity: str) -> Submission:
    """Read a submission that consists of several files, folders or archives.

    Parameters
    ----------
    parts : sequence of Part
        All that one student handed in; see `find_part`.
    course : Course
        The course whose file names are looked for.
    identity : str
        The submission's name.

    Raises
    ------
    SubmissionError, ReadingError, SandboxError
        As for `read_submission`.
    """
    names = course.modules
    read_stubs(os.fsencode(course.stubs), names)  # once, for every child that is forked
    provided = {
        file.name.removesuffix(".py"): fingerprint_text(file.content) for file in course.provided
    }
    request = Request(tuple(parts), names, os.fsencode(course.stubs), provided)
    try:
        packed = ask_child(_CHILD, msgspec.msgpack.encode(request), _LIMITS)
    except ChildError as error:
        raise SubmissionError(f"it cannot be read: {error}; hand in only the code") from error
    reply = msgspec.msgpack.decode(packed, type=Reply)
    if reply.fault:
        raise ReadingError(f"{identity}: {reply.fault}")
    if reply.error:
        raise (NothingFoundError if reply.empty else SubmissionError)(reply.error)
    notes = (
        *reply.notes,
        *note_other_courses(course, map(_read_text, reply.files)),
        *_note_other_numpy(reply.numpy),
    )
    read = Submission(identity, reply.files, reply.answers_all, notes, reply.siblings)
    # Where examples do not count, they are not a part of what was handed in.
    return replace(read, examples=reply.examples) if course.examples.points else read


def _note_other_numpy(theirs: str) -> Iterator[str]:
    """Yield a line if the student had another numpy that may give other results."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        ours = metadata.version("numpy")
        # Within a major version, results that a course asks for are the same.
        if theirs and theirs.partition(".")[0] != ours.partition(".")[0]:
            yield f"its report.json was made with numpy {theirs}, and this report with numpy {ours}"


def _read_text(file: SourceFile) -> tuple[str, str]:
    if file.cells is not None:
        return file.name, join_cells(file.cells)
    return file.name, file.content.decode(errors="replace")


def find_part(path: Path, name: str = "") -> Part:
    """Return a folder, an archive or a file as a part of a submission.

    Parameters
    ----------
    path : Path
        Where it is; a link is not followed.
    name : str
        The name that the student gave it, if a platform has added to it.

    Raises
    ------
    SubmissionError
        If it is a link or another file that holds no code.
    ReadingError
        If this machine cannot look at it, or it is gone.
    """
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            refuse_fault(error)
        raise SubmissionError(f"it cannot be read: {error}") from error
    name = name or path.name
    if stat.S_ISLNK(mode):
        raise NothingFoundError(IS_LINK)
    if not stat.S_ISDIR(mode) and not is_code(name) and not is_archive(name):
        raise SubmissionError("it is not a folder, an archive, a .py or a .ipynb file")
    where = os.fsencode(os.path.abspath(path))  # noqa: PTH100
    return Part(where, printable(name), stat.S_ISDIR(mode))


def read_or_explain(path: Path, course: Course, identity: str) -> tuple[Submission, str, bool]:
    """Read a submission of a class, or return why there is nothing to grade in it.

    Parameters
    ----------
    path, course
        As for `read_submission`; here a link to a folder is not followed either.
    identity : str
        The submission's name.

    Returns
    -------
    submission : Submission
        The snapshot; where it cannot be graded, what there is of it.
    reason : str
        Why it cannot be graded, or an empty string.
    missing : bool
        Nothing that could be graded was handed in.
    """
    try:
        return read_parts([find_part(path)], course, identity), "", False
    except SubmissionError as error:
        # Kept, so that another damaged file is another submission.
        content = _read_damaged(path)
        files = (SourceFile(clean_line(path.name, 100), content),) if content else ()
        reason = clean_line(_about(path.name, path.name, error), 400)
        return Submission(identity, files), reason, isinstance(error, NothingFoundError)


def read_source(path: Path) -> SourceFile:
    """Read a stub of the course, or raise with the reason why it cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return SourceFile(path.name, b"", f"{path.name} cannot be read: {error.strerror}")
    return SourceFile(path.name, content[:MAX_SOURCE])


def _read_damaged(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        fd = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError):
        return b""
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return b""
        with os.fdopen(os.dup(fd), "rb") as file:
            return file.read(_MAX_DAMAGED)
    except OSError:
        return b""  # the caller has a reason already
    finally:
        os.close(fd)


def _suggest_path(path: Path, course: Course) -> str:
    if any(path.name == exercise.name for exercise in course.exercises):
        return f"`--exercise {path.name}` grades that exercise alone"
    try:
        beside = sorted(os.listdir(path.parent))  # noqa: PTH208
    except (OSError, ValueError):
        beside = []
    near = difflib.get_close_matches(path.name, beside, n=1)
    if near:
        return f"did you mean {clean_line(str(path.parent / near[0]), 200)}?"
    return "give a folder with your modules, an archive, a .py or an .ipynb"
