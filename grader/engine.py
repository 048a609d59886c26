"""The engine: a submission in, a marked report out.

It starts the two processes between which students' code is examined, sends the
snapshot to the trusted one, and marks what that one saw. It loads neither numpy nor
pytest, and it knows no exercise by name.
"""

from __future__ import annotations

import hashlib
import socket
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.course.manifest import load_course
from grader.errors import CourseError, ExaminerError, SandboxError
from grader.exam.verdicts import read_outcomes
from grader.marking import mark
from grader.records import (
    Check,
    Course,
    Environment,
    Isolation,
    IsolationLevel,
    ModuleState,
    ScoreReport,
    Seed,
    Submission,
    Wanted,
)
from grader.sandbox.frames import MAX_REPORT, FrameError, Stream, StreamClosed
from grader.sandbox.processes import Child, can_fork, start

PUBLIC = "public"


class Grader:
    """Grades submissions of one course; a context manager that owns two processes.

    Parameters
    ----------
    manifest : Path
        The course's ``course.toml``.
    isolation : {"auto", "sandbox", "process"}
        ``auto`` takes the sandbox where the machine has one.

    Examples
    --------
    >>> with Grader(DEFAULT_COURSE) as grader:            # doctest: +SKIP
    ...     report = grader.grade(read_submission(Path("work"), grader.course))
    """

    def __init__(self, manifest: Path, isolation: Wanted = "auto") -> None:
        self._manifest = manifest.resolve()  # the processes stand elsewhere
        self._wanted = isolation
        self._template: Child | None = None
        self._examiner: Child | None = None
        self._level: IsolationLevel = "process"
        self._checks: dict[str, Check] = {}
        self._environment: Environment | None = None
        self.why_no_sandbox = ""
        self.course: Course = load_course(manifest)
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End both processes."""
        for child in (self._examiner, self._template):
            if child is not None:
                child.end()
        self._examiner = self._template = None

    def collected_checks(self) -> dict[str, Check]:
        """Return all checks by pytest's ids, ``exercise/test_exercise.py::TestClass::test``."""
        self._ready_examiner()
        return dict(self._checks)

    def collected_functions(self) -> dict[str, dict[str, list[str]]]:
        """Return the names of all checks, by exercise and function."""
        found: dict[str, dict[str, list[str]]] = {e.name: {} for e in self.course.exercises}
        for check in self.collected_checks().values():
            names = found[check.exercise].setdefault(check.function, [])
            names.append(check.id.rpartition("/")[2])
        return found

    def grade(
        self,
        submission: Submission,
        secret: str = PUBLIC,
        exercises: Sequence[str] = (),
    ) -> ScoreReport:
        """Grade one submission.

        Parameters
        ----------
        submission : Submission
            The snapshot.
        secret : str
            What the checks' inputs are drawn from.
        exercises : sequence of str
            Names of the exercises to grade; by default all.

        Returns
        -------
        ScoreReport
            The marked report.

        Raises
        ------
        GraderError
            If the grading could not be done; nothing a student does raises one.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        names = [e.name for e in self.course.exercises if not exercises or e.name in exercises]
        examiner = self._ready_examiner()
        sources = {
            name: [
                source.name,
                # A notebook's pictures stay here; its code cells are what is graded.
                source.content if source.cells is None else b"",
                source.trouble,
                source.cells,
                source.note,
            ]
            for name in names
            if (source := submission.source_of(self.course.exercise(name))) is not None
        }
        request = {
            "level": self._level,
            "exercises": names,
            "sources": sources,
            "stands_for_all": submission.stands_for_all,
            "secret": secret,
            "derived_for": "",
        }
        seen = _ask(examiner.stream, request)
        if not can_fork():
            # The examiner that has run the suites once is not fresh any more.
            examiner.end()
            self._examiner = None
        checks = {node: c for node, c in self._checks.items() if c.exercise in names}
        modules = [ModuleState(*module) for module in seen["modules"]]
        outcomes = read_outcomes(seen["report"], checks)
        assert self._environment is not None
        return ScoreReport(
            course=self.course,
            submission=submission,
            exercises=mark(self.course, checks.values(), outcomes, modules),
            isolation=Isolation(**seen["isolation"]),
            seed=Seed(seed_id(secret)),
            environment=self._environment,
            started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            duration_s=time.perf_counter() - clock,
        )

    def _start(self) -> None:
        if self._wanted == "process" or sys.platform != "linux":
            if self._wanted == "sandbox":
                raise SandboxError(f"the sandbox needs Linux; this is {sys.platform}")
            self._start_examiner(None)
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            limits = self.course.limits
            arguments = (theirs.fileno(), self.course.packages, limits.memory_mib, limits.cpu_s)
            self._template = start("grader.sandbox.template", arguments, [theirs.fileno()])
            self._start_examiner(ours)

    def _start_examiner(self, control: socket.socket | None) -> None:
        fds = [control.fileno()] if control else []
        arguments = (str(self._manifest), fds[0] if fds else -1)
        self._examiner = start("grader.exam.examiner", arguments, fds)

    def _ready_examiner(self) -> Child:
        if self._examiner is None:
            self._start_examiner(None)
        assert self._examiner is not None
        if self._template is not None and self._level == "process":
            self._settle_level(self._template)
        if not self._checks or not can_fork():
            ready = _receive(self._examiner.stream)
            self._checks = {node: Check(**check) for node, check in ready["checks"].items()}
            self._environment = Environment(**ready["environment"])
        return self._examiner

    def _settle_level(self, template: Child) -> None:
        try:
            walls = template.stream.receive_message()
        except (StreamClosed, FrameError) as error:
            raise ExaminerError(f"the template process did not start: {error}") from error
        if walls["complete"]:
            self._level = "sandbox"
            return
        self.why_no_sandbox = walls["reason"]
        if self._wanted == "sandbox":
            raise SandboxError(
                f"no sandbox here: {walls['reason']}; `--isolation process` grades without one"
            )
        template.end()
        self._template = None


def seed_id(secret: str) -> str:
    """Return what a report says of its seed: ``public``, or a digest of the secret."""
    return PUBLIC if secret == PUBLIC else hashlib.sha256(secret.encode()).hexdigest()[:12]


def _ask(stream: Stream, request: dict[str, Any]) -> dict[str, Any]:
    try:
        stream.send_message(request)
    except StreamClosed as error:
        raise ExaminerError(f"the examiner has ended: {error}") from error
    return _receive(stream)


def _receive(stream: Stream) -> dict[str, Any]:
    stream.max_frame = MAX_REPORT
    try:
        message = stream.receive_message()
    except (StreamClosed, FrameError) as error:
        raise ExaminerError(f"the examiner ended without an answer: {error}") from error
    if message["event"] == "broken":
        raise CourseError(f"the course cannot grade: {message['message']}")
    return message
