"""The fork server: a warm process without secrets, from which workers are forked.

It imports numpy and the allowed packages once and prepares the restrictions. It never runs
student code: that begins in a forked worker, once it is confined. It has no suite.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import socket
from collections.abc import Iterable

from grader.sandbox.protocol.forking import GRACE_S, fork, reap, serve_parent_only
from grader.sandbox.protocol.frames import (
    MAX_REQUEST,
    Stream,
    StreamClosed,
    decode_message,
    encode_message,
)
from grader.sandbox.protocol.messages import (
    Confined,
    Control,
    ControlReply,
    End,
    Ended,
    Launch,
    Launched,
    Setup,
)
from grader.sandbox.protocol.probe import probe_restrictions
from grader.sandbox.worker.confinement import Confinement
from grader.sandbox.worker.worker import Worker, forget_installed_packages

# Parts of numpy that load on first use; loading them here spares every worker.
_PRELOADED = ("numpy.linalg", "numpy.random", "numpy.fft", "numpy.polynomial", "numpy.ma")


def main(control_fd: int) -> None:
    """Serve launch requests on a control socket until it closes.

    First it reports on standard output which restrictions this machine has, and it reads a
    `Setup` from standard input; where a restriction is missing, there will be no workers.

    Parameters
    ----------
    control_fd : int
        One end of a ``SOCK_SEQPACKET`` pair.
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
    _load(setup.packages)
    confinement = Confinement(setup.packages, setup.memory_mib, setup.cpu_s)
    forget_installed_packages()
    # A worker's collector need not look through what it inherited, and copy it by looking.
    gc.freeze()
    gc.enable()
    # The examiner may be killed in the middle of a question.
    with socket.socket(fileno=control_fd) as control, contextlib.suppress(ConnectionError):
        _ForkServer(control, confinement).serve()


def _load(names: Iterable[str]) -> None:
    for name in names:
        importlib.import_module(name)


class _ForkServer:
    def __init__(self, control: socket.socket, confinement: Confinement) -> None:
        self._control = control
        self._confinement = confinement
        self._workers: set[int] = set()

    def serve(self) -> None:
        while True:
            data, fds, _, _ = socket.recv_fds(self._control, MAX_REQUEST, 1)
            if not data:
                return
            request: Control = decode_message(data, Control)
            self._control.send(encode_message(self._answer(request, fds)))

    def _answer(self, request: Control, fds: list[int]) -> ControlReply:
        match request:
            case Launch():
                pid = fork(lambda: self._become_worker(fds[0]))
                os.close(fds[0])
                self._workers.add(pid)
                return Launched(pid)
            case End(pid):
                self._workers.remove(pid)
                return Ended(*reap(pid, GRACE_S))
            case _:
                for pid in self._workers:
                    reap(pid, 0.0)
                self._workers.clear()
                return Ended()

    def _become_worker(self, fd: int) -> None:
        stream_fd = self._confinement.apply(fd)
        stream = Stream(stream_fd, stream_fd)
        # The last message that can be believed: nothing of the student's has arrived yet.
        stream.send_message(Confined())
        Worker(stream).serve()
