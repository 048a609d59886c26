"""The time that the code of one submission may use, and what is stopped.

Processor time decides where the system shows it: how busy a machine is costs no points. A call
that waits, as in a sleep, uses none, and may wait for a while.

An endless function costs one limit, not one for each check of each function that calls it. Once a
call was stopped, the limits of later calls are lower, and still several times what right work
uses. A function that was stopped twice is not called again. So what hangs for some arguments keeps
the points for the others, and what is right keeps all of its own.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Literal

import msgspec

from grader.records import Limits, SourceFile
from grader.sandbox.calls import TookTooLong

# Parts of a limit that are left where one other function was stopped, several, or the same one.
AFTER_ANOTHER, AFTER_OTHERS, AFTER_ITSELF = 1 / 4, 1 / 8, 1 / 16
MOST_STOPS = 2  # of one function
# The part of the limit of an import after which less of the file is executed.
WHOLE = 1 / 4
WAITS = 2.0  # times the limit of processor time is how long a call may wait
_Kind = Literal["call", "whole", "needed"]


class Limit(msgspec.Struct, frozen=True):
    """The time that one call or one import may use.

    Parameters
    ----------
    kind : {"call", "whole", "needed"}
        A call, the import of a whole file, or of what the functions need.
    of : str or SourceFile
        The function or the file.
    what : str
        Its name, at the beginning of a message.
    cpu_s, wait_s, wall_s : float
        Seconds of processor time, of waiting, and on the clock where the system does not show
        the first two.
    left_s : float
        Seconds that are left of those for all calls of the function.
    share : float
        The part of the full limit that this is.
    declared : bool
        Whether it is a check's own limit of processor time, so that the use is measured.
    """

    kind: _Kind
    of: str | SourceFile
    what: str
    cpu_s: float
    wait_s: float
    wall_s: float
    left_s: float = math.inf
    share: float = 1.0
    declared: bool = False


class Allowance:
    """The time of one submission.

    Parameters
    ----------
    limits : Limits
        The course's.
    deadline : float
        When, by the clock, the whole submission has had its time.
    clock : callable
        Returns seconds.
    """

    def __init__(
        self,
        limits: Limits,
        deadline: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._deadline = deadline
        self.clock = clock
        self._spent_s: defaultdict[str | SourceFile, float] = defaultdict(float)
        self._stops: dict[_Kind, Counter[str | SourceFile]] = defaultdict(Counter)
        # Files that took too long as a whole, and in which way.
        self.slow: dict[SourceFile, str] = {}
        # Statements of a file that took too long when what its functions need was executed.
        self.endless: defaultdict[SourceFile, set[str]] = defaultdict(set)

    @property
    def is_over(self) -> bool:
        """Return whether the whole submission has had its time."""
        return self.clock() >= self._deadline

    @property
    def too_late(self) -> str:
        """Return what is reported then."""
        return f"the whole submission took longer than {self._limits.submission_s:g} s"

    @property
    def import_s(self) -> float:
        """Return the seconds of processor time for one import."""
        return self._limits.load_cpu_s or self._limits.load_s

    def for_call(
        self, function: str, call_s: float | None = None, cpu_s: float | None = None
    ) -> Limit:
        """Return the limit of one more call.

        Parameters
        ----------
        function : str
            The function that is examined.
        call_s, cpu_s : float, optional
            A check's own limits. With the second, the limit for all calls of the function does
            not apply.

        Raises
        ------
        TookTooLong
            If there is no time left for the function, or for the submission.
        """
        if self._stops["call"][function] >= MOST_STOPS:
            raise TookTooLong("not called again: two of its calls took too long")
        left_s = math.inf
        if cpu_s is None:
            left_s = self._limits.function_s - self._spent_s[function]
        if left_s <= 0:
            raise TookTooLong(f"not called again: {self.all_calls(function)}")
        if self.is_over:
            raise TookTooLong(self.too_late)
        wall_s = call_s or self._limits.call_s
        most_s = cpu_s or call_s or self._limits.call_cpu_s or wall_s
        return self._limit(
            "call", function, "one call", most_s, wall_s, left_s, declared=cpu_s is not None
        )

    def for_import(self, source: SourceFile, *, whole: bool) -> Limit:
        """Return the limit of one more import, or raise `TookTooLong` where there is none."""
        if self.is_over:
            raise TookTooLong(self.too_late)
        if whole:
            what, part = f"executing all of {source.name}", WHOLE
            return self._limit(
                "whole", source, what, part * self.import_s, part * self._limits.load_s
            )
        if self._stops["needed"][source] >= MOST_STOPS:
            raise TookTooLong("importing it took too long twice")
        return self._limit("needed", source, "importing it", self.import_s, self._limits.load_s)

    def all_calls(self, function: str | SourceFile) -> str:
        """Return what is reported of a function whose calls are too slow together."""
        return f"all calls of {function} together took longer than {self._limits.function_s:g} s"

    def count_stop(self, limit: Limit) -> None:
        """Lower the limits of what comes after something that was stopped."""
        self._stops[limit.kind][limit.of] += 1

    def spend(self, limit: Limit, used_s: float) -> None:
        """Take the time of a call that was answered from that of its function."""
        if not limit.declared:
            self._spent_s[limit.of] += used_s

    def _limit(
        self,
        kind: _Kind,
        of: str | SourceFile,
        what: str,
        cpu_s: float,
        wall_s: float,
        left_s: float = math.inf,
        *,
        declared: bool = False,
    ) -> Limit:
        stops, share = self._stops[kind], 1.0
        if stops[of]:
            share = AFTER_ITSELF
        elif stops:
            share = AFTER_ANOTHER if len(stops) == 1 else AFTER_OTHERS
        wait_s = min(WAITS * cpu_s, wall_s)
        parts = (share * cpu_s, share * wait_s, share * wall_s)
        return Limit(kind, of, what, *parts, left_s, share, declared)
