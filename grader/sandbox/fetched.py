"""Requests of one check and their replies, some of which are fetched in advance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.sandbox.calls import StudentError
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import CallReply, CallRequest


class Fetched(NamedTuple):
    """A frame of requests that was sent, and the replies, or why there are none."""

    requests: bytes
    replies: Sequence[CallReply] | StudentError


class Exchange(NamedTuple):
    """Requests that a check sent as one frame, and their replies."""

    requests: Sequence[CallRequest]
    replies: Sequence[CallReply]


class Exchanges:
    """The exchanges of one check.

    Parameters
    ----------
    fetched : iterable of Fetched
        Requests that were sent in advance. They are used as long as a check makes the same calls.

    Attributes
    ----------
    all : list of Exchange or None
        The exchanges, or None if there was more than requests and their replies.
    """

    def __init__(self, fetched: Iterable[Fetched] = ()) -> None:
        self._fetched = list(fetched)[::-1]
        self.all: list[Exchange] | None = []

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was exchanged yet."""
        return self.all == []

    def take(self, requests: Sequence[CallRequest]) -> Sequence[CallReply]:
        """Return the fetched replies to some requests; none once something else was requested.

        Raises
        ------
        StudentError
            If there are none, for a reason that is the student's.
        """
        if not self._fetched:
            return ()
        sent, replies = self._fetched.pop()
        if sent != encode_message(requests):
            self._fetched = []
            return ()
        if isinstance(replies, StudentError):
            self.spoil()
            raise replies
        return replies

    def note(self, requests: Sequence[CallRequest], replies: Sequence[CallReply]) -> None:
        """Keep what was exchanged."""
        if self.all is not None:
            self.all.append(Exchange(requests, replies))

    def spoil(self) -> None:
        """Note that something else happened."""
        self.all = None
