"""A session: the examiner and the fork server of one course, and requests to the examiner.

Both processes are started together. Their first messages are read when they are needed, so that
the coordinator can read a submission meanwhile.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace

from grader.errors import CourseError, ExaminerError, SandboxError
from grader.examiner import messages
from grader.invocation import find_program
from grader.records import Course, Isolation, IsolationOption
from grader.sandbox.processes import Child, describe_exit, is_kill, refuse_low_limits
from grader.sandbox.protocol.frames import (
    FrameError,
    StreamClosed,
    StreamTimeout,
)
from grader.sandbox.protocol.messages import Restrictions, Setup
from grader.sandbox.protocol.probe import name_system
from grader.sandbox.shared import SharedProcesses

_T = TypeVar("_T")
# The time that an examiner gets beyond the submission's, for its own work.
_EXAMINER_S = 60.0
_EXAMINER, _SERVER = "the grader's examiner process", "the grader's fork server process"
_STARTING, _EXAMINING = "while it started", "before it answered"


class Session:
    """An examiner and, on Linux, a fork server, started for one course.

    Parameters
    ----------
    option : {"auto", "sandbox", "process"}
        ``auto`` uses the sandbox if the machine has one.
    beside : Session, optional
        A session of the same course and option, whose processes this one uses, too: the examiner
        forks for each request, and the fork server for each session. They end with the last
        session that uses them.

    Raises
    ------
    SandboxError
        If ``option`` is ``sandbox`` and this system cannot have one.
    ExaminerError
        If the processes cannot be started, or those of ``beside`` have ended.
    """

    def __init__(
        self, course: Course, option: IsolationOption, beside: Session | None = None
    ) -> None:
        self._course = course
        self._option = option
        self.processes: SharedProcesses
        if beside is not None:
            self.processes = beside.processes
            try:
                self._stream = self.processes.join()
            except OSError as error:
                raise ExaminerError(f"the examiner process has ended: {error}") from error
            return
        refuse_low_limits(course.limits)
        if option == "sandbox" and sys.platform != "linux":
            raise SandboxError(
                f"the sandbox needs Linux; this is {name_system()}; `--isolation process` grades "
                "without one"
            )
        sandboxed = option != "process" and sys.platform == "linux"
        try:
            self.processes = SharedProcesses(sandboxed=sandboxed)
        except OSError as error:
            raise ExaminerError(f"the grader's processes cannot be started: {error}") from error
        self._stream = self.processes.examiner.stream
        try:
            self._send_course()
        except BaseException:
            self.close()
            raise

    def _send_course(self) -> None:
        limits, server = self._course.limits, self.processes.fork_server
        try:
            if server is not None:
                setup = Setup(self._course.packages, limits.memory_mib, limits.cpu_s)
                server.stream.send_message(setup)
        except StreamClosed as error:
            raise _lost(_SERVER, server, _STARTING, error) from error
        try:
            self._stream.send_message(messages.Start(self._course, self.processes.control_fd))
        except StreamClosed as error:
            raise _lost(_EXAMINER, self.processes.examiner, _STARTING, error) from error

    def close(self) -> None:
        """End both processes, unless another session uses them."""
        self.processes.leave(self._stream)

    def kill(self) -> None:
        """Kill both processes at once; safe to call from another thread."""
        self.processes.kill()

    def ask(
        self, request: messages.Request, form: type[_T], begin: Callable[[str], None] | None = None
    ) -> _T:
        """Send a request to the examiner and return its reply.

        Parameters
        ----------
        form : type
            The type of the reply.
        begin : callable, optional
            Called with the name of each exercise whose checks begin.

        Raises
        ------
        ExaminerError
            If there is no reply. The session cannot be used any more: the examiner may have
            ended between a question to the fork server and the answer.
        CourseError
            If the course cannot grade.
        """
        _ = self.ready
        deadline = time.monotonic() + self._course.limits.submission_s + _EXAMINER_S
        try:
            self._stream.send_message(request)
            while True:
                reply = self._receive(max(0.0, deadline - time.monotonic()))
                match reply:
                    case messages.Begun(exercise):
                        if begin is not None:
                            begin(exercise)
                    case messages.Crashed(exit_code):
                        ended = describe_exit(exit_code)
                        raise ExaminerError(f"the examination ended without a result: {ended}")
                    case messages.Failed(message):
                        raise ExaminerError(message)
                    case _ if isinstance(reply, form):
                        return reply
                    case _:
                        raise ExaminerError(f"the examiner sent {type(reply).__name__}")
        except StreamTimeout as error:
            raise ExaminerError("the examination did not end in time") from error
        except (StreamClosed, FrameError) as error:
            raise _lost(_EXAMINER, self.processes.examiner, _EXAMINING, error) from error

    @cached_property
    def ready(self) -> messages.Ready:
        """The examiner's first message, with the checks that it collected.

        Raises
        ------
        GraderError
            If a package that grading or the course needs is missing or too old, and as in `ask`.
        """
        from grader.sandbox.packages import refuse_missing_packages, refuse_unfit_packages

        refuse_unfit_packages()  # while the processes load these packages
        refuse_missing_packages(self._course.packages)
        _ = self.restrictions
        try:
            first: messages.Reply = self.processes.first_message(messages.Reply)
        except (StreamClosed, FrameError) as error:
            raise _lost(_EXAMINER, self.processes.examiner, _STARTING, error) from error
        _refuse_broken(first)
        assert isinstance(first, messages.Ready)
        return first

    @cached_property
    def restrictions(self) -> Restrictions:
        """The restrictions of the sandbox; if there is none, ``missing`` has the reason."""
        try:
            found = self.processes.restrictions()
        except (StreamClosed, FrameError) as error:
            raise _lost(_SERVER, self.processes.fork_server, _STARTING, error) from error
        if found is None:
            asked_for = self._option == "process"
            return Restrictions(missing="" if asked_for else f"this is {name_system()}, not Linux")
        if not found.complete:
            found = replace(found, missing=f"{found.missing} (see `{find_program()} doctor`)")
            if self._option == "sandbox":
                raise SandboxError(
                    f"no sandbox here: {found.missing}; `--isolation process` grades without one"
                )
        return found

    @property
    def isolation(self) -> Isolation:
        """The isolation of student code, as the report has it."""
        limits, found = self._course.limits, self.restrictions
        return Isolation(
            level="sandbox" if found.complete else "process",
            filesystem=(found.complete and found.filesystem) or "open",
            network=(found.complete and found.network) or "open",
            processes=(found.complete and found.processes) or "open",
            memory_mib=limits.memory_mib if sys.platform == "linux" else None,
            cpu_s=limits.cpu_s if sys.platform != "win32" else None,
            wall_s=limits.call_s,
        )

    def _receive(self, timeout_s: float) -> messages.Reply:
        reply: messages.Reply = self._stream.receive_message(messages.Reply, timeout_s)
        _refuse_broken(reply)
        return reply


def _lost(name: str, child: Child | None, when: str, error: Exception) -> ExaminerError:
    """Return the error of a process that has closed its stream, or sent no valid message."""
    if isinstance(error, FrameError):
        return ExaminerError(
            f"a defect of the grader, please report it: {name} sent no valid message {when}: "
            f"{error}"
        )
    code = None if child is None else child.find_exit()
    if code is not None and is_kill(code):
        return ExaminerError(
            f"{name} was killed {when}, perhaps because the machine is out of memory; close other "
            "programs, and run the same command again"
        )
    how = "" if code is None else f" ({describe_exit(code)})"
    return ExaminerError(
        f"{name} ended {when}{how}; run the same command again, and if it ends again, "
        f"`{find_program()} doctor` shows what is wrong with this machine"
    )


def _refuse_broken(reply: messages.Reply) -> None:
    if isinstance(reply, messages.Broken):
        raise CourseError(f"the course cannot grade: {reply.message}")
