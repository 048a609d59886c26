"""What the checks asked of earlier submissions, and what they found for which answers.

A check finds the same wherever the same is answered: it sees nothing of a submission but the
replies. So the requests of a function's checks that passed are sent to the next submission all at
once, and where the replies are the same, byte for byte, the outcome is known without running the
check.
Whatever else comes back, the check is run on it as ever.

Only checks that passed are remembered, and only under one seed: under another they ask
something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import msgspec

from grader.records import Outcome
from grader.sandbox.fetched import Exchange, Pair
from grader.sandbox.protocol.frames import FrameError, decode_message, encode_message
from grader.sandbox.protocol.messages import MAX_LISTED, CallReply

_MAX_BYTES = 256 * 1024  # of the requests of one check, and of the replies
_MAX_BYTES_IN_ALL = 32 * 2**20
_MAX_ANSWERS = 8  # of one check
# What takes longer is asked for call by call: most of its time is the student's own.
_LONG_S = 0.05


# Longer lists are refused before they are built.
_RawReplies = Annotated[list[msgspec.Raw], msgspec.Meta(max_length=MAX_LISTED)]
Pairs = Sequence[Pair]


class Learned(msgspec.Struct, frozen=True):
    """A check that passed: its requests, the replies one after the other, and the outcome."""

    requests: tuple[bytes, ...]
    replies: bytes
    outcome: Outcome


class Remembered:
    """What one check asks, and what it found for which replies.

    Attributes
    ----------
    requests : tuple of bytes
        The requests in their order.
    size : int
        Bytes of the requests and of the longest replies.
    """

    def __init__(self, requests: tuple[bytes, ...]) -> None:
        self.requests = requests
        self.size = sum(map(len, requests))
        self._outcomes: dict[bytes, Outcome] = {}

    @property
    def has_room(self) -> bool:
        """Return whether one more outcome can be kept."""
        return len(self._outcomes) < _MAX_ANSWERS

    def outcome(self, replies: bytes) -> Outcome | None:
        """Return what the check found for these replies, or None where that is not known."""
        return self._outcomes.get(replies)

    def add(self, replies: bytes, outcome: Outcome) -> None:
        """Keep what the check found for these replies."""
        self.size = max(self.size, sum(map(len, self.requests)) + len(replies))
        self._outcomes[replies] = outcome


class Fetched:
    """The replies of a submission to what a check asked of earlier ones.

    Parameters
    ----------
    known : Remembered
        What is known of the check.
    replies : sequence of bytes
        As they came, unread.
    launch : int
        Which worker they came from.
    """

    def __init__(self, known: Remembered, replies: Sequence[bytes], launch: int) -> None:
        self._known = known
        self._replies = replies
        self.launch = launch

    @property
    def outcome(self) -> Outcome | None:
        """Return the outcome of the check, or None where it has to be run on the replies."""
        return self._known.outcome(b"".join(self._replies))

    def pairs(self) -> Pairs:
        """Return the requests with their replies, up to one that cannot be read."""
        return tuple(zip(self._known.requests, self._read(), strict=False))

    def _read(self) -> Iterator[CallReply]:
        for data in self._replies:
            try:
                reply = decode_message(data, CallReply)
            except FrameError:
                return  # it is asked for again, and what is wrong with it found out
            if reply.state == "too_large":
                return  # together with the others; it need not be alone
            yield reply

    def answers(self) -> set[bytes]:
        """Return what was returned, packed."""
        return {reply.value for _, reply in self.pairs()}


def join_requests(checks: Iterable[Remembered]) -> bytes:
    """Return one message with all requests of some checks."""
    return encode_message([msgspec.Raw(request) for one in checks for request in one.requests])


def share_replies(checks: Sequence[Remembered], frame: bytes, launch: int) -> list[Fetched]:
    """Return the replies to the requests of the first checks, as many as the worker has served.

    Parameters
    ----------
    checks : sequence of Remembered
        Those whose requests were sent, in their order.
    frame : bytes
        What came back; anything else than a list gives nothing.
    launch : int
        Which worker it came from.
    """
    try:
        left: list[msgspec.Raw] = decode_message(frame, _RawReplies)
    except FrameError:
        left = []
    shared = []
    for one in checks:
        taken, left = left[: len(one.requests)], left[len(one.requests) :]
        if not taken:
            break
        shared.append(Fetched(one, [bytes(raw) for raw in taken], launch))
    return shared


class Memory:
    """What is remembered of all checks under one seed.

    Attributes
    ----------
    learned : list of Learned
        What was learned since it was last forgotten, to be sent on.
    """

    def __init__(self) -> None:
        self._checks: dict[str, Remembered] = {}
        self._size = 0
        self.learned: list[Learned] = []

    def find(self, check_id: str) -> Remembered | None:
        """Return what is remembered of a check."""
        return self._checks.get(check_id)

    def learn(self, exchanged: Sequence[Exchange], outcome: Outcome, took_s: float) -> None:
        """Remember a check that passed, where it is worth it.

        Parameters
        ----------
        exchanged : sequence of Exchange
            All that it asked, and what came back.
        took_s : float
            Seconds that the calls took.
        """
        known = self._checks.get(outcome.check_id)
        # After a reply that is not a result, the worker would not serve the rest of a frame.
        served = all(exchange.reply.state == "returned" for exchange in exchanged[:-1])
        if not exchanged or not served or took_s > _LONG_S or (known and not known.has_room):
            return
        requests = tuple(encode_message(exchange.request) for exchange in exchanged)
        if known is None or known.requests == requests:
            replies = b"".join(encode_message(exchange.reply) for exchange in exchanged)
            self._keep(Learned(requests, replies, outcome))

    def add(self, learned: Iterable[Learned]) -> None:
        """Remember what was learned elsewhere, as far as there is room."""
        for one in learned:
            self._keep(one)
        self.learned.clear()

    def _keep(self, one: Learned) -> None:
        known = self._checks.get(one.outcome.check_id)
        asked = 0 if known else sum(map(len, one.requests))
        size = asked + len(one.replies)
        if max(asked, len(one.replies)) > _MAX_BYTES or self._size + size > _MAX_BYTES_IN_ALL:
            return
        if known is None:
            known = self._checks[one.outcome.check_id] = Remembered(one.requests)
        is_new = known.requests == one.requests and known.outcome(one.replies) is None
        if is_new and known.has_room:
            known.add(one.replies, one.outcome)
            self._size += size
            self.learned.append(one)
