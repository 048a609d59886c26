"""The engine: a submission in, a marked report out.

It starts the two processes between which students' code is examined, sends the
snapshot to the trusted one, and marks what that one saw. It loads neither numpy nor
pytest, and it knows no exercise by name.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Self

from grader.course.manifest import load_course
from grader.errors import CourseError, ExaminerError, SandboxError
from grader.examiner.outcomes import read_outcomes
from grader.records import (
    Check,
    Course,
    Environment,
    ExerciseScore,
    Isolation,
    IsolationLevel,
    ModuleState,
    Outcome,
    ScoreReport,
    Seed,
    Submission,
    Wanted,
)
from grader.sandbox.processes import Child, start
from grader.sandbox.protocol.forking import can_fork
from grader.sandbox.protocol.frames import (
    MAX_REPORT,
    FrameError,
    Stream,
    StreamClosed,
    StreamTimeout,
)
from grader.scoring import mark
from grader.seeds import PUBLIC, seed_id

# What an examiner gets beyond the submission's own time, for what it does itself.
_EXAMINER_S = 60.0


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
        self._walls: dict[str, str] = {}
        self._ready = False
        self.why_no_sandbox = ""
        self.course: Course = load_course(manifest)
        with contextlib.ExitStack() as undo:
            # Whoever is interrupted here has no grader yet to close.
            undo.callback(self.close)
            self._start()
            undo.pop_all()

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
        self._ready, self._walls = False, {}

    def kill(self) -> None:
        """Kill both processes at once; safe to call from another thread."""
        for child in (self._examiner, self._template):
            if child is not None:
                child.kill()

    def serves(self, manifest: Path, isolation: Wanted) -> bool:
        """Return whether it was made for that course and that isolation."""
        return self._manifest == manifest.resolve() and self._wanted == isolation

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
        seed: str = PUBLIC,
        exercises: Sequence[str] = (),
        derived_for: str | None = None,
        begin: Callable[[str], None] | None = None,
    ) -> ScoreReport:
        """Grade one submission.

        Parameters
        ----------
        submission : Submission
            The snapshot.
        seed : str
            What the checks' inputs are drawn from.
        exercises : sequence of str
            Names of the exercises to grade; by default all.
        derived_for : str, optional
            Whose seed it is, for the report.
        begin : callable, optional
            Told each exercise's name when its turn comes.

        Returns
        -------
        ScoreReport
            The marked report.

        Raises
        ------
        ExaminerError
            If the examination ended without a result. The next one starts afresh.
        CourseError, SandboxError
            If nothing can be graded at all. Nothing a student does raises one of these.
        """
        started, clock = datetime.now(UTC), time.perf_counter()
        checks = self._checks_of(exercises)
        request = {
            "do": "examine",
            "level": self._level,
            "exercises": self._names(exercises),
            "sources": self._sources(submission, exercises),
            "siblings": _siblings(submission),
            "stands_for_all": submission.stands_for_all,
            "seed": seed,
        }
        seen = self._ask(request, begin)
        modules = [ModuleState(*module) for module in seen["modules"]]
        return self._report(
            submission,
            mark(self.course, checks.values(), read_outcomes(seen["report"], checks), modules),
            Seed(seed_id(seed), derived_for),
            started,
            time.perf_counter() - clock,
        )

    def refuse(
        self,
        submission: Submission,
        reason: str,
        seed: str = PUBLIC,
        exercises: Sequence[str] = (),
        derived_for: str | None = None,
    ) -> ScoreReport:
        """Return the report of a submission that cannot be graded: no points, and why.

        Parameters
        ----------
        submission : Submission
            What there is of it.
        reason : str
            Why it cannot be graded, for the student to read.
        seed, exercises, derived_for
            As for `grade`.
        """
        checks = self._checks_of(exercises)
        modules = [ModuleState(name, "unloadable", reason) for name in self._names(exercises)]
        outcomes = [Outcome(check.id, "not_run", reason) for check in checks.values()]
        scored = mark(self.course, checks.values(), outcomes, modules)
        return self._report(
            submission, scored, Seed(seed_id(seed), derived_for), datetime.now(UTC), 0.0
        )

    def take_fingerprints(self, submission: Submission) -> dict[str, str]:
        """Return a fingerprint of each module's code, by exercise.

        Names, comments and layout do not change a fingerprint. Code that cannot be
        parsed has none.
        """
        self._ready_examiner()
        try:
            answer = self._ask({"do": "fingerprint", "sources": self._sources(submission, ())})
        except ExaminerError:
            # Code can be written that crashes Python's parser; that is no fingerprint either.
            return {}
        found: dict[str, str] = answer["fingerprints"]
        return {name: digest for name, digest in found.items() if digest}

    def _names(self, exercises: Sequence[str]) -> list[str]:
        return [e.name for e in self.course.exercises if not exercises or e.name in exercises]

    def _checks_of(self, exercises: Sequence[str]) -> dict[str, Check]:
        self._ready_examiner()
        names = self._names(exercises)
        return {node: check for node, check in self._checks.items() if check.exercise in names}

    def _sources(self, submission: Submission, exercises: Sequence[str]) -> dict[str, list[Any]]:
        return {
            name: [
                source.name,
                # A notebook's pictures stay here; its code cells are what is graded.
                source.content if source.cells is None else b"",
                source.trouble,
                source.cells,
                source.note,
            ]
            for name in self._names(exercises)
            if (source := submission.source_of(self.course.exercise(name))) is not None
        }

    def _report(
        self,
        submission: Submission,
        exercises: tuple[ExerciseScore, ...],
        seed: Seed,
        started: datetime,
        duration_s: float,
    ) -> ScoreReport:
        assert self._environment is not None
        return ScoreReport(
            course=self.course,
            submission=submission,
            exercises=exercises,
            isolation=self._isolation(),
            seed=seed,
            environment=self._environment,
            started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
            duration_s=duration_s,
        )

    def _isolation(self) -> Isolation:
        limits = self.course.limits
        limited = sys.platform != "win32"
        walls = self._walls if self._level == "sandbox" else {}
        return Isolation(
            level=self._level,
            filesystem=walls.get("filesystem") or "open",
            network=walls.get("network") or "open",
            processes=walls.get("processes") or "open",
            memory_mib=limits.memory_mib if limited else None,
            cpu_s=limits.cpu_s if limited else None,
            wall_s=limits.call_s,
        )

    def _ask(
        self, request: dict[str, Any], begin: Callable[[str], None] | None = None
    ) -> dict[str, Any]:
        stream = self._ready_examiner().stream
        deadline = time.monotonic() + self.course.limits.submission_s + _EXAMINER_S
        try:
            stream.send_message(request)
            answer = _receive(stream, deadline - time.monotonic())
            while answer["event"] == "begun":
                if begin is not None:
                    begin(answer["exercise"])
                answer = _receive(stream, max(0.0, deadline - time.monotonic()))
        except StreamTimeout as error:
            self.close()
            raise ExaminerError("the examination did not end in time") from error
        except (StreamClosed, FrameError) as error:
            self.close()
            raise ExaminerError(f"the examiner ended without an answer: {error}") from error
        if not can_fork():
            # The examiner that has run the suites once is not fresh any more.
            self.close()
        if answer["event"] == "crashed":
            # It may have died between a question to the template and the answer, which
            # whoever comes next would take for its own.
            self.close()
            raise ExaminerError(f"the examination ended without a result: {answer['message']}")
        return answer

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
            self._template = start(
                "grader.sandbox.worker.fork_server", arguments, [theirs.fileno()]
            )
            self._start_examiner(ours)

    def _start_examiner(self, control: socket.socket | None) -> None:
        fds = [control.fileno()] if control else []
        arguments = (str(self._manifest), fds[0] if fds else -1)
        self._examiner = start("grader.examiner.main", arguments, fds)

    def _ready_examiner(self) -> Child:
        if self._examiner is None:
            self._start()
        assert self._examiner is not None
        if self._template is not None and not self._walls:
            self._settle_level(self._template)
        if not self._ready:
            try:
                ready = _receive(self._examiner.stream, None)
            except (StreamClosed, FrameError) as error:
                raise ExaminerError(f"the examiner process did not start: {error}") from error
            self._checks = {node: Check(**check) for node, check in ready["checks"].items()}
            self._environment = Environment(**ready["environment"])
            self._ready = True
        return self._examiner

    def _settle_level(self, template: Child) -> None:
        try:
            walls = template.stream.receive_message()
        except (StreamClosed, FrameError) as error:
            raise ExaminerError(f"the template process did not start: {error}") from error
        if walls["complete"]:
            self._level, self._walls = "sandbox", walls["walls"]
            return
        self.why_no_sandbox = walls["reason"]
        if self._wanted == "sandbox":
            raise SandboxError(
                f"no sandbox here: {walls['reason']}; `--isolation process` grades without one"
            )
        template.end()
        self._template = None


def _receive(stream: Stream, timeout_s: float | None) -> dict[str, Any]:
    stream.max_frame = MAX_REPORT
    message = stream.receive_message(timeout_s)
    if message["event"] == "broken":
        raise CourseError(f"the course cannot grade: {message['message']}")
    return message


def _siblings(submission: Submission) -> dict[str, Any]:
    """Return what the files of a submission may import from one another, by module name."""
    return {
        PurePath(source.name).stem: source.content if source.cells is None else source.cells
        for source in submission.files
        if not source.trouble
    }
