"""Launching hosts, seen from the trusted side: from a template, or as plain processes."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from grader.errors import ExaminerError
from grader.records import IsolationLevel, Limits
from grader.sandbox.processes import start
from grader.sandbox.protocol.forking import GRACE_S
from grader.sandbox.protocol.frames import (
    MAX_REQUEST,
    FrameError,
    Stream,
    StreamClosed,
    StreamTimeout,
)

_LAUNCH_S = 30.0


@dataclass(frozen=True)
class RunningHost:
    """A host that is ready to be sent a module.

    Parameters
    ----------
    stream : Stream
        The conversation with it.
    end : callable
        Ends it and says how it ended.
    """

    stream: Stream
    end: Callable[[], str]


class Hosts(Protocol):
    """Something that launches hosts."""

    def launch(self) -> RunningHost:
        """Launch a host."""

    def reset(self) -> None:
        """Kill every host that an earlier submission may have left."""


class TemplateHosts:
    """Confined hosts, forked from a template.

    Parameters
    ----------
    control_fd : int
        The trusted end of the template's control socket.
    """

    def __init__(self, control_fd: int) -> None:
        self._control = socket.socket(fileno=control_fd)

    def launch(self) -> RunningHost:
        """Fork a host and wait until it says that its walls stand."""
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self._ask({"do": "launch"}, [theirs.fileno()])
        fd = ours.detach()
        stream = Stream(fd, fd)
        pid = answer["pid"]
        try:
            stream.receive_message(_LAUNCH_S)
        except (StreamClosed, StreamTimeout, FrameError) as error:
            ended = self._ask({"do": "end", "pid": pid})["ended"]
            raise ExaminerError(f"a host could not be confined: {ended}") from error

        def end() -> str:
            stream.close()
            return str(self._ask({"do": "end", "pid": pid})["ended"])

        return RunningHost(stream, end)

    def reset(self) -> None:
        """Kill every host that an earlier submission may have left."""
        self._ask({"do": "reset"})

    def _ask(self, request: dict[str, Any], fds: list[int] | None = None) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [msgspec.msgpack.encode(request)], fds or [])
            answer = self._control.recv(MAX_REQUEST)
        except OSError as error:
            raise ExaminerError(f"the template process cannot be reached: {error}") from error
        if not answer:
            raise ExaminerError("the template process has ended")
        return msgspec.msgpack.decode(answer, type=dict[str, Any])


class ProcessHosts:
    """Hosts that are plain processes: apart from the tests, but not confined.

    Parameters
    ----------
    limits : Limits
        Memory and processor time, where the system can limit them.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def launch(self) -> RunningHost:
        """Start a host process."""
        limits = self._limits
        child = start("grader.sandbox.worker.worker", (limits.memory_mib, limits.cpu_s))
        return RunningHost(child.stream, lambda: child.end(GRACE_S))

    def reset(self) -> None:
        """Do nothing: these hosts end with the process that started them."""


def open_hosts(level: IsolationLevel, control_fd: int, limits: Limits) -> Hosts:
    """Return the launcher for a level of isolation."""
    if level == "sandbox":
        return TemplateHosts(control_fd)
    return ProcessHosts(limits)
