"""Asking a child process with limits of memory and processor time for one answer.

Files from others are read this way. The child runs our own code on them: it reads, and
never executes what it reads.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.errors import ReadingError, SandboxError
from grader.sandbox.processes import describe_exit, start
from grader.sandbox.protocol.forking import (
    can_fork,
    fork,
    load_libc,
    lower_limit,
)
from grader.sandbox.protocol.frames import (
    MAX_TRUSTED_FRAME,
    FrameError,
    Stream,
    StreamClosed,
    StreamTimeout,
)

_TRIES = 2
_IDLE_S = 0.5  # a child that used less processor time than this was not busy reading

Answer = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """The limits of a child.

    Parameters
    ----------
    memory_mib : int
        Address space beyond what the process has when it begins.
    cpu_s : int
        Processor time.
    wall_s : float
        Seconds on the clock.
    """

    memory_mib: int
    cpu_s: int
    wall_s: float


class ChildError(Exception):
    """The child gave no answer; the text says how it ended."""


class _Killed(Exception):
    """Something outside killed the child."""


def ask_child(module: str, request: bytes, limits: ChildLimits) -> bytes:
    """Return what a module's function ``answer`` makes of a request, in a limited child.

    Parameters
    ----------
    module : str
        Dotted name of one of our modules. It has ``answer``, from bytes to bytes.
    request : bytes
        The request for the child.
    limits : ChildLimits
        Memory and processor time are limited where the system can do that.

    Raises
    ------
    ChildError
        If the child exceeds a limit of memory or processor time, or ends without an answer.
    ReadingError
        If it is killed from outside twice, or waits longer than ``wall_s``.
    SandboxError
        If no process can be started.
    """
    for _ in range(_TRIES):
        with contextlib.suppress(_Killed):
            return _ask_once(module, request, limits)
    raise ReadingError(
        "the process that reads files was killed from outside, perhaps because the machine is out "
        "of memory; close other programs, and run the same command again"
    )


def _ask_once(module: str, request: bytes, limits: ChildLimits) -> bytes:
    try:
        reply = _ask_forked(module, request, limits) if can_fork() else None
        return _ask_started(module, request, limits) if reply is None else reply
    except OSError as error:
        raise SandboxError(f"no process can be started to read files: {error}") from error


def _ask_forked(module: str, request: bytes, limits: ChildLimits) -> bytes | None:
    """Return the answer, or None where the child only waited.

    A fork inherits the locks that other threads hold at that moment. Our child needs none
    of them; if one ever blocks it, a started process answers instead.
    """
    # Loaded once, for every fork.
    answer: Answer = importlib.import_module(module).answer
    load_libc()
    pid, stream = _fork_answering(answer, request, limits)
    late, kill = False, True
    try:
        return stream.receive(limits.wall_s)
    except StreamTimeout:
        late = True
    except StreamClosed:
        kill = False  # it has ended by itself
    except FrameError:
        pass
    finally:
        stream.close()
        code, used_s = _end(pid, kill=kill)
    if late and used_s < _IDLE_S:
        return None
    if late:
        raise _too_late(limits)
    raise _describe(code, by_us=kill)


def _fork_answering(answer: Answer, request: bytes, limits: ChildLimits) -> tuple[int, Stream]:
    read_fd, write_fd = os.pipe()
    stream = Stream(read_fd, read_fd, MAX_TRUSTED_FRAME)
    try:
        pid = fork_quietly(partial(_answer_in_fork, answer, request, write_fd, limits))
    except BaseException:
        stream.close()
        raise
    finally:
        os.close(write_fd)
    return pid, stream


def fork_quietly(body: Callable[[], None]) -> int:
    """Fork a child as `fork` does, with no warning about other threads."""
    with warnings.catch_warnings():
        # Python 3.12 and later warn where there are other threads; see `_ask_forked`.
        warnings.simplefilter("ignore", DeprecationWarning)
        return fork(body)


def _answer_in_fork(answer: Answer, request: bytes, write_fd: int, limits: ChildLimits) -> None:
    settle_in_fork(write_fd)
    # The collector would copy what was inherited, by looking at it.
    gc.disable()
    _limit(limits)
    Stream(write_fd, write_fd).send(answer(request))


def settle_in_fork(own_fd: int) -> None:
    """Leave open files to the parent, but for the child's own descriptor."""
    # The parent's streams stay the parent's: a copy would keep them open.
    for fd in [int(name) for name in os.listdir("/proc/self/fd")]:  # noqa: PTH208
        if fd > 2 and fd != own_fd:
            with contextlib.suppress(OSError):
                os.close(fd)


def _limit(limits: ChildLimits) -> None:
    if sys.platform == "win32":
        return
    import resource

    limit_growth(limits.memory_mib)
    # The kernel sends SIGXCPU at the first limit, so SIGKILL comes from elsewhere.
    lower_limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1)
    lower_limit(resource.RLIMIT_CORE, 0)


def limit_growth(mib: int) -> None:
    """Limit how much this process's address space may grow from now on, where that works."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        lower_limit(resource.RLIMIT_AS, mib * 2**20 + pages * resource.getpagesize())


def _end(pid: int, *, kill: bool = True) -> tuple[int, float]:
    """Wait for a child; return how it ended, and the processor time that it used."""
    if kill:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def _describe(code: int, *, by_us: bool) -> Exception:
    if sys.platform != "win32":
        if code == -signal.SIGKILL and not by_us:
            return _Killed()
        if code == -signal.SIGXCPU:
            return ChildError("it takes too much processor time")
    return ChildError(describe_exit(code))


def _too_late(limits: ChildLimits) -> ReadingError:
    # A child that keeps the processor busy for so long reaches its processor limit before.
    return ReadingError(
        f"reading files took longer than {limits.wall_s:g} s, so the machine or its disk is slow; "
        "run the same command again"
    )


def _ask_started(module: str, request: bytes, limits: ChildLimits) -> bytes:
    how = (module, limits.memory_mib, limits.cpu_s, limits.wall_s)
    child = start("grader.sandbox.limited", how)
    child.stream.max_frame = MAX_TRUSTED_FRAME
    try:
        child.stream.send(request)
        reply = child.stream.receive(limits.wall_s)
    except StreamTimeout:
        child.end()
        raise _too_late(limits) from None
    except StreamClosed:
        raise _describe(child.end(1.0), by_us=False) from None
    except FrameError:
        raise _describe(child.end(), by_us=True) from None
    child.end(1.0)
    return reply


def main(module: str, memory_mib: int, cpu_s: int, wall_s: float) -> None:
    """Answer one request on standard input and output.

    Parameters
    ----------
    module : str
        As for `ask_child`.
    memory_mib, cpu_s, wall_s
        As for `ChildLimits`.
    """
    stream = Stream(0, 1, MAX_TRUSTED_FRAME)
    answer: Answer = importlib.import_module(module).answer
    request = stream.receive()
    _limit(ChildLimits(memory_mib, cpu_s, wall_s))
    stream.send(answer(request))
