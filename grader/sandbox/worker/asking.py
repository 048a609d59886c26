"""A function of the trusted side, as student code calls it."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.sandbox.protocol.frames import Stream
from grader.sandbox.protocol.messages import Answer, CallReply, ErrorReply, Operate
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.program import Ref, run_steps
from grader.sandbox.protocol.values import Asked

_REFUSALS = {"TypeError": TypeError, "ValueError": ValueError}


def _no_class(*_args: Any) -> Any:
    raise TypeError("the class that f takes an object of is not defined")


class AskedFunction:
    """A function of one object, whose operations the trusted side asks for.

    Parameters
    ----------
    asked : Asked
        The class of the object, and the number under which it is kept.
    stream : Stream
        Leads to the trusted side.
    kept, namespace : dict
        The worker's objects by number, and the student's module.
    describe : callable
        Returns an exception as it is sent.
    """

    __name__ = "f"

    def __init__(
        self,
        asked: Asked,
        stream: Stream,
        kept: dict[int, Any],
        namespace: Mapping[str, Any],
        describe: Callable[[BaseException], ErrorReply],
    ) -> None:
        self._asked = asked
        self._stream = stream
        self._kept = kept
        self._namespace = namespace
        self._describe = describe
        self.is_open = True

    def __repr__(self) -> str:
        return "<function f>"

    def __call__(self, x: Any) -> Any:
        """Ask for the value at x."""
        if not self.is_open:
            raise RuntimeError("f was called after the call that it was passed to")
        make = self._namespace.get(self._asked.of, _no_class)
        self._kept[self._asked.number] = x
        of_class = isinstance(make, type) and isinstance(x, make)
        # A number is none of the objects, even where it was given their attribute.
        is_object = of_class or not isinstance(x, numbers.Number | np.ndarray)
        question = [is_object and hasattr(x, self._asked.at), of_class]
        self._stream.send_message([CallReply("asks", pack(question))])
        while True:
            (request,) = self._stream.receive_message(list[Operate | Answer])
            if isinstance(request, Answer):
                return self._return(request, make)
            try:
                reply = CallReply("returned", pack(run_steps(request.steps, self._kept, make)))
            except BaseException as error:
                self._stream.send_message([CallReply("raised", error=self._describe(error))])
                raise
            self._stream.send_message([reply])

    def _return(self, answer: Answer, make: Callable[..., Any]) -> Any:
        if answer.refused:
            raise _REFUSALS[answer.refused](answer.text)
        run_steps(answer.steps, self._kept, make)
        result = answer.result
        return self._kept[result.number] if isinstance(result, Ref) else result
