"""What the checks asked of earlier submissions, and what they found for which answers.

A check finds the same wherever the same is answered: it sees nothing of a submission but the
replies. So the requests of a check that passed are sent to the next submission all at once, and
where the replies are the same, byte for byte, the outcome is known without running the check.
Whatever else comes back, the check is run on it as ever.

Only checks that passed are remembered, and only under one seed: under another they ask
something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

import msgspec

from grader.records import Outcome
from grader.sandbox.fetched import Exchange, Pair
from grader.sandbox.protocol.frames import FrameError, decode_message, encode_message
from grader.sandbox.protocol.messages import CallReplies, CallReply

_MAX_BYTES = 256 * 1024  # of the requests of one check, and of the replies
_MAX_BYTES_IN_ALL = 32 * 2**20
_MAX_ANSWERS = 8  # of one check
# What takes longer is asked for call by call: most of its time is the student's own.
_LONG_S = 0.05


Pairs = Sequence[Pair]


class Learned(msgspec.Struct, frozen=True):
    """A check that passed: its requests, the replies as one frame, and the outcome."""

    requests: tuple[bytes, ...]
    replies: bytes
    outcome: Outcome


class Remembered:
    """What one check asks, and what it found for which replies.

    Attributes
    ----------
    requests : tuple of bytes
        The requests in their order.
    frame : bytes
        All of them as one message.
    """

    def __init__(self, requests: tuple[bytes, ...]) -> None:
        self.requests = requests
        self.frame = encode_message([msgspec.Raw(request) for request in requests])
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
        self._outcomes[replies] = outcome


class Fetched:
    """The replies of a submission to what a check asked of earlier ones.

    Parameters
    ----------
    known : Remembered
        What is known of the check.
    replies : bytes
        As they came, unread.
    """

    def __init__(self, known: Remembered, replies: bytes) -> None:
        self._known = known
        self._replies = replies

    @property
    def outcome(self) -> Outcome | None:
        """Return the outcome of the check, or None where it has to be run on the replies."""
        return self._known.outcome(self._replies)

    def pairs(self) -> Pairs:
        """Return the requests with their replies; none where the frame is not one of replies."""
        try:
            replies: list[CallReply] = decode_message(self._replies, CallReplies)
        except FrameError:
            return ()  # each is asked for again, and what is wrong with it found out
        # What is too large together need not be too large alone.
        fit = takewhile(lambda reply: reply.state != "too_large", replies)
        return tuple(zip(self._known.requests, fit, strict=False))

    def answers(self) -> set[bytes]:
        """Return what was returned, packed."""
        return {reply.value for _, reply in self.pairs()}


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
            replies = encode_message([exchange.reply for exchange in exchanged])
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
