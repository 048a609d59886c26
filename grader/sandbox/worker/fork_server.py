"""The fork server: a warm process without secrets, from which workers are forked.

It imports numpy and the packages of the course once and prepares the restrictions. It never runs
student code: that begins in a forked worker, once it is confined. It has no suite.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import socket
from collections.abc import Callable, Iterable
from functools import partial

from grader.sandbox.protocol.forking import collect_ended, fork, reap, serve_parent_only
from grader.sandbox.protocol.frames import (
    MAX_REQUEST,
    Stream,
    StreamClosed,
    decode_message,
    encode_message,
    prepare,
)
from grader.sandbox.protocol.messages import (
    Confined,
    Control,
    ControlReply,
    End,
    Ended,
    Launch,
    Launched,
    Request,
    Reset,
    Setup,
)
from grader.sandbox.protocol.probe import probe_restrictions
from grader.sandbox.worker.confinement import Confinement
from grader.sandbox.worker.listed import load_listed
from grader.sandbox.worker.worker import Worker

# Parts of numpy that load on first use; loading them here spares every worker.
_PRELOADED = ("numpy.linalg", "numpy.random", "numpy.fft", "numpy.polynomial", "numpy.ma")


def main(control_fd: int, desk_fd: int = -1) -> None:
    """Serve launch requests on a control socket until it closes.

    First it reports on standard output which restrictions this machine has, and it reads a
    `Setup` from standard input; where a restriction is missing, there will be no workers.

    Parameters
    ----------
    control_fd : int
        One end of a ``SOCK_SEQPACKET`` pair.
    desk_fd : int
        One end of another, on which further control sockets come. Each gets a fork server of
        its own, forked from this one, so that the workers of one are not those of another.
    """
    serve_parent_only()
    stream, restrictions = Stream(0, 1), probe_restrictions()
    try:
        stream.send_message(restrictions)
        if not restrictions.complete:
            return
        _load(_PRELOADED)
        setup = stream.receive_message(Setup)
    except StreamClosed:
        return  # the coordinator has ended
    listed = load_listed(setup.packages)
    prepare(list[Request])
    confinement = Confinement(setup.memory_mib + listed.memory_mib, setup.cpu_s, listed.readable)
    # A worker's collector need not look through what it inherited, and copy it by looking.
    gc.freeze()
    gc.enable()
    first = _ForkServer(socket.socket(fileno=control_fd), confinement, listed.problem)
    _serve(first, None if desk_fd < 0 else socket.socket(fileno=desk_fd))


def _serve(first: _ForkServer, desk: socket.socket | None) -> None:
    """Serve a control socket, and fork a server for each that comes on the desk."""
    serving: dict[socket.socket, Callable[[], bool]] = {first.control: first.answer_next}
    others: set[int] = set()

    def serve_another(desk: socket.socket) -> bool:
        data, fds, _, _ = socket.recv_fds(desk, MAX_REQUEST, 1)
        if data:
            another = _ForkServer(socket.socket(fileno=fds[0]), first.confinement, first.problem)
            others.add(fork(partial(_serve_alone, another, list(serving))))
            another.control.close()
            others.difference_update(collect_ended(others))
        return bool(data)

    if desk is not None:
        serving[desk] = partial(serve_another, desk)
    while serving:
        readable, _, _ = select.select(serving, [], [])
        for one in readable:
            if not serving[one]():
                del serving[one]
                one.close()


def _serve_alone(server: _ForkServer, inherited: Iterable[socket.socket]) -> None:
    for one in inherited:
        one.close()
    while server.answer_next():
        pass


def _load(names: Iterable[str]) -> None:
    for name in names:
        importlib.import_module(name)


class _ForkServer:
    def __init__(self, control: socket.socket, confinement: Confinement, problem: str) -> None:
        self.control = control
        self.confinement = confinement
        self.problem = problem
        self._workers: set[int] = set()

    def answer_next(self) -> bool:
        """Answer a request; return whether there may be more."""
        # The examiner may be killed in the middle of a question.
        with contextlib.suppress(ConnectionError):
            data, fds, _, _ = socket.recv_fds(self.control, MAX_REQUEST, 1)
            if data:
                request: Control = decode_message(data, Control)
                self.control.send(encode_message(self._answer(request, fds)))
                return True
        self._answer(Reset(), [])
        return False

    def _answer(self, request: Control, fds: list[int]) -> ControlReply:
        match request:
            case Launch():
                pid = fork(lambda: self._become_worker(fds[0]))
                os.close(fds[0])
                self._workers.add(pid)
                return Launched(pid)
            case End(pid, grace_s):
                self._workers.remove(pid)
                return Ended(*reap(pid, grace_s))
            case _:
                for pid in self._workers:
                    reap(pid, 0.0)
                self._workers.clear()
                return Ended()

    def _become_worker(self, fd: int) -> None:
        stream_fd = self.confinement.apply(fd)
        stream = Stream(stream_fd, stream_fd)
        # The last message that can be believed: nothing of the student's has arrived yet.
        stream.send_message(Confined(self.problem))
        Worker(stream).serve()
