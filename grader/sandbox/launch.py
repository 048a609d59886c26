"""Launching workers, from the trusted side: by a fork server, or as plain processes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from grader.errors import CourseError, ExaminerError
from grader.records import Course, IsolationLevel, Limits
from grader.sandbox.activity import Activity, activity
from grader.sandbox.processes import describe_exit, processor_time, start
from grader.sandbox.protocol.forking import GRACE_S
from grader.sandbox.protocol.frames import (
    MAX_REQUEST,
    FrameError,
    Stream,
    StreamClosed,
    StreamTimeout,
    decode_message,
    encode_message,
)
from grader.sandbox.protocol.messages import (
    Confined,
    Control,
    End,
    Ended,
    Launch,
    Launched,
    Prepared,
    Reset,
)

_T = TypeVar("_T")
_LAUNCH_S = 30.0


@dataclass(frozen=True)
class RunningWorker:
    """A worker that is ready to be sent a module; ``end`` ends it and returns how it ended.

    ``end`` may be passed the seconds that it may take to exit by itself; by default they are enough
    to see how it ends.

    ``processor_time`` returns the seconds that it has used, or None where that is not known, and
    ``activity`` also what it does. Code that is ``confined`` cannot stop its own process.
    """

    stream: Stream
    end: Callable[..., Ended]
    processor_time: Callable[[], float | None] = lambda: None
    activity: Callable[[], Activity | None] = lambda: None
    confined: bool = False


class Launcher(Protocol):
    """A launcher of workers."""

    def launch(self) -> RunningWorker:
        """Launch a worker."""

    def reset(self) -> None:
        """Kill every worker that an earlier submission may have left."""


class ForkingLauncher:
    """Launches confined workers over the trusted end of a fork server's control socket."""

    def __init__(self, control_fd: int) -> None:
        self._control = socket.socket(fileno=control_fd)

    def launch(self) -> RunningWorker:
        """Fork a worker and wait until it reports that it is confined."""
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._ask(Launch(), Launched, [theirs.fileno()]).pid
        fd = ours.detach()
        stream = Stream(fd, fd)
        try:
            prepared: Prepared = stream.receive_message(Confined, _LAUNCH_S)
        except (StreamClosed, StreamTimeout, FrameError) as error:
            ended = describe_exit(self._ask(End(pid), Ended).exit_code)
            raise ExaminerError(f"a worker could not be confined: {ended}") from error

        def end(grace_s: float = GRACE_S) -> Ended:
            stream.close()
            return self._ask(End(pid, grace_s), Ended)

        _refuse_broken(prepared, end)
        return RunningWorker(
            stream, end, lambda: processor_time(pid), lambda: activity(pid), confined=True
        )

    def reset(self) -> None:
        """Kill every worker that an earlier submission may have left."""
        self._ask(Reset(), Ended)

    def _ask(self, request: Control, form: type[_T], fds: list[int] | None = None) -> _T:
        try:
            socket.send_fds(self._control, [encode_message(request)], fds or [])
            answer = self._control.recv(MAX_REQUEST)
        except ConnectionError:
            answer = b""
        except OSError as error:
            raise ExaminerError(f"the fork server cannot be reached: {error}") from error
        if not answer:
            raise ExaminerError(
                "the grader's fork server process has ended, perhaps because the machine is out of "
                "memory; close other programs, and run the same command again"
            )
        return decode_message(answer, form)


class ProcessLauncher:
    """Launches workers that are plain processes: apart from the tests, but not confined.

    Memory and processor time are limited where the system can.
    """

    def __init__(self, limits: Limits, packages: tuple[str, ...]) -> None:
        self._limits = limits
        self._packages = packages

    def launch(self) -> RunningWorker:
        """Start a worker process."""
        limits = self._limits
        arguments = (limits.memory_mib, limits.cpu_s, self._packages)
        child = start("grader.sandbox.worker.worker", arguments)
        try:
            prepared: Prepared = child.stream.receive_message(Prepared, _LAUNCH_S)
        except (StreamClosed, StreamTimeout, FrameError) as error:
            ended = describe_exit(child.end(0.0))
            raise ExaminerError(f"a worker could not be started: {ended}") from error
        _refuse_broken(prepared, child.end)
        # Not confined, student code can kill its own process: the end is the student's.
        return RunningWorker(
            child.stream,
            lambda grace_s=GRACE_S: Ended(child.end(grace_s), by_us=True),
            lambda: processor_time(child.pid),
            lambda: activity(child.pid),
        )

    def reset(self) -> None:
        """Do nothing: these workers end with the process that started them."""


def open_launcher(level: IsolationLevel, control_fd: int | None, course: Course) -> Launcher:
    """Return the launcher for a level of isolation."""
    if level == "sandbox" and control_fd is not None:
        return ForkingLauncher(control_fd)
    return ProcessLauncher(course.limits, course.packages)


def _refuse_broken(prepared: Prepared, end: Callable[[float], object]) -> None:
    """Raise a `CourseError` where a package of the course cannot be imported."""
    if prepared.problem:
        end(0.0)
        raise CourseError(prepared.problem)
