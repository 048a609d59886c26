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
from types import TracebackType
from typing import Literal

import msgspec

from grader.records import Limits, SourceFile
from grader.sandbox.calls import TooCostly, TookTooLong
from grader.sandbox.launch import RunningWorker
from grader.sandbox.protocol.frames import StreamTimeout

# Parts of a limit that are left where another function was stopped, or the same one.
AFTER_ANOTHER, AFTER_ITSELF = 1 / 4, 1 / 16
MOST_STOPS = 2  # of one function
# The part of the limit of an import after which less of the file is executed.
WHOLE = 1 / 4
WAITS = 2.0  # times the limit of processor time is how long a call may wait
LOOK_S = 0.05  # how often the time is looked at, of a call with a full limit
_LOWER = ", the limit after an earlier timeout"
_Kind = Literal["call", "whole", "needed"]


class Slept(TookTooLong):
    """It waited and did not compute."""


class WorkerHeld(Exception):
    """The machine stopped the worker, or lets it wait for a disk: no fault of the student's."""


class Limit(msgspec.Struct, frozen=True):
    """What one call or one import may use.

    Parameters
    ----------
    kind : {"call", "whole", "needed"}
        A call, the import of a whole file, or of what the functions need.
    of : str or SourceFile
        The function or the file.
    what : str
        What it is, at the beginning of a message.
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

    def measure(self, worker: RunningWorker, limit: Limit) -> Meter:
        """Return what measures an exchange with a worker; to be used in a ``with`` statement."""
        return Meter(self, worker, limit)

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
        if stops:
            share = AFTER_ITSELF if stops[of] else AFTER_ANOTHER
        wait_s = min(WAITS * cpu_s, wall_s)
        parts = (share * cpu_s, share * wait_s, share * wall_s)
        return Limit(kind, of, what, *parts, left_s, share, declared)


class Meter:
    """Measures one exchange with a worker, and ends it at its limit.

    A call that is answered at once is not looked at, so that it costs nothing.
    """

    def __init__(self, allowance: Allowance, worker: RunningWorker, limit: Limit) -> None:
        self._allowance = allowance
        self._worker = worker
        self._limit = limit
        exact = limit.declared or limit.share < 1
        self._known_s = worker.processor_time() if exact else None
        self._look_s = limit.share * LOOK_S
        self._cpu_s = 0.0
        # What was no processor time: of waiting, and where what the worker does is not known.
        self._idle_s = {"computes": 0.0, "waits": 0.0, "held": 0.0, "unknown": 0.0}
        self._looked = 0.0
        self._is_stopped = False

    @property
    def send_s(self) -> float:
        """Return the seconds on the clock within which a worker must take what is sent to it."""
        return self._limit.wall_s

    def wait(self) -> None:
        """Wait until the worker has answered.

        Raises
        ------
        TookTooLong, WorkerHeld
            If that takes too long.
        """
        self._looked = self._allowance.clock()
        while not self._worker.stream.wait(self._look_s):
            self._look()
            self._keep_limit()

    def finish(self) -> float | None:
        """Return the processor time where a check limits it, or raise as `wait`."""
        now_s = self._worker.processor_time() if self._limit.declared else None
        if now_s is None or self._known_s is None:
            return None
        self._take(now_s)
        self._keep_limit_of_processor()
        return self._cpu_s

    def __enter__(self) -> Meter:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if isinstance(error, StreamTimeout):
            raise self._stop(f"took longer than {self._limit.wall_s:g} s") from None
        used_s = self._used_s
        if used_s and not self._is_stopped:
            self._allowance.spend(self._limit, used_s)

    @property
    def _used_s(self) -> float:
        return self._cpu_s + self._idle_s["waits"] + self._idle_s["unknown"]

    def _look(self) -> None:
        now = self._allowance.clock()
        passed_s, self._looked = now - self._looked, now
        seen = self._worker.activity()
        if seen is None:
            self._idle_s["unknown"] += passed_s
            return
        self._idle_s[seen.state] += max(0.0, passed_s - self._take(seen.cpu_s))

    def _take(self, now_s: float) -> float:
        """Return the processor time since it was looked at before, if it was."""
        computed_s = 0.0 if self._known_s is None else now_s - self._known_s
        self._known_s = now_s
        self._cpu_s += computed_s
        return computed_s

    def _keep_limit(self) -> None:
        limit, idle_s = self._limit, self._idle_s
        self._keep_limit_of_processor()
        if idle_s["waits"] > limit.wait_s:
            raise self._stop(f"did nothing for more than {limit.wait_s:g} s", Slept)
        if idle_s["unknown"] > limit.wall_s:
            raise self._stop(f"took longer than {limit.wall_s:g} s")
        if self._used_s > limit.left_s:
            raise TookTooLong(f"no answer: {self._allowance.all_calls(limit.of)}")
        if self._allowance.is_over:
            late = self._allowance.too_late
            raise TookTooLong(f"no answer: {late}" if limit.kind == "call" else late)
        if idle_s["held"] > limit.wall_s:
            # Code that is not confined can stop its own process.
            raise (
                WorkerHeld
                if self._worker.confined
                else self._stop(f"took longer than {limit.wall_s:g} s")
            )

    def _keep_limit_of_processor(self) -> None:
        limit = self._limit
        if self._cpu_s > limit.cpu_s:
            kind = TooCostly if limit.declared and limit.share == 1 else TookTooLong
            raise self._stop(f"used more than {limit.cpu_s:g} s of processor time", kind)

    def _stop(self, how: str, kind: type[TookTooLong] = TookTooLong) -> TookTooLong:
        self._is_stopped = True
        if kind is not TooCostly:  # it is what the check asks about
            self._allowance.count_stop(self._limit)
        lower = _LOWER if self._limit.share < 1 else ""
        return kind(f"{self._limit.what} {how}{lower}")
