"""Serving several threads of the coordinator at once: each request in a fork of this process.

What was collected and loaded once serves all. A client that closes its stream has its
examination killed, and the others go on.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from functools import partial

from grader.examiner import messages
from grader.sandbox.protocol.forking import fork, reap
from grader.sandbox.protocol.frames import MAX_REQUEST, MAX_TRUSTED_FRAME, Stream, StreamClosed

_CLOSED = select.POLLHUP | select.POLLERR if hasattr(select, "POLLHUP") else 0


class Client:
    """A stream on which requests come, and on Linux the socket of a fork server of its own."""

    def __init__(self, stream: Stream, control_fd: int | None) -> None:
        self.stream = stream
        self.control_fd = control_fd
        self.child = 0
        # On which the child leaves what this process is to remember; the kernel closes it.
        self.left_fd = -1

    def close(self) -> None:
        """Close what this process has of it."""
        for fd in (self.control_fd, self.left_fd if self.child else None):
            if fd is not None:
                os.close(fd)
        self.stream.close()


class Server:
    """Forks a child for each request.

    Parameters
    ----------
    answer : callable
        Answers a request on its client's stream, in the child, and returns what this process is
        to remember, as bytes.
    answered : callable
        Called with that after each answer, in this process.
    """

    def __init__(
        self,
        answer: Callable[[Client, messages.Request], bytes],
        answered: Callable[[bytes], None],
    ) -> None:
        self._answer = answer
        self._answered = answered
        self._clients: list[Client] = []

    def serve(self, first: Client, desk_fd: int) -> None:
        """Serve until the coordinator has closed every stream and the desk.

        Parameters
        ----------
        first : Client
            One that is there from the beginning.
        desk_fd : int
            A socket on which more clients come, as one or two descriptors: a stream, and a
            control socket where there is a fork server; or -1.
        """
        desk = None if desk_fd < 0 else socket.socket(fileno=desk_fd)
        self._clients.append(first)
        while self._clients or desk is not None:
            poll = select.poll()
            if desk is not None:
                poll.register(desk, select.POLLIN)
            for client in self._clients:
                # While its child runs, a client can only go.
                poll.register(client.stream.read_fd, 0 if client.child else select.POLLIN)
                if client.child:
                    poll.register(client.left_fd, select.POLLIN)
            events = dict(poll.poll())
            for client in tuple(self._clients):
                self._attend(client, events)
            if desk is not None and desk.fileno() in events and not self._admit(desk):
                desk = None

    def _attend(self, client: Client, events: dict[int, int]) -> None:
        try:
            if client.child and client.left_fd in events:
                self._finish(client)
            elif client.child and events.get(client.stream.read_fd, 0) & _CLOSED:
                raise StreamClosed
            elif not client.child and client.stream.read_fd in events:
                self._begin(client, client.stream.receive_message(messages.Request))
        except StreamClosed:
            self._dismiss(client)

    def _admit(self, desk: socket.socket) -> bool:
        """Take a further client; return whether there may be more."""
        data, fds, _, _ = socket.recv_fds(desk, MAX_REQUEST, 2)
        if not data:
            return False
        stream = Stream(fds[0], fds[0], MAX_TRUSTED_FRAME)
        self._clients.append(Client(stream, fds[1] if fds[1:] else None))
        return True

    def _begin(self, client: Client, request: messages.Request) -> None:
        client.left_fd, left_fd = os.pipe()
        client.child = fork(partial(self._run, client, request, left_fd))
        os.close(left_fd)

    def _run(self, client: Client, request: messages.Request, left_fd: int) -> None:
        # What it kept open of the others would seem to be theirs.
        for other in self._clients:
            if other is not client:
                other.close()
        with os.fdopen(left_fd, "wb") as left:
            left.write(self._answer(client, request))

    def _finish(self, client: Client) -> None:
        # Whatever it leaves comes after its answer, and then it ends.
        with os.fdopen(client.left_fd, "rb") as left:
            remembered = left.read()
        exit_code = reap(client.child).code
        client.child = 0
        if exit_code:
            client.stream.send_message(messages.Crashed(exit_code))
        self._answered(remembered)

    def _dismiss(self, client: Client) -> None:
        self._clients.remove(client)
        if client.child:
            reap(client.child, 0.0)
        client.close()
