"""Forks of this process that stay, and answer one request after the other on all processors."""

from __future__ import annotations

import gc
import importlib
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Self

from grader.errors import SandboxError
from grader.sandbox.limited import Answer, fork_quietly, limit_growth, settle_in_fork
from grader.sandbox.protocol.forking import can_fork, load_libc, reap
from grader.sandbox.protocol.frames import MAX_TRUSTED_FRAME, FrameError, Stream, StreamClosed

_MEMORY_MIB, _WALL_S = 1024, 120.0  # beyond what this process has; for one answer
_AHEAD = 4  # answers for each helper that may wait until an earlier one is there
_GRACE_S = 5.0  # for the end of what a helper is doing


@dataclass(eq=False, slots=True)
class _Order:
    """A request, and its answer when it is there.

    Parameters
    ----------
    killed : bool
        Whether a helper was killed over it.
    failed : bool
        Whether a helper has ended over it, so that this process has to answer.
    """

    request: bytes
    reply: bytes | None = None
    killed: bool = False
    failed: bool = False

    @property
    def is_done(self) -> bool:
        """Return whether no helper has it any more."""
        return self.failed or self.reply is not None


@dataclass(frozen=True, slots=True)
class _Helper:
    pid: int
    stream: Stream


class Helpers:
    """Some helpers, which are started when they are needed; a context manager.

    Where there would be only one, or this system does not fork safely, this process answers.

    Parameters
    ----------
    module : str
        Dotted name of one of our modules. It has ``answer``, from bytes to bytes.
    count : int
        How many there may be.
    """

    def __init__(self, module: str, count: int) -> None:
        # Loaded once, for every fork.
        self._answer: Answer = importlib.import_module(module).answer
        load_libc()
        self._most = count if count > 1 and can_fork() else 0
        self._idle: list[_Helper] = []
        self._busy: dict[int, tuple[_Helper, _Order, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        helpers = [*self._idle, *(helper for helper, _, _ in self._busy.values())]
        self._idle.clear()
        self._busy.clear()
        for helper in helpers:
            helper.stream.close()
        # A file that is being written is written whole before its helper sees that it may end.
        for helper in helpers:
            reap(helper.pid, _GRACE_S)

    def answer_all(self, requests: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the answer to each request, in their order, as this process alone would.

        Requests are taken when a helper is free for them, so a long row of them takes no memory.

        Raises
        ------
        SandboxError
            If a helper is killed from outside twice over a request, or takes too long for it.
        Exception
            The exception of an answer, if it raised one.
        """
        if not self._most:
            yield from map(self._answer, requests)
            return
        waiting: deque[_Order] = deque()
        for request in requests:
            while len(waiting) >= _AHEAD * self._most:
                yield self._take(waiting)
            waiting.append(_Order(request))
            self._give(waiting[-1])
            while waiting and waiting[0].is_done:
                yield self._take(waiting)
        while waiting:
            yield self._take(waiting)

    def _take(self, waiting: deque[_Order]) -> bytes:
        """Return the first answer of those that are waited for."""
        while not waiting[0].is_done:
            self._collect()
        order = waiting.popleft()
        # The cause is in the request or in our code: what was raised there is raised here.
        return self._answer(order.request) if order.reply is None else order.reply

    def _give(self, order: _Order) -> None:
        """Give a request to a helper, as soon as one is free."""
        while not self._idle and len(self._busy) == self._most:
            self._collect()
        while self._idle and _poll([self._idle[-1].stream.read_fd]):
            # A helper that waits sends nothing, so this one has ended.
            self._end(self._idle.pop())
        helper = self._idle.pop() if self._idle else self._start()
        fd = helper.stream.read_fd
        self._busy[fd] = (helper, order, time.monotonic() + _WALL_S)
        try:
            helper.stream.send(order.request)
        except StreamClosed:
            del self._busy[fd]
            self._replace(helper, order)

    def _collect(self) -> None:
        """Wait until a helper has answered."""
        deadline = min(deadline for _, _, deadline in self._busy.values())
        ready = _poll(self._busy, max(0.0, deadline - time.monotonic()))
        if not ready:
            raise SandboxError(
                f"a process of the grader took longer than {_WALL_S:g} s for one answer, so the "
                "machine or its disk is slow; run the same command again"
            )
        for fd in ready:
            helper, order, _ = self._busy.pop(fd)
            try:
                order.reply = helper.stream.receive()
                self._idle.append(helper)
            except (StreamClosed, FrameError):
                self._replace(helper, order)

    def _replace(self, helper: _Helper, order: _Order) -> None:
        """Have a request answered that its helper ended over."""
        if self._end(helper) != -signal.SIGKILL:
            order.failed = True
        elif order.killed:
            raise SandboxError(
                "a process of the grader was killed from outside twice, perhaps because the "
                "machine is out of memory; close other programs, and run the same command again"
            )
        else:
            order.killed = True
            self._give(order)

    def _end(self, helper: _Helper) -> int:
        helper.stream.close()
        return reap(helper.pid, _GRACE_S).code

    def _start(self) -> _Helper:
        ours, theirs = socket.socketpair()
        try:
            pid = fork_quietly(partial(_serve, self._answer, theirs.fileno()))
        except OSError as error:
            ours.close()
            raise SandboxError(f"no process can be started: {error}") from error
        finally:
            theirs.close()
        fd = ours.detach()
        return _Helper(pid, Stream(fd, fd, MAX_TRUSTED_FRAME))


def _poll(fds: Iterable[int], seconds: float = 0.0) -> list[int]:
    """Return which descriptors can be read, or are closed on the other side, within a time."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(seconds * 1000)]


def _serve(answer: Answer, fd: int) -> None:
    """Answer what comes until the other side has gone."""
    settle_in_fork(fd)
    # The collector would copy what was inherited, by looking at it.
    gc.freeze()
    limit_growth(_MEMORY_MIB)
    stream = Stream(fd, fd, MAX_TRUSTED_FRAME)
    while True:
        try:
            request = stream.receive()
        except StreamClosed:
            return
        stream.send(answer(request))
