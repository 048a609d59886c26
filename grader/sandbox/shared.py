"""An examiner and a fork server that several sessions of one course use."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from grader.sandbox.processes import Child
from grader.sandbox.protocol.frames import MAX_TRUSTED_FRAME, Stream
from grader.sandbox.protocol.messages import Restrictions
from grader.sandbox.starting import take_pair

_COMES = b"+"  # a message without data would mean the end


class SharedProcesses:
    """Both processes, which end with the last session that uses them.

    The examiner forks for each request. The fork server has a fork for each session but the
    first, so that the workers of one session are not those of another.

    Raises
    ------
    OSError
        If they cannot be started.
    """

    def __init__(self, *, sandboxed: bool) -> None:
        pair = take_pair(sandboxed=sandboxed)
        self.examiner = Child(pair.examiner)
        self.examiner.stream.max_frame = MAX_TRUSTED_FRAME
        self.fork_server = None if pair.fork_server is None else Child(pair.fork_server)
        self.control_fd = pair.control_fd
        self._desks = pair.desks
        self._users = {self.examiner.stream}
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._found: Restrictions | None = None
        self._first: Any = None

    def join(self) -> Stream:
        """Return a stream to the examiner for another session.

        Raises
        ------
        OSError
            If the processes have ended, or take no more sessions.
        """
        with self._lock, contextlib.ExitStack() as passed:
            if not self._users or not self._desks:
                raise ConnectionError("nothing can be joined")
            ours, theirs = socket.socketpair()
            passed.enter_context(ours)
            fds = [passed.enter_context(theirs).fileno()]
            if self.fork_server is not None:
                ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                control, servers_control = map(passed.enter_context, ends)
                socket.send_fds(self._desks[1], [_COMES], [servers_control.fileno()])
                fds.append(control.fileno())
            socket.send_fds(self._desks[0], [_COMES], fds)
            fd = ours.detach()
            self._users.add(stream := Stream(fd, fd, MAX_TRUSTED_FRAME))
            return stream

    def leave(self, stream: Stream) -> None:
        """Close a session's stream, which ends what is examined on it; the last ends both."""
        with self._lock:
            if stream not in self._users:
                return
            self._users.remove(stream)
            if stream is not self.examiner.stream:
                stream.close()
            elif self._first is not None:
                self.examiner.hang_up()
            if self._users:
                return
            for child in self._children():
                child.end()
            for desk in self._desks:
                desk.close()

    def kill(self) -> None:
        """Kill both at once, for every session; safe to call from another thread."""
        for child in self._children():
            child.kill()

    def restrictions(self) -> Restrictions | None:
        """Return what the fork server can restrict, or None where there is none.

        Raises
        ------
        StreamClosed, FrameError
            If it did not start.
        """
        with self._reading:
            if self._found is None and self.fork_server is not None:
                self._found = self.fork_server.stream.receive_message(Restrictions)
                if not self._found.complete:
                    self.fork_server.end()
                    self.fork_server = None
            return self._found

    def first_message(self, form: Any) -> Any:
        """Return the first message of the examiner, which is for all sessions.

        Parameters
        ----------
        form : type
            The type of the value, the same in all calls.

        Raises
        ------
        StreamClosed, FrameError
            If it did not start.
        """
        with self._reading:
            if self._first is None:
                self._first = self.examiner.stream.receive_message(form)
            return self._first

    def _children(self) -> list[Child]:
        return [child for child in (self.examiner, self.fork_server) if child is not None]
