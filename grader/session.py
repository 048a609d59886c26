"""The two processes between which students' code is examined, and what they reported.

The examiner and the fork server are started together. What they report at their start is
read when it is first needed, so that the coordinator can read a submission meanwhile.
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
from grader.sandbox.processes import Child, describe_exit, refuse_low_limits
from grader.sandbox.protocol.frames import (
    MAX_TRUSTED_FRAME,
    FrameError,
    StreamClosed,
    StreamTimeout,
)
from grader.sandbox.protocol.messages import Restrictions, Setup
from grader.sandbox.protocol.probe import name_system
from grader.sandbox.starting import take_pair

_T = TypeVar("_T")
# What an examiner gets beyond the submission's own time, for what it does itself.
_EXAMINER_S = 60.0


class Session:
    """An examiner and, on Linux, a fork server, started for one course.

    Parameters
    ----------
    option : {"auto", "sandbox", "process"}
        ``auto`` takes the sandbox where the machine has one.

    Raises
    ------
    SandboxError
        If the sandbox is demanded and this system cannot have one.
    ExaminerError
        If the processes cannot be started.
    """

    def __init__(self, course: Course, option: IsolationOption) -> None:
        self._course = course
        self._option = option
        self._fork_server: Child | None = None
        self._examiner: Child
        refuse_low_limits(course.limits)
        if option == "sandbox" and sys.platform != "linux":
            raise SandboxError(
                f"the sandbox needs Linux; this is {name_system()}; `--isolation process` grades "
                "without one"
            )
        try:
            self._start(sandboxed=option != "process" and sys.platform == "linux")
        except OSError as error:
            raise ExaminerError(f"the grader's processes cannot be started: {error}") from error
        except StreamClosed as error:
            raise ExaminerError(f"the examiner process did not start: {error}") from error

    def _start(self, *, sandboxed: bool) -> None:
        pair, limits = take_pair(sandboxed=sandboxed), self._course.limits
        self._examiner = Child(pair.examiner)
        self._examiner.stream.max_frame = MAX_TRUSTED_FRAME
        self._fork_server = None if pair.fork_server is None else Child(pair.fork_server)
        try:
            if self._fork_server is not None:
                setup = Setup(self._course.packages, limits.memory_mib, limits.cpu_s)
                self._fork_server.stream.send_message(setup)
            self._examiner.stream.send_message(messages.Start(self._course, pair.control_fd))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End both processes."""
        for child in self._children():
            child.end()

    def kill(self) -> None:
        """Kill both processes at once; safe to call from another thread."""
        for child in self._children():
            child.kill()

    def ask(
        self, request: messages.Request, form: type[_T], begin: Callable[[str], None] | None = None
    ) -> _T:
        """Send a request to the examiner and return its reply.

        Parameters
        ----------
        form : type
            What the reply is.
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
            self._examiner.stream.send_message(request)
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
            raise ExaminerError(f"the examiner ended without an answer: {error}") from error

    @cached_property
    def ready(self) -> messages.Ready:
        """What the examiner collected, once the level of isolation is settled.

        Raises
        ------
        GraderError
            If a package is missing, or older than grading needs; and as `ask`.
        """
        from grader.sandbox.packages import refuse_unfit_packages

        refuse_unfit_packages()  # while the processes load these packages
        _ = self.restrictions
        try:
            reply = self._receive(None)
        except (StreamClosed, FrameError) as error:
            raise ExaminerError(f"the examiner process did not start: {error}") from error
        assert isinstance(reply, messages.Ready)
        return reply

    @cached_property
    def restrictions(self) -> Restrictions:
        """What the fork server can restrict; nothing where there is no sandbox."""
        if self._fork_server is None:
            asked_for = self._option == "process"
            return Restrictions(missing="" if asked_for else f"this is {name_system()}, not Linux")
        try:
            found = self._fork_server.stream.receive_message(Restrictions)
        except (StreamClosed, FrameError) as error:
            raise ExaminerError(f"the fork server did not start: {error}") from error
        if not found.complete:
            found = replace(found, missing=f"{found.missing} (see `{find_program()} doctor`)")
            if self._option == "sandbox":
                raise SandboxError(
                    f"no sandbox here: {found.missing}; `--isolation process` grades without one"
                )
            self._fork_server.end()
            self._fork_server = None
        return found

    @property
    def isolation(self) -> Isolation:
        """How student code is kept apart in this session."""
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

    def _children(self) -> list[Child]:
        return [child for child in (self._examiner, self._fork_server) if child is not None]

    def _receive(self, timeout_s: float | None) -> messages.Reply:
        reply: messages.Reply = self._examiner.stream.receive_message(messages.Reply, timeout_s)
        if isinstance(reply, messages.Broken):
            raise CourseError(f"the course cannot grade: {reply.message}")
        return reply
