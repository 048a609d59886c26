"""The work on one submission, as bytes in and bytes out.

A `Task` holds all that is needed to grade one submission, so that it can be done in a
thread here or on a machine that shares no disk with this one.
"""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from grader import __version__
from grader.course.manifest import DEFAULT_COURSE, load_course
from grader.engine import Grader
from grader.errors import ExaminerError, WorkerError
from grader.records import (
    Course,
    IsolationOption,
    ScoreReport,
    Status,
    Submission,
    SubmissionStatus,
)
from grader.report import build_report, build_unexamined, to_json

_TRIES = 2


class Snapshot(msgspec.Struct, frozen=True):
    """A submission, or what there is of it and the reason why it cannot be graded.

    Parameters
    ----------
    submission : Submission
        The submission, as it was read.
    reason : str
        Why it has no points, or an empty string.
    missing : bool
        No code was handed in.
    fault : str
        The fault of this machine, so that there is no score; or an empty string.
    """

    submission: Submission
    reason: str = ""
    missing: bool = False
    fault: str = ""


class Task(msgspec.Struct, frozen=True):
    """One submission to be graded, and how.

    Parameters
    ----------
    seed, derived_for : str, str or None
        The seed of the inputs, and the submission for which it was derived.
    exercises : tuple of str
        Which to grade; all where it is empty.
    manifest : str
        Another course's manifest; empty for ours.
    grader, suite_sha256 : str
        The versions of grader and course that the answer must come from.
    """

    snapshot: Snapshot
    seed: str
    derived_for: str | None
    exercises: tuple[str, ...]
    manifest: str
    isolation: IsolationOption
    grader: str
    suite_sha256: str


class Graded(msgspec.Struct, frozen=True):
    """The result of a task: both reports, and what a list shows.

    ``final`` is False if every try ended without a result. The submission or the machine may
    be the cause, so the next run tries again.
    """

    report: bytes
    feedback: bytes
    score: float | None
    max_score: float
    fingerprints: dict[str, str]
    status: SubmissionStatus
    final: bool = True


class Slots:
    """The graders of this process: one for each thread, which share an examiner.

    Processes end with the thread that started them. Where one of them has ended, the next
    submission of each grader starts others.

    Parameters
    ----------
    spare : Grader, optional
        A grader that has started already, for the first thread that can use it. Its owner
        must outlive these threads, and close it.
    """

    def __init__(self, spare: Grader | None = None) -> None:
        self._own = threading.local()
        self._lock = threading.Lock()
        self._spare = spare
        self._courses = {} if spare is None else {spare.course.manifest: spare.course}
        self._graders: list[Grader] = []
        self._stopped = False

    def work(self, task: bytes) -> bytes:
        """Grade one submission: a packed `Task` in, a packed `Graded` out.

        Raises
        ------
        GraderError
            If this process cannot grade: `WorkerError` if it has other versions.
        """
        read = msgspec.msgpack.decode(task, type=Task)
        grader = self._grader(read)
        _refuse_other_versions(read, grader)
        return msgspec.msgpack.encode(self._grade(grader, read))

    def stop(self) -> None:
        """Kill the processes of every grader; current gradings end with an error."""
        with self._lock:
            self._stopped = True
            for grader in self._graders:
                grader.stop()

    def close(self) -> None:
        """Close every grader, after all threads have ended."""
        with self._lock:
            for grader in self._graders:
                grader.close()
            self._graders.clear()

    def _grader(self, task: Task) -> Grader:
        manifest = Path(task.manifest or DEFAULT_COURSE).resolve()
        own: Grader | None = getattr(self._own, "grader", None)
        if own is not None and _serves(own, manifest, task):
            return own
        with self._lock:
            if self._stopped:
                raise ExaminerError("the batch was stopped")
            if own is not None:
                own.close()
                self._graders.remove(own)
            self._own.grader = None
            if self._spare is not None and _serves(self._spare, manifest, task):
                grader, self._spare = self._spare, None
            else:
                beside = next((g for g in self._graders if _serves(g, manifest, task)), None)
                grader = _start_grader(self._course(manifest), task.isolation, beside)
            self._own.grader = grader
            self._graders.append(grader)
            return grader

    def _course(self, manifest: Path) -> Course:
        if manifest not in self._courses:
            self._courses[manifest] = load_course(manifest)
        return self._courses[manifest]

    def _grade(self, grader: Grader, task: Task) -> Graded:
        submission = task.snapshot.submission
        how = (task.seed, task.exercises, task.derived_for)
        if task.snapshot.fault:
            fault = task.snapshot.fault
            return _pack_unexamined(grader.give_up(submission, fault, task.seed, task.derived_for))
        if task.snapshot.reason:
            status: Status = "missing" if task.snapshot.missing else "unloadable"
            refused = grader.refuse(submission, task.snapshot.reason, *how, status=status)
            return _pack(refused, {})
        reason = ""
        for _ in range(_TRIES):
            try:
                report = grader.grade(submission, *how, smallest="next")
                if report.fault:
                    return _pack_unexamined(report)
                return _pack(report, grader.take_fingerprints(submission))
            except ExaminerError as error:
                if self._stopped:
                    raise
                # A process of the grader may have been killed: try again.
                reason = str(error)
        return _pack_unexamined(grader.give_up(submission, reason, task.seed, task.derived_for))


def _start_grader(course: Course, isolation: IsolationOption, beside: Grader | None) -> Grader:
    try:
        return Grader(course, isolation, beside)
    except ExaminerError:
        # One of its processes may have been killed: try again.
        return Grader(course, isolation, beside)


def _serves(grader: Grader, manifest: Path, task: Task) -> bool:
    return grader.course.manifest == manifest and grader.isolation == task.isolation


def _pack_unexamined(report: ScoreReport) -> Graded:
    return Graded(
        to_json(build_unexamined(report, "instructor")),
        to_json(build_unexamined(report, "student")),
        score=None,
        max_score=0.0,
        fingerprints={},
        status="unexamined",
        final=False,
    )


def _pack(report: ScoreReport, fingerprints: dict[str, str]) -> Graded:
    return Graded(
        to_json(build_report(report, "instructor")),
        to_json(build_report(report, "student")),
        report.score_c / 100,
        report.max_score_c / 100,
        fingerprints,
        report.status,
    )


def _refuse_other_versions(task: Task, grader: Grader) -> None:
    if task.grader != __version__:
        raise WorkerError(f"it has grader {__version__}, but {task.grader} is required")
    if task.suite_sha256 != grader.course.suite_sha256:
        raise WorkerError(
            f"its course {grader.course.name} has suites {grader.course.suite_sha256[:12]}, but "
            f"{task.suite_sha256[:12]} are required"
        )
