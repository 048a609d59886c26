"""Requests of checks in earlier submissions, with the replies for which they passed.

A check finds the same wherever the same is answered: it sees nothing of a submission but the
replies. So the frames that a check which passed has sent are sent to the next submission, and
as long as the replies are the same, byte for byte, what the check sends next is known, and at the
end its outcome. Where something else comes back, the check is run on it as ever.

A frame is sent only once the check is sure to send it. So a submission is asked the same in the
same order, whatever was graded before it, and state that it keeps is the same too.

Only checks that passed are remembered, and only under one seed: under another they ask
something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from grader.records import Outcome
from grader.sandbox.fetched import Exchange
from grader.sandbox.protocol.frames import encode_message
from grader.sandbox.protocol.messages import Run

_MAX_BYTES = 512 * 1024  # of what is kept of one check for one way to answer it
_MAX_BYTES_IN_ALL = 32 * 2**20
_MAX_ANSWERS = 8  # of one check


class Sent(msgspec.Struct, frozen=True):
    """A frame with so many requests, and the frame with the replies.

    ``runs`` is whether the requests are to run the file as a program.
    """

    requests: bytes
    count: int
    replies: bytes
    runs: bool = False


class Learned(msgspec.Struct, frozen=True):
    """A check that passed: what it sent and what came back, and the outcome.

    ``size`` are the bytes of all that was returned, and ``answers`` the values, packed, where they
    are kept.
    """

    sent: tuple[Sent, ...]
    outcome: Outcome
    size: int = 0
    answers: tuple[bytes, ...] = ()


class Question:
    """A frame that a check sends.

    Attributes
    ----------
    frame : bytes
        The requests.
    count : int
        How many they are.
    runs : bool
        As for `Sent`.
    after : dict of bytes to Question or Learned
        What comes next, by the replies.
    """

    def __init__(self, frame: bytes, count: int, *, runs: bool = False) -> None:
        self.frame = frame
        self.count = count
        self.runs = runs
        self.after: dict[bytes, Question | Learned] = {}


class Memory:
    """What is remembered of all checks under one seed.

    Attributes
    ----------
    learned : list of Learned
        What was learned since it was last forgotten, to be sent on.
    """

    def __init__(self) -> None:
        self._checks: dict[str, Question] = {}
        self._answers: dict[str, int] = {}
        self._size = 0
        self.learned: list[Learned] = []

    def find(self, check_id: str) -> Question | None:
        """Return what a check sends first."""
        return self._checks.get(check_id)

    def learn(
        self,
        exchanged: Sequence[Exchange],
        outcome: Outcome,
        size: int = 0,
        answers: Iterable[bytes] = (),
    ) -> None:
        """Remember a check that passed, where there is room.

        Parameters
        ----------
        exchanged : sequence of Exchange
            All that it asked, and what came back.
        size, answers : int, iterable of bytes
            As for `Learned`.
        """
        if exchanged and self._has_room(outcome.check_id):
            sent = tuple(
                Sent(
                    encode_message(asked),
                    len(asked),
                    encode_message(replies),
                    runs=isinstance(asked[0], Run),
                )
                for asked, replies in exchanged
            )
            self._keep(Learned(sent, outcome, size, tuple(answers)))

    def add(self, learned: Iterable[Learned]) -> None:
        """Remember what was learned elsewhere, as far as there is room."""
        for one in learned:
            self._keep(one)
        self.learned.clear()

    def _has_room(self, check_id: str) -> bool:
        return self._answers.get(check_id, 0) < _MAX_ANSWERS

    def _keep(self, one: Learned) -> None:
        name = one.outcome.check_id
        size = len(encode_message(one))
        if size > _MAX_BYTES or self._size + size > _MAX_BYTES_IN_ALL:
            return
        if self._has_room(name) and self._insert(one):
            self._answers[name] = self._answers.get(name, 0) + 1
            self._size += size
            self.learned.append(one)

    def _insert(self, one: Learned) -> bool:
        """Add what is not known yet; return whether there was anything."""
        first = one.sent[0]
        question = self._checks.setdefault(
            one.outcome.check_id, Question(first.requests, first.count, runs=first.runs)
        )
        for sent, later in zip(one.sent, (*one.sent[1:], None), strict=True):
            # A check that does not ask the same for the same replies is not to be foreseen.
            if question.frame != sent.requests:
                return False
            made: Question | Learned = one
            if later is not None:
                made = Question(later.requests, later.count, runs=later.runs)
            found = question.after.setdefault(sent.replies, made)
            if isinstance(found, Learned):
                return found is one
            question = found
        return False
