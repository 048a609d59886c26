"""Measuring what a worker does in one exchange, and ending it at its limit."""

from __future__ import annotations

from types import TracebackType

from grader.sandbox.allowance import Allowance, Limit
from grader.sandbox.calls import TooCostly, TookTooLong
from grader.sandbox.launch import RunningWorker
from grader.sandbox.protocol.frames import StreamTimeout

LOOK_S = 0.05  # how often the time is looked at, of a call with a full limit
_LOWER = ", the limit after an earlier timeout"


class Slept(TookTooLong):
    """It waited and did not compute."""


class WorkerHeld(Exception):
    """The machine stopped the worker, or lets it wait for a disk: no fault of the student's."""


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
        # Seconds without processor time, by what the worker did.
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
