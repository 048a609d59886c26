"""The template: a warm process without secrets, from which hosts are forked.

It imports numpy and the allowed packages once and prepares the restrictions. It never runs a
student's code: that begins in a forked host, under the restrictions. It knows no suite.
"""

from __future__ import annotations

import gc
import importlib
import os
import socket
from typing import Any

import msgspec

from grader.sandbox.protocol.forking import GRACE_S, fork, reap, serve_parent_only
from grader.sandbox.protocol.frames import MAX_REQUEST, Stream
from grader.sandbox.protocol.probe import Restrictions, probe_restrictions
from grader.sandbox.worker.confinement import Confinement
from grader.sandbox.worker.worker import Host, forget_installed_packages

# Parts of numpy that load on first use; loading them here spares every host.
_PRELOADED = ("numpy.linalg", "numpy.random", "numpy.fft", "numpy.polynomial", "numpy.ma")


def main(control_fd: int, packages: tuple[str, ...], memory_mib: int, cpu_s: int) -> None:
    """Serve launch requests on a control socket until it closes.

    First it says on standard output whether this machine has all restrictions; where it
    has not, there will be no hosts.

    Parameters
    ----------
    control_fd : int
        One end of a ``SOCK_SEQPACKET`` pair.
    packages : tuple of str
        What students may import besides the standard library.
    memory_mib, cpu_s : int
        Limits of every host.
    """
    serve_parent_only()
    restrictions, reason = probe_restrictions()
    coordinator = Stream(0, 1)
    achieved = {name: getattr(restrictions, name) for name in restrictions.__slots__}
    coordinator.send_message(
        {"complete": restrictions.complete, "reason": reason, "walls": achieved}
    )
    if not restrictions.complete:
        return
    for name in (*packages, *_PRELOADED):
        importlib.import_module(name)
    confinement = Confinement(packages, memory_mib, cpu_s)
    forget_installed_packages()
    # A host's collector need not look through what it inherited, and copy it by looking.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=control_fd) as control:
        _Template(control, confinement, restrictions).serve()


class _Template:
    def __init__(
        self, control: socket.socket, confinement: Confinement, restrictions: Restrictions
    ) -> None:
        self._control = control
        self._confinement = confinement
        self._restrictions = restrictions
        self._hosts: set[int] = set()

    def serve(self) -> None:
        while True:
            data, fds, _, _ = socket.recv_fds(self._control, MAX_REQUEST, 1)
            if not data:
                return
            request: dict[str, Any] = msgspec.msgpack.decode(data)
            self._control.send(msgspec.msgpack.encode(self._answer(request, fds)))

    def _answer(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        if request["do"] == "launch":
            pid = fork(lambda: self._become_host(fds[0]))
            os.close(fds[0])
            self._hosts.add(pid)
            return {"pid": pid}
        if request["do"] == "end":
            self._hosts.remove(request["pid"])
            return {"ended": reap(request["pid"], GRACE_S)}
        for pid in self._hosts:
            reap(pid, 0.0)
        self._hosts.clear()
        return {"ended": ""}

    def _become_host(self, fd: int) -> None:
        stream_fd = self._confinement.apply(fd)
        stream = Stream(stream_fd, stream_fd)
        # The last word that can be believed: nothing of the student's has arrived yet.
        stream.send_message({"confined": True})
        Host(stream).serve()
