"""The walls, tried one by one in a forked process."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox.confine import Confinement, grantable, probe_walls
from grader.sandbox.processes import describe_end, fork

WALLS, REASON = probe_walls()
pytestmark = pytest.mark.skipif(not WALLS.complete, reason=REASON)


def confined(body: Callable[[], str]) -> str:
    """Run ``body`` behind the walls and return what it returned or raised."""
    ours, theirs = socket.socketpair()
    walls = Confinement(["numpy"], memory_mib=1024, cpu_s=5)

    def child() -> None:
        fd = walls.apply(theirs.fileno())
        try:
            said = body()
        except OSError as error:
            said = f"{type(error).__name__} {error.errno}"
        os.write(fd, said.encode() or b"-")

    pid = fork(child)
    theirs.close()
    with ours:
        said = ours.recv(65536)
    ended = describe_end(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    return said.decode() or ended


def test_behind_the_walls_numpy_still_works() -> None:
    """Reading the library, drawing numbers and threads are all allowed."""

    def work() -> str:
        import threading

        from numpy import polynomial

        threads = [threading.Thread(target=np.linalg.inv, args=(np.eye(3),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        np.random.default_rng().normal(size=3)
        return polynomial.__name__

    assert confined(work) == "numpy.polynomial"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/status", "/dev/urandom", __file__, "/root", "/home", "/"]
)
def test_files_outside_the_library_cannot_be_opened(path: str) -> None:
    """Landlock denies reading what is not the library."""
    assert confined(lambda: str(os.open(path, os.O_RDONLY))) == "PermissionError 13"


def test_the_library_can_be_read_and_not_written() -> None:
    """Read-only means read-only."""
    assert confined(lambda: str(os.open(np.__file__, os.O_RDONLY))).isdigit()
    assert confined(lambda: str(os.open(np.__file__, os.O_WRONLY))) == "PermissionError 1"
    assert confined(lambda: str(os.open(np.__file__, os.O_TRUNC))) == "PermissionError 1"


def test_no_descriptor_is_inherited() -> None:
    """Only the stream and three null devices are open."""
    with Path(__file__).open() as kept_open:
        assert kept_open.fileno() > 2
        alive = confined(lambda: ",".join(str(fd) for fd in range(200) if is_open(fd)))
    assert alive == "0,1,2,3"


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "call",
    [
        lambda: os.fork(),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.kill(os.getpid(), 0),
        lambda: os.setsid(),
        lambda: os.chmod("/tmp", 0o777),
        lambda: os.mkdir("/tmp/grader-was-here"),
        lambda: os.symlink("/", "/tmp/grader-was-here"),
        lambda: os.truncate(np.__file__, 0),
        lambda: os.utime(np.__file__),
        lambda: os.chdir("/"),
        lambda: os.memfd_create("x"),
        lambda: os.pipe(),
        lambda: socket.socket(),
        lambda: socket.socketpair(),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.pidfd_open(os.getppid()),
        lambda: os.setpriority(os.PRIO_PROCESS, 0, 1),
        lambda: os.nice(1),
        lambda: os.sched_setaffinity(0, {0}),
    ],
    ids=[
        "fork", "kill-parent", "kill-self", "setsid", "chmod", "mkdir", "symlink", "truncate",
        "utime", "chdir", "memfd", "pipe", "socket", "socketpair", "exec", "pidfd",
        "setpriority", "nice", "setaffinity",
    ],
)  # fmt: skip
def test_a_system_call_outside_the_list_is_refused(call: Callable[[], object]) -> None:
    """Seccomp answers EPERM."""
    assert confined(lambda: str(call())) == "PermissionError 1"


@pytest.mark.parametrize(
    ("name", "number"),
    [("ptrace", 101), ("process_vm_readv", 310), ("io_uring_setup", 425), ("bpf", 321),
     ("userfaultfd", 323), ("unshare", 272), ("mount", 165), ("keyctl", 250),
     ("perf_event_open", 298), ("setns", 308), ("shmget", 29), ("prctl", 157),
     ("pidfd_getfd", 438), ("open_by_handle_at", 304)],
)  # fmt: skip
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86_64")
def test_a_dangerous_system_call_by_number_is_refused(name: str, number: int) -> None:
    """What Python has no function for is refused as well."""

    def ask() -> str:
        libc = ctypes.CDLL(None, use_errno=True)
        return f"{libc.syscall(number, 0, 0, 0, 0, 0)} {ctypes.get_errno()}"

    assert confined(ask) == "-1 1", name


def test_limits_cannot_be_raised_even_by_root() -> None:
    """The rlimits stand, and setting any is refused."""

    def ask() -> str:
        soft = [
            resource.getrlimit(kind)[0]
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
        ]
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
        except (ValueError, OSError):
            return f"{soft}"
        return "raised"

    assert confined(ask) == f"[{1024 * 2**20}, 5, 0]"


def test_memory_is_limited() -> None:
    """More than the limit is a MemoryError, not a dead machine."""

    def ask() -> str:
        try:
            bytearray(2 * 2**30)
        except MemoryError:
            return "MemoryError"
        return "got it"

    assert confined(ask) == "MemoryError"


def test_processor_time_is_limited() -> None:
    """A loop without end is ended by the kernel, too."""

    def ask() -> str:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        resource.getrlimit(resource.RLIMIT_CPU)
        while True:
            pass

    ours, theirs = socket.socketpair()
    walls = Confinement(["numpy"], memory_mib=1024, cpu_s=1)

    def child() -> None:
        walls.apply(theirs.fileno())
        ask()

    pid = fork(child)
    ours.close()
    theirs.close()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in (-signal.SIGKILL, -signal.SIGXCPU)


def test_what_holds_a_secret_is_granted_child_by_child(tmp_path: Path) -> None:
    """A folder with a secret inside is never granted whole."""
    (tmp_path / "lib" / "site-packages" / "grader").mkdir(parents=True)
    (tmp_path / "lib" / "json").mkdir()
    (tmp_path / "lib" / "os.py").touch()
    (tmp_path / "lib" / "way-out").symlink_to(tmp_path)
    lib = tmp_path / "lib"
    secret = lib / "site-packages"
    assert set(grantable(lib, [secret])) == {lib / "json", lib / "os.py"}
    assert grantable(lib, [tmp_path / "elsewhere"]) == [lib]
    assert grantable(secret, [secret]) == []
