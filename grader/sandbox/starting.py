"""Starting the processes between which student code is examined, before anything else is loaded.

They load numpy and pytest, which takes longer than all that the coordinator does meanwhile. So
this file imports little, and nothing of a course is needed to start them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from grader.errors import SandboxError

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))  # noqa: PTH120
# One thread each: the arrays are tiny, and a forked child has no other threads.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
# glibc gives large arrays back to the system, which then hands out each page anew: a fifth of
# what a small worker costs. Here they are kept until the process ends, which is soon.
_KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(64 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "MALLOC_TOP_PAD_": str(2**20),
}
_WITHOUT_PROCESSES = ("emscripten", "wasi")
# Windows cannot load its socket and random libraries without these.
_NEEDED_BY_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "PATH")

Process = subprocess.Popen[bytes]


class Pair(NamedTuple):
    """An examiner, and where there can be a sandbox a fork server, which wait for a course.

    ``control_fd`` is the examiner's number of the socket on which it asks the fork server.
    ``desks`` are sockets on which each takes further ones, see `grader.session.Session`.
    """

    examiner: Process
    fork_server: Process | None
    control_fd: int | None
    desks: tuple[socket.socket, ...]


_ahead: list[Pair] = []


def clean_environment() -> dict[str, str]:
    """Return the whole environment of every process that is started here.

    Nothing of the caller's environment passes: no tokens, no ``PYTHONPATH``, no
    ``PYTEST_ADDOPTS``. Hashes and the time zone are fixed so that equal submissions give equal
    reports on all machines: a worker may read the system's zones.
    """
    environment = dict.fromkeys(_THREADS, "1")
    environment |= _KEEP_MEMORY | {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "TZ": "UTC"}
    environment |= {"MPLBACKEND": "agg"}  # no window, whatever a course plots
    environment |= {"PYTHONUTF8": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    if sys.platform == "win32":
        environment |= {n: os.environ[n] for n in _NEEDED_BY_WINDOWS if n in os.environ}
    return environment


def spawn(
    module: str,
    arguments: Sequence[object],
    pass_fds: Sequence[int] = (),
    *,
    collects: bool = True,
) -> Process:
    """Start a process of ours with pipes for its standard input and output.

    Parameters
    ----------
    module : str
        Dotted name of a module with a ``main`` function.
    arguments : sequence
        Passed to ``main``; numbers and strings.
    pass_fds : sequence of int
        Further descriptors that the process inherits under the same numbers.
    collects : bool
        Whether Python's collector runs from the beginning. While a process loads its libraries
        there is little to collect, and a sixth of the time is lost with looking; ``main`` then
        enables it.

    Raises
    ------
    SandboxError
        If this Python runs in a browser, as that of JupyterLite does.
    """
    if sys.platform in _WITHOUT_PROCESSES:
        raise SandboxError(
            "this Python runs in a browser and cannot start the processes that grade; use Jupyter "
            "on your own machine, VS Code or Colab, or hand in the file as your instructor says"
        )
    # -P and -s keep the current folder and the user's packages off the path; the
    # environment is ours alone, so -E would only lose PYTHONHASHSEED.
    code = "" if collects else "import gc; gc.disable(); "
    code += (
        f"import sys; sys.path.insert(0, {_ROOT!r}); "
        f"from {module} import main; main(*{tuple(arguments)!r})"
    )
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment(),
        cwd=_find_folder(),
        pass_fds=pass_fds,
        start_new_session=sys.platform != "win32",
        bufsize=0,
    )


def start_pair(*, sandboxed: bool) -> Pair:
    """Start an examiner and, for a sandbox, a fork server.

    Raises
    ------
    OSError, SandboxError
        If one of them cannot be started; then none is left.
    """
    if sys.platform != "linux":
        # Further clients come as descriptors, and are served by forks.
        return Pair(spawn("grader.examiner.main", (), collects=False), None, None, ())
    with contextlib.ExitStack() as passed, contextlib.ExitStack() as kept:
        desk, its_desk = _open_sockets(kept, passed)
        if not sandboxed:
            fds = [its_desk.fileno()]
            examiner = spawn("grader.examiner.main", fds, fds, collects=False)
            kept.pop_all()
            return Pair(examiner, None, None, (desk,))
        control, servers_control = _open_sockets(passed, passed)
        servers_desk, its_own_desk = _open_sockets(kept, passed)
        # The examiner first: it has more to load.
        fds = [its_desk.fileno(), control.fileno()]
        examiner = spawn("grader.examiner.main", fds[:1], fds, collects=False)
        kept.callback(_end, examiner)
        fds = [servers_control.fileno(), its_own_desk.fileno()]
        server = spawn("grader.sandbox.worker.fork_server", fds, fds, collects=False)
        kept.pop_all()
        return Pair(examiner, server, control.fileno(), (desk, servers_desk))


def _open_sockets(
    ours: contextlib.ExitStack, theirs: contextlib.ExitStack
) -> tuple[socket.socket, socket.socket]:
    """Return two ends of a socket, each to be closed with its own context."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return ours.enter_context(ends[0]), theirs.enter_context(ends[1])


def open_standard_streams() -> None:
    """Open the null device for each standard stream that is closed.

    A pipe to a child would get its number, and take the place of the child's own stream.
    """
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def start_ahead() -> None:
    """Start a pair that the first `take_pair` of this process gets."""
    try:
        _ahead.append(start_pair(sandboxed=True))
    except OSError:
        return  # `take_pair` tries again, and what it raises is reported


def take_pair(*, sandboxed: bool) -> Pair:
    """Return a pair that was started ahead, or a new one.

    Raises
    ------
    OSError, SandboxError
        As for `start_pair`.
    """
    if not _ahead:
        return start_pair(sandboxed=sandboxed)
    pair = _ahead.pop()
    if sandboxed or pair.fork_server is None:
        return pair
    _end(pair.fork_server)
    desk, servers_desk = pair.desks
    servers_desk.close()
    return Pair(pair.examiner, None, None, (desk,))


def end_ahead() -> None:
    """End a pair that was started ahead and not taken."""
    while _ahead:
        pair = _ahead.pop()
        for process in (pair.examiner, pair.fork_server):
            if process is not None:
                _end(process)
        for desk in pair.desks:
            desk.close()


def _end(process: Process) -> None:
    # It waits for its course, and has started nothing itself.
    process.kill()
    for stream in (process.stdin, process.stdout):
        assert stream
        stream.close()
    process.wait()


def _find_folder() -> str:
    if sys.platform != "win32":
        return "/"
    import tempfile

    return tempfile.gettempdir()
