"""Looking into the download of a class: which platform's it is, and what each student handed in.

A child process with limits of memory and time reads the names, see
`grader.submissions.child.classes`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.errors import SubmissionError
from grader.records import Course
from grader.sandbox.limited import ChildError, ChildLimits, ask_child
from grader.submissions.child.messages import ClassReply, ClassRequest

_CHILD = "grader.submissions.child.classes"
_LIMITS = ChildLimits(memory_mib=2048, cpu_s=120, wall_s=600.0)


def read_class(
    path: Path, course: Course, layout: str, into: Path, only: Sequence[str] = ()
) -> ClassReply:
    """Return what a folder or an archive of a class holds.

    Parameters
    ----------
    path : Path
        The download, or the folder that it was unpacked to.
    course : Course
        The course whose file names are looked for.
    layout : str
        ``auto``, or the name of a platform.
    into : Path
        A private folder for what has to be unpacked. It is needed for as long as the
        submissions are read.
    only : sequence of str
        Files of the folder that were given one by one; by default all that is in it.

    Returns
    -------
    ClassReply
        Without a layout where it is a folder of submissions, or one submission.

    Raises
    ------
    SubmissionError
        If it cannot be read, or can be read in more than one way.
    ReadingError, SandboxError
        If this machine cannot read it, or cannot start the process that reads.
    """
    names = course.modules
    whole = os.path.realpath(path)
    stubs = os.fsencode(course.stubs)
    files = tuple(map(os.fsencode, only))
    request = ClassRequest(os.fsencode(whole), os.fsencode(into), layout, names, stubs, files)
    try:
        packed = ask_child(_CHILD, msgspec.msgpack.encode(request), _LIMITS)
    except ChildError as error:
        raise SubmissionError(f"{path} cannot be read: {error}; give its parts") from error
    reply = msgspec.msgpack.decode(packed, type=ClassReply)
    if reply.error:
        raise SubmissionError(f"{path}: {reply.error}")
    return reply
