"""Forking and ending children, and settings of a process in the kernel.

Both sides of the process boundary do these things: the examiner forks for each submission,
the fork server for each worker.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from types import FrameType
from typing import Any, NamedTuple

_PR_SET_PDEATHSIG = 1
# How long a process whose stream has closed may take to exit by itself, so that its own
# end differs from our kill.
GRACE_S = 0.25
CRASHED = 70  # EX_SOFTWARE: the exit code where the body of a fork raised


def can_fork() -> bool:
    """Return whether this system forks processes safely (Linux does)."""
    return sys.platform == "linux"


def fork(body: Callable[[], None]) -> int:
    """Fork a child that runs ``body`` and exits, whatever happens in it; return its number.

    A Ctrl-C or SIGTERM that comes meanwhile is handled by the parent as soon as it has forked. The
    child leaves Ctrl-C to the parent, and SIGTERM ends it. If the handler raises, no caller gets
    the child's number, so the child is ended.
    """
    held = _HeldSignals()
    pid = -1
    try:
        held.hold()
        pid = os.fork()
    finally:
        if pid:
            _release(held, pid)
    if pid:
        return pid
    status = CRASHED  # unless the body ends by itself
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        held.unblock()
        # The kernel forgets this at every fork.
        die_with_parent()
        body()
        status = 0
    finally:
        # Not sys.exit: nothing of the parent's may be run or flushed twice.
        os._exit(status)


def _release(held: _HeldSignals, pid: int) -> None:
    try:
        held.release()
    except BaseException:
        if pid > 0:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        raise


class _HeldSignals:
    """SIGINT and SIGTERM, which are held while this process forks, and handled after it.

    Python runs a handler wherever the main thread is. If that is a hook that runs at a fork, such
    as that of `logging`, an exception of the handler is printed there, and lost.
    """

    _NUMBERS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._arrived: list[int] = []
        self._holds = True

    def hold(self) -> None:
        """Hold them from now on; if one has come just before, its handler may raise here."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self._NUMBERS)
        if threading.current_thread() is not threading.main_thread():
            return
        # The kernel gives to another thread of this process what this one blocks, and the handler
        # runs in this one all the same.
        for number in self._NUMBERS:
            if callable(handler := signal.getsignal(number)):
                self._handlers[number] = handler
                signal.signal(number, self._keep)

    def _keep(self, number: int, frame: FrameType | None) -> None:
        if self._holds:
            self._arrived.append(number)
        else:
            self._handlers[number](number, frame)

    def release(self) -> None:
        """Hold them no longer, and let those that have come be handled, which may raise."""
        self._holds = False
        try:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)
        finally:
            self.unblock()
        for number in self._arrived:
            signal.raise_signal(number)

    def unblock(self) -> None:
        """Let this thread get again what it got before."""
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)


class Exit(NamedTuple):
    """How a child ended.

    ``code`` is its exit code, or minus the signal that ended it; ``cpu_s`` the seconds of
    processor time that it used; ``by_us`` whether it was killed by `reap`.
    """

    code: int
    cpu_s: float
    by_us: bool


def reap(pid: int, grace_s: float | None = None) -> Exit:
    """Wait for a forked child that was not waited for yet.

    Parameters
    ----------
    pid : int
        The child.
    grace_s : float, optional
        Seconds after which it is killed; by default there is no limit.
    """
    deadline = None if grace_s is None else time.monotonic() + grace_s
    flags, by_us = 0 if deadline is None else os.WNOHANG, False
    while True:
        ended, status, used = os.wait4(pid, flags)
        if ended:
            return Exit(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, by_us)
        if deadline is not None and time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            flags, by_us = 0, True
        else:
            time.sleep(0.0005)


def collect_ended(pids: Iterable[int]) -> set[int]:
    """Return which forked children have ended; they are waited for, and gone."""
    return {pid for pid in pids if os.waitpid(pid, os.WNOHANG)[0]}


@cache
def load_libc() -> ctypes.CDLL:
    """Return the C library; a fork of a process that has loaded it need not load it again."""
    return ctypes.CDLL(None, use_errno=True)


def limit_memory(mib: int) -> None:
    """Limit this process's address space, where that works."""
    if sys.platform == "linux":
        import resource

        lower_limit(resource.RLIMIT_AS, mib * 2**20)


def lower_limit(kind: int, most: int, hard: int | None = None) -> None:
    """Set a limit of `resource`, at most to what this process was given itself."""
    import resource

    _, given = resource.getrlimit(kind)
    soft, hard = (
        most if given == resource.RLIM_INFINITY else min(most, given)
        for most in (most, most if hard is None else hard)
    )
    resource.setrlimit(kind, (soft, hard))


def serve_parent_only() -> None:
    """Ignore Ctrl-C, which is the coordinator's, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        die_with_parent()


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends, or raise an ``OSError``."""
    if load_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
