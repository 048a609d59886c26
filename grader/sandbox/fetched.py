"""What one check asks of a worker and what comes back, some of it fetched before it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.sandbox.protocol import messages
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import CallReply

CallRequest = messages.Call | messages.Probe | messages.Operate
# A request as it was sent, and its reply.
Pair = tuple[bytes, CallReply]


class Exchange(NamedTuple):
    """A request to a worker, and its reply."""

    request: CallRequest
    reply: CallReply


class Exchanges:
    """The exchanges of one check.

    Parameters
    ----------
    fetched : iterable of (bytes, CallReply)
        Requests that were sent ahead, and their replies. As long as the same is requested in the
        same order, they are the replies.

    Attributes
    ----------
    all : list of Exchange or None
        What was exchanged, or None where there was more than requests and their replies.
    """

    def __init__(self, fetched: Iterable[Pair] = ()) -> None:
        self._fetched = list(fetched)[::-1]
        self.all: list[Exchange] | None = []

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was exchanged yet."""
        return self.all == []

    def take(self, requests: Sequence[CallRequest]) -> list[CallReply]:
        """Return the fetched replies to some requests; none once something else was requested."""
        taken: list[CallReply] = []
        for request in requests if self._fetched else ():
            sent, reply = self._fetched.pop() if self._fetched else (b"", None)
            if reply is None or sent != encode_message(request):
                self._fetched = []
                return []
            taken.append(reply)
            if reply.state != "returned":
                break
        return taken

    def note(self, requests: Sequence[CallRequest], replies: Sequence[CallReply]) -> None:
        """Keep what was exchanged."""
        if self.all is not None:
            self.all += map(Exchange, requests, replies)

    def spoil(self) -> None:
        """Note that something else happened."""
        self.all = None
