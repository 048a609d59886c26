"""The surroundings of a call: its standard input, and files in memory."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from grader.sandbox.protocol.memory_files import Files
from grader.sandbox.protocol.messages import Surroundings
from grader.sandbox.protocol.opened import advice_of
from grader.sandbox.protocol.overlay import overlaid

_NOTHING = contextlib.nullcontext()


class Input(io.TextIOWrapper):
    """A standard input that is given.

    Parameters
    ----------
    text : str
        All of it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8", "replace")
        self._lines = len(text.splitlines())
        self._asked = 0
        self._is_spent = False

    @property
    def name(self) -> str:
        """Return what Python calls it."""
        return "<stdin>"

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Return the next line; `input` calls this, too."""
        line = super().readline(size)
        self._asked += 1
        self._is_spent = self._is_spent or not line
        return line

    def __next__(self) -> str:  # type: ignore[override]
        """Return the next line of a loop, which ends without asking for too much."""
        if line := super().readline():
            return line
        raise StopIteration

    def explain(self) -> str:
        """Return why there is no line, or an empty text where there were enough."""
        if not self._is_spent:
            return ""
        times = ("once", "twice")[self._asked - 1] if self._asked < 3 else f"{self._asked} times"
        lines = "is 1 line" if self._lines == 1 else f"are {self._lines or 'no'} lines"
        return (
            "your program asks for more input than it is given: "
            f"input() was called {times} and there {lines}"
        )


class Surrounded:
    """The surroundings of one call.

    Parameters
    ----------
    surroundings : Surroundings or None
        The surroundings of the call; None if it has none.
    namespaces : sequence of dict
        As for `overlaid`.
    """

    def __init__(
        self, surroundings: Surroundings | None, namespaces: Sequence[dict[str, Any]] = ()
    ) -> None:
        self._namespaces = namespaces
        self.input: Input | None = None
        self.files: Files | None = None
        if surroundings is None:
            return
        if surroundings.input is not None:
            self.input = Input(surroundings.input)
        if surroundings.files is not None or surroundings.room:
            self.files = Files(surroundings.files or {}, surroundings.room)

    def explain(self, error: BaseException) -> str:
        """Return what an exception has to do with them, or an empty text."""
        if isinstance(error, EOFError) and self.input is not None:
            return self.input.explain()
        if self.files is None or not isinstance(error, OSError):
            return ""
        missing = self.files.describe() if isinstance(error, FileNotFoundError) else ""
        return advice_of(error) or missing  # numpy raises one of its own

    def active(self) -> contextlib.AbstractContextManager[None]:
        """Let Python find them."""
        is_any = self.input is not None or self.files is not None
        return self._replacing() if is_any else _NOTHING

    @contextlib.contextmanager
    def _replacing(self) -> Iterator[None]:
        before = sys.stdin
        with contextlib.ExitStack() as stack:
            if self.input is not None:
                sys.stdin = self.input
                stack.callback(setattr, sys, "stdin", before)
            stack.enter_context(overlaid(self.files, self.input, self._namespaces))
            yield
