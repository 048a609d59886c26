"""Starting processes of the grader that exchange frames, and ending them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from grader.errors import SandboxError
from grader.records import Limits
from grader.sandbox.protocol.frames import Stream
from grader.sandbox.starting import Process, spawn

EXAMINER_MIB = 2048  # of one examination: a student's values must not take the machine
_EXIT_S = 1.0  # from the end of a process's stream to its own
# Exit codes of Windows that no program of a student returns by chance.
_CRASHES_OF_WINDOWS = {
    0xC0000005: "a segmentation fault",
    0xC00000FD: "a stack overflow",
    0xC0000409: "an abort in compiled code",
}


def refuse_low_limits(limits: Limits) -> None:
    """Refuse a shell whose limits are lower than those of student code.

    Raises
    ------
    SandboxError
        If a limit is too low; below it, right work would fail.
    """
    if sys.platform != "linux":
        return
    import resource

    needed = (
        ("memory", "-v", resource.RLIMIT_AS, EXAMINER_MIB * 1024, 1024, "KiB"),
        ("open files", "-n", resource.RLIMIT_NOFILE, 256, 1, "files"),
        ("processor time", "-t", resource.RLIMIT_CPU, limits.cpu_s, 1, "s"),
    )
    for what, option, kind, least, unit, name in needed:
        given = min(most for most in (*resource.getrlimit(kind), sys.maxsize) if most >= 0) // unit
        if given < least:
            raise SandboxError(
                f"the limit on {what} of this shell is {given} {name}, and grading needs {least}; "
                f"raise it with `ulimit {option}` or in the system's settings"
            )


def processor_time(pid: int) -> float | None:
    """Return the seconds of processor time that a process has used, of all its threads.

    None where the system does not show it, or where there is no such process.
    """
    if sys.platform != "linux":
        return None
    try:
        # The number of a process's clock, as clock_getcpuclockid makes it.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None


def start(module: str, arguments: Sequence[object], pass_fds: Sequence[int] = ()) -> Child:
    """Start a process of ours that exchanges frames on its standard input and output.

    Parameters, and what it raises, are those of `spawn`.
    """
    return Child(spawn(module, arguments, pass_fds))


class Child:
    """A process that `spawn` has started, and the stream to it."""

    def __init__(self, process: Process) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self.pid = process.pid
        self.stream = Stream(process.stdout.fileno(), process.stdin.fileno())

    def hang_up(self) -> None:
        """Close its standard input and output, which it reads as the end."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with contextlib.suppress(OSError):
                pipe.close()

    def end(self, grace_s: float = 0.0) -> int:
        """End the process and everything in its session; return what `describe_exit` takes.

        Parameters
        ----------
        grace_s : float
            Seconds that it may take to exit by itself once its input is closed.
        """
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.kill()
        code = self._process.wait()
        self._process.stdout.close()
        return code

    def find_exit(self) -> int | None:
        """Return what `describe_exit` takes once the stream has closed, or None if it runs on."""
        try:
            return self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        """Kill the process and everything in its session, and leave the stream open."""
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def is_kill(code: int) -> bool:
    """Return whether an exit code is that of SIGKILL, which Windows does not have."""
    return sys.platform != "win32" and code == -signal.SIGKILL


def describe_exit(code: int) -> str:
    """Return in words how a process ended, from its exit code or minus the signal that ended it."""
    if code >= 0:
        crash = _CRASHES_OF_WINDOWS.get(code)
        return f"it crashed: {crash}" if crash else f"it exited with status {code}"
    names: dict[int, str] = {
        signal.SIGSEGV: "a segmentation fault",
        signal.SIGABRT: "an abort in compiled code",
    }
    if sys.platform != "win32":
        names[signal.SIGKILL] = "a kill"
        names[signal.SIGXCPU] = "too much processor time"
        names[signal.SIGXFSZ] = "an attempt to write a file"
        names[signal.SIGBUS] = "a bus error"
        names[signal.SIGFPE] = "an arithmetic fault"
    # By number: real-time signals have no name.
    return f"it crashed: {names.get(-code, f'signal {-code}')}"
