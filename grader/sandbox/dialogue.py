"""One exchange with a worker, which may ask back before it replies."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from grader.sandbox.program import Formula, Node, Program, Refused, as_operand
from grader.sandbox.protocol.frames import FrameError, Stream
from grader.sandbox.protocol.messages import Answer, CallReplies, CallReply, Operate
from grader.sandbox.protocol.program import Step
from grader.sandbox.protocol.unpacking import unpack

_MAX_QUESTIONS = 100  # of one call


def check_values(values: Any, steps: Sequence[Step]) -> list[Any]:
    """Return what some steps have read, or raise `FrameError` where it cannot be that."""
    if not isinstance(values, list) or len(values) != sum(not step.keep for step in steps):
        raise FrameError("it does not fit the question")
    return values


class _Interrupted(Exception):
    """The student's code raised while steps were done for it."""


class Dialogue:
    """Messages to and from a worker until its reply to a call.

    Parameters
    ----------
    stream : Stream
        Leads to the worker.
    limit_s : float
        Seconds for all of it.
    wait : callable, optional
        Waits until there is something to receive, or raises where that is not to be waited for.
    """

    def __init__(
        self, stream: Stream, limit_s: float, wait: Callable[[], None] | None = None
    ) -> None:
        self._stream = stream
        self._wait = wait
        self._end = time.monotonic() + limit_s

    def ask(self, requests: Sequence[Any]) -> list[CallReply]:
        """Send requests and return the replies."""
        self._stream.send_message(requests, self._left())
        return self._receive()

    def exchange(self, frame: bytes) -> bytes:
        """Send requests as a frame and return the replies as one."""
        self._stream.send(frame, self._left())
        if self._wait is not None:
            self._wait()
        return self._stream.receive(self._left())

    def answer(
        self, replies: list[CallReply], formula: Formula, number: int, count: Callable[[], int]
    ) -> list[CallReply]:
        """Answer what a call asks with a formula, and return the replies to the call.

        Parameters
        ----------
        replies : list of CallReply
            The first: the call's, or a question.
        number : int
            Under which the worker keeps the formula's argument.
        count : callable
            Returns numbers under which nothing was kept yet.
        """
        for _ in range(_MAX_QUESTIONS):
            if [reply.state for reply in replies] != ["asks"]:
                return replies
            question = unpack(replies[0].value)
            if not isinstance(question, list) or len(question) != 2:
                raise FrameError("a question that cannot be understood")
            is_object, of_class = (part is True for part in question)
            program = Program(self._do, count)
            try:
                result = formula.answer(program, Node(program, number), is_object, of_class)
                answer = Answer(program.take_steps(), as_operand(result))
            except Refused as refused:
                answer = Answer(refused=refused.kind, text=str(refused))
            except _Interrupted:
                # It reaches the student's function, which replies to the call or asks again.
                replies = self._receive()
                continue
            replies = self.ask([answer])
        raise FrameError(f"more than {_MAX_QUESTIONS} calls of f")

    def _do(self, steps: tuple[Step, ...]) -> Any:
        replies = self.ask([Operate(steps, "")])
        states = [reply.state for reply in replies]
        if states == ["raised"]:
            raise _Interrupted
        if states != ["returned"]:
            raise FrameError("no reply to an operation")
        return check_values(unpack(replies[0].value), steps)

    def _receive(self) -> list[CallReply]:
        if self._wait is not None:
            self._wait()
        replies: list[CallReply] = self._stream.receive_message(CallReplies, self._left())
        return replies

    def _left(self) -> float:
        return max(0.0, self._end - time.monotonic())
