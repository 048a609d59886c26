"""The work on one submission, as bytes in and bytes out.

A `Task` holds all that is needed to grade one submission, so that it can be done in a
thread here or on a machine that shares no disk with this one.
"""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from grader import __version__
from grader.course.manifest import DEFAULT_COURSE
from grader.engine import Grader
from grader.errors import ExaminerError, WorkerError
from grader.records import ScoreReport, SourceFile, Submission, Wanted
from grader.report import build_payload, to_json

_TRIES = 2


class Source(msgspec.Struct, frozen=True):
    """A `grader.records.SourceFile` in transit."""

    name: str
    content: bytes
    trouble: str
    cells: tuple[str, ...] | None
    note: str


class Snapshot(msgspec.Struct, frozen=True):
    """A `grader.records.Submission` in transit, or the reason why there is none."""

    id: str
    files: tuple[Source, ...]
    stands_for_all: bool
    reason: str
    notes: tuple[str, ...] = ()
    siblings: tuple[Source, ...] = ()


class Task(msgspec.Struct, frozen=True):
    """One submission to be graded, and how.

    Parameters
    ----------
    snapshot : Snapshot
        What was handed in.
    seed, derived_for : str, str or None
        What the inputs are drawn from, and for whom.
    exercises : tuple of str
        Which to grade; all where it is empty.
    manifest : str
        Another course's manifest; empty for ours.
    isolation : str
        As for `grader.engine.Grader`.
    grader, suite_sha256 : str
        The versions of grader and course that the answer must come from.
    """

    snapshot: Snapshot
    seed: str
    derived_for: str | None
    exercises: tuple[str, ...]
    manifest: str
    isolation: Wanted
    grader: str
    suite_sha256: str


class Graded(msgspec.Struct, frozen=True):
    """What came of a task: both reports as they are to be written, and what a list shows.

    ``final`` is False where the examination ended without a result, again and again: that
    may be the submission's doing or the machine's, so the next run tries once more.
    """

    report: bytes
    feedback: bytes
    score: float
    max_score: float
    fingerprints: dict[str, str]
    final: bool = True


def take_snapshot(submission: Submission, reason: str = "") -> Snapshot:
    """Return a submission in the form that travels."""
    return Snapshot(
        submission.id,
        tuple(map(_pack_source, submission.files)),
        submission.stands_for_all,
        reason,
        submission.notes,
        tuple(map(_pack_source, submission.siblings)),
    )


def _pack_source(file: SourceFile) -> Source:
    return Source(file.name, file.content, file.trouble, file.cells, file.note)


def _unpack_source(file: Source) -> SourceFile:
    return SourceFile(*msgspec.structs.astuple(file))


class Slots:
    """The warm graders of this process: one a thread, each with processes of its own.

    The processes of a grader end with the thread that started them, so a grader belongs to
    its thread.

    Parameters
    ----------
    spare : Grader, optional
        One that is warm already, for the first thread that it suits. Whoever started it
        lives longer than these threads, and closes it.
    """

    def __init__(self, spare: Grader | None = None) -> None:
        self._own = threading.local()
        self._lock = threading.Lock()
        self._spare = spare
        self._graders: list[Grader] = []
        self._stopped = False

    def work(self, task: bytes) -> bytes:
        """Grade one submission.

        Parameters
        ----------
        task : bytes
            A `Task`, packed.

        Returns
        -------
        bytes
            A `Graded`, packed.

        Raises
        ------
        GraderError
            If this process cannot grade: `WorkerError` where it has other versions.
        """
        read = msgspec.msgpack.decode(task, type=Task)
        grader = self._grader(read)
        _refuse_other_versions(read, grader)
        return msgspec.msgpack.encode(self._grade(grader, read))

    def stop(self) -> None:
        """Kill every grader's processes; what is being graded ends with an error."""
        with self._lock:
            self._stopped = True
            for grader in self._graders:
                grader.kill()

    def close(self) -> None:
        """Close every grader. No thread may be working any more."""
        with self._lock:
            for grader in self._graders:
                grader.close()
            self._graders.clear()

    def _grader(self, task: Task) -> Grader:
        wanted = Path(task.manifest or DEFAULT_COURSE), task.isolation
        own: Grader | None = getattr(self._own, "grader", None)
        if own is not None and own.serves(*wanted):
            return own
        with self._lock:
            if self._stopped:
                raise ExaminerError("the batch was stopped")
            if own is not None:
                own.close()
                self._graders.remove(own)
            self._own.grader = None
            if self._spare is not None and self._spare.serves(*wanted):
                grader, self._spare = self._spare, None
            else:
                grader = Grader(*wanted)
            self._own.grader = grader
            self._graders.append(grader)
            return grader

    def _grade(self, grader: Grader, task: Task) -> Graded:
        submission = Submission(
            task.snapshot.id,
            tuple(map(_unpack_source, task.snapshot.files)),
            task.snapshot.stands_for_all,
            task.snapshot.notes,
            tuple(map(_unpack_source, task.snapshot.siblings)),
        )
        how = (task.seed, task.exercises, task.derived_for)
        if task.snapshot.reason:
            return _pack(grader.refuse(submission, task.snapshot.reason, *how), {})
        reason = ""
        for _ in range(_TRIES):
            try:
                report = grader.grade(submission, *how)
                return _pack(report, grader.take_fingerprints(submission))
            except ExaminerError as error:
                if self._stopped:
                    raise
                # A process of ours may have been killed; what fails again is the submission's.
                reason = str(error)
        return _pack(grader.refuse(submission, reason, *how), {}, final=False)


def _pack(report: ScoreReport, fingerprints: dict[str, str], *, final: bool = True) -> Graded:
    return Graded(
        to_json(build_payload(report, "instructor")).encode(),
        to_json(build_payload(report, "student")).encode(),
        report.score_c / 100,
        report.max_score_c / 100,
        fingerprints,
        final,
    )


def _refuse_other_versions(task: Task, grader: Grader) -> None:
    if task.grader != __version__:
        raise WorkerError(f"it has grader {__version__}, and {task.grader} is wanted")
    if task.suite_sha256 != grader.course.suite_sha256:
        raise WorkerError(
            f"its course {grader.course.name} is another: suites "
            f"{grader.course.suite_sha256[:12]}, and {task.suite_sha256[:12]} are wanted"
        )
