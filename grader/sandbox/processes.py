"""Starting and ending processes: nothing else in the grader does either."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from grader.sandbox.frames import Stream

_PR_SET_PDEATHSIG = 1
_ROOT = Path(__file__).resolve().parents[2]
# One thread each: the arrays are tiny, and a forked child has no other threads.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# What a process whose stream has closed gets to leave by itself, so that its end can be
# told from our kill.
GRACE_S = 0.25
# Windows cannot load its socket and random libraries without these.
LEFT_WELL = "it left with exit status 0"
_NEEDED_BY_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "PATH")


def clean_environment() -> dict[str, str]:
    """Return the whole environment of every process that is started here.

    Nothing of the caller's environment passes: no tokens, no ``PYTHONPATH``, no
    ``PYTEST_ADDOPTS``. Hashes are fixed so that equal submissions give equal reports.
    """
    environment = dict.fromkeys(_THREADS, "1")
    environment |= {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
    environment |= {"PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    if sys.platform == "win32":
        environment |= {n: os.environ[n] for n in _NEEDED_BY_WINDOWS if n in os.environ}
    return environment


def start(module: str, arguments: Sequence[object], pass_fds: Sequence[int] = ()) -> Child:
    """Start a process of ours that talks frames on its standard input and output.

    Parameters
    ----------
    module : str
        Dotted name of a module with a ``main`` function.
    arguments : sequence
        Passed to ``main``; numbers and strings.
    pass_fds : sequence of int
        Further descriptors that the process inherits under the same numbers.

    Returns
    -------
    Child
        The running process.
    """
    # -P and -s keep the current folder and the user's packages off the path; the
    # environment is ours alone, so -E would only lose PYTHONHASHSEED.
    code = (
        f"import sys; sys.path.insert(0, {str(_ROOT)!r}); "
        f"from {module} import main; main(*{tuple(arguments)!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-s", "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment(),
        cwd=tempfile.gettempdir() if sys.platform == "win32" else "/",
        pass_fds=pass_fds,
        start_new_session=sys.platform != "win32",
        bufsize=0,
    )
    return Child(process)


class Child:
    """A started process and the stream to it.

    Parameters
    ----------
    process : subprocess.Popen
        Started with pipes for standard input and output.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin
        assert process.stdout
        self._process = process
        self.stream = Stream(process.stdout.fileno(), process.stdin.fileno())

    def end(self, grace_s: float = 0.0) -> str:
        """End the process and everything in its session.

        Parameters
        ----------
        grace_s : float
            Seconds that it gets to leave by itself once its input is closed.

        Returns
        -------
        str
            How it ended, in words.
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
        return describe_end(code)

    def kill(self) -> None:
        """Kill the process and everything in its session, and leave the stream open."""
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def describe_end(code: int) -> str:
    """Say in words how a process ended.

    Parameters
    ----------
    code : int
        Exit status, or a negative signal number.
    """
    if code >= 0:
        return f"it left with exit status {code}"
    names: dict[int, str] = {
        signal.SIGSEGV: "a segmentation fault",
        signal.SIGABRT: "an abort in compiled code",
        signal.SIGKILL: "a kill",
    }
    if sys.platform != "win32":
        names[signal.SIGXCPU] = "too much processor time"
        names[signal.SIGXFSZ] = "an attempt to write a file"
        names[signal.SIGBUS] = "a bus error"
        names[signal.SIGFPE] = "an arithmetic fault"
    # By number: real-time signals have no name.
    return f"it crashed: {names.get(-code, f'signal {-code}')}"


def can_fork() -> bool:
    """Return whether this system forks processes safely (Linux does)."""
    return sys.platform == "linux"


def fork(body: Callable[[], None]) -> int:
    """Fork a child that runs ``body`` and leaves, whatever happens in it.

    Returns
    -------
    int
        The child's process number.
    """
    pid = os.fork()
    if pid:
        return pid
    status = 70  # EX_SOFTWARE, unless the body ends by itself
    try:
        # The kernel forgets this wish at every fork.
        die_with_parent()
        body()
        status = 0
    finally:
        # Not sys.exit: nothing of the parent's may be run or flushed twice.
        os._exit(status)


def reap(pid: int, grace_s: float | None = None) -> str:
    """Wait for a forked child and say how it ended.

    Parameters
    ----------
    pid : int
        A child of this process that nobody has waited for yet.
    grace_s : float, optional
        Seconds after which it is killed; by default it is waited for.
    """
    if grace_s is not None:
        deadline = time.monotonic() + grace_s
        while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0):
            if time.monotonic() >= deadline:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.0005)
        else:
            return describe_end(os.waitstatus_to_exitcode(ended[1]))
    _, status = os.waitpid(pid, 0)
    return describe_end(os.waitstatus_to_exitcode(status))


@cache
def load_libc() -> ctypes.CDLL:
    """Return the C library. A fork of who has loaded it need not do so again."""
    return ctypes.CDLL(None, use_errno=True)


def limit_memory(mib: int) -> None:
    """Limit this process's address space, where that works."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (mib * 2**20, mib * 2**20))


def serve_parent_only() -> None:
    """Leave Ctrl-C to the coordinator, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        die_with_parent()


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the one that started it ends.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    if load_libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
