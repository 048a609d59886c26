"""The sandbox restrictions of a worker: descriptors, rlimits, Landlock and seccomp.

A `Confinement` is prepared once, in the fork server, and applied in each forked worker
before the worker receives the student's source. Preparing opens the paths and builds the
filter; applying is a few system calls.

Landlock restricts files: the worker can read only libraries of Python and the system, time
zones and the course's packages, and cannot write a file, use TCP or send a signal to another
process. seccomp restricts system calls: a numeric program's calls are listed here, and every
other call fails with EPERM. Threads are not listed: no course needs one, and a thread could
outlive a call or write into the worker's stream.

Most attacks meet two restrictions. `tests/sandbox/test_restrictions.py` leaves out one at a
time, and asserts that the other stops the attack, or that the attack then succeeds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox.protocol.forking import die_with_parent, limit_memory, load_libc, lower_limit

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from landlockpy import Ruleset
    from pyseccomp import SyscallFilter

# The calls of CPython, numpy and glibc once everything is loaded. Sockets, fork, threads, exec,
# ptrace, signals to others, io_uring, memfd, timers, every change of a file and every call
# that a later kernel adds are refused.
_ALLOWED_CALLS = """
    read readv pread64 write writev lseek close dup
    stat fstat lstat newfstatat statx getdents getdents64 getcwd
    munmap mprotect mremap brk
    futex sched_yield sched_getaffinity getcpu
    exit exit_group rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    getpid getppid gettid getuid geteuid getgid getegid getpgrp getgroups
    getrandom getrusage getrlimit uname sysinfo
    poll ppoll select pselect6
""".split()

# A condition on an argument: its place, the bits that are looked at, what they must be.
_Condition = tuple[int, int, int]
_ALL_BITS = 2**64 - 1
# O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: older Landlocks let a reader truncate. O_PATH: Landlock
# does not restrict it.
_OPEN_BITS = 0o3 | 0o100 | 0o1000 | 0o10000000
# MAP_LOCKED, MAP_HUGETLB: memory that the machine cannot take back.
_MAP_BITS = 0x2000 | 0x40000
# Commands of fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC.
_FCNTL = (0, 1, 2, 3, 1030)
# Requests of ioctl: TCGETS, FIONREAD, FIONCLEX, FIOCLEX.
_IOCTL = (0x5401, 0x541B, 0x5450, 0x5451)
# Advice on memory that malloc and numpy give: MADV_NORMAL to MADV_DONTNEED, MADV_FREE,
# MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP.
_MADVISE = (0, 1, 2, 3, 4, 8, 14, 15, 16, 17)


def _one_of(place: int, values: Iterable[int]) -> list[list[_Condition]]:
    return [[(place, _ALL_BITS, value)] for value in values]


# Calls that are allowed where all conditions of one of the lists hold.
_CONDITIONAL_CALLS: dict[str, list[list[_Condition]]] = {
    "open": [[(1, _OPEN_BITS, 0)]],
    "openat": [[(2, _OPEN_BITS, 0)]],
    "mmap": [[(3, _MAP_BITS, 0)]],
    "madvise": _one_of(2, _MADVISE),
    "fcntl": _one_of(1, _FCNTL),
    "ioctl": _one_of(1, _IOCTL),
    # Reading its own limits is harmless; as root, a worker could raise a limit.
    "prlimit64": [[(0, _ALL_BITS, 0), (2, _ALL_BITS, 0)]],
}
_MAX_OPEN_FILES = 64
_PR_SET_DUMPABLE = 4
_CAPABILITY_VERSION = 0x20080522
# Root keeps CAP_DAC_READ_SEARCH: a library may be in a private folder, and Landlock restricts
# which files can be read.
_KEPT_CAPABILITIES = (1 << 2, 0)


def library_roots() -> list[Path]:
    """Return the folders that every worker may read: libraries, numpy and time zones."""
    paths = sysconfig.get_paths()
    folder = Path(np.__file__).parent
    # Wheels have their shared libraries in a folder beside the package.
    libraries = folder.parent / "numpy.libs"
    roots = [Path(paths["stdlib"]), Path(paths["platstdlib"]), folder, libraries]
    # Extension modules of the standard library load libcrypto, libffi and the like.
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    roots += [Path(top) / multiarch for top in ("/lib", "/usr/lib") if multiarch]
    # `zoneinfo` reads the system's time zones.
    roots += map(Path, filter(None, (sysconfig.get_config_var("TZPATH") or "").split(os.pathsep)))
    return [root.resolve() for root in roots if root.exists()]


def grantable(root: Path, secrets: Iterable[Path]) -> list[Path]:
    """Return paths that together cover ``root`` but nothing of ``secrets``.

    A Landlock rule covers everything below its path, so a folder that contains a secret is
    granted child by child.
    """
    inside = [secret for secret in secrets if secret.is_relative_to(root)]
    if not inside:
        return [root]
    if root in inside:
        return []
    granted: list[Path] = []
    for child in root.iterdir():
        if not child.is_symlink():
            granted += grantable(child, inside)
    return granted


class Confinement:
    """Restrictions that are ready to be applied to forked workers.

    Parameters
    ----------
    memory_mib, cpu_s : int
        Limits for address space and processor time.
    readable : iterable of Path
        Folders that may be read beside the standard library and numpy.
    """

    def __init__(self, memory_mib: int, cpu_s: int, readable: Iterable[Path] = ()) -> None:
        self.memory_mib = memory_mib
        self.cpu_s = cpu_s
        self._null = os.open(os.devnull, os.O_RDWR)
        self._libc: Any = load_libc()
        self._ruleset = _build_ruleset(readable)
        self._filter = _build_filter()

    def apply(self, keep_fd: int) -> int:
        """Confine this process until it ends.

        Parameters
        ----------
        keep_fd : int
            The one descriptor that stays open, besides 0, 1 and 2 on the null device.

        Returns
        -------
        int
            The number under which it stays open.

        Raises
        ------
        OSError
            If a restriction cannot be applied. No student's code may run then.
        """
        die_with_parent()
        be_killed_first()
        drop_capabilities(self._libc)
        forbid_dumps(self._libc)
        self._ruleset.restrict()
        self._ruleset.close()
        stream_fd = _close_all_but(keep_fd, self._null)
        set_rlimits(self.memory_mib, self.cpu_s)
        _load_filter(self._filter)
        return stream_fd


def be_killed_first() -> None:
    """Let the kernel end this worker first if the machine runs out of memory."""
    # Without /proc there is still the limit of memory.
    with contextlib.suppress(OSError):
        fd = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(fd, b"1000")
        os.close(fd)


def drop_capabilities(libc: Any) -> None:
    """Drop all capabilities of root except that of reading any file.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    # Effective, permitted and inheritable, twice: the lower 32 and the upper.
    sets = (ctypes.c_uint32 * 6)()
    if libc.capget(header, sets):
        raise OSError(ctypes.get_errno(), "capget")
    for place, kept in enumerate(_KEPT_CAPABILITIES):
        held = sets[3 * place + 1] & kept
        sets[3 * place : 3 * place + 3] = [held, held, 0]
    if libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


def forbid_dumps(libc: Any) -> None:
    """Write no core file, and let no process of the same user inspect this one.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE)")


def set_rlimits(memory_mib: int, cpu_s: int) -> None:
    """Limit this process: memory, processor time, no files written, no core dumps."""
    if sys.platform == "win32":
        return
    # The first second beyond the limit is a signal with a name, the next one is SIGKILL.
    lower_limit(resource.RLIMIT_CPU, cpu_s, cpu_s + 1)
    lower_limit(resource.RLIMIT_FSIZE, 0)
    lower_limit(resource.RLIMIT_CORE, 0)
    lower_limit(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    limit_memory(memory_mib)


def _close_all_but(keep_fd: int, null_fd: int) -> int:
    # The standard descriptors first: the null device may be open as 3 itself.
    for standard in (0, 1, 2):
        os.dup2(null_fd, standard)
    stream_fd = 3
    if keep_fd != stream_fd:
        os.dup2(keep_fd, stream_fd, inheritable=False)
    os.closerange(stream_fd + 1, os.sysconf("SC_OPEN_MAX"))
    return stream_fd


def _build_ruleset(readable: Iterable[Path]) -> Ruleset:
    from landlockpy import AccessFS, Ruleset, Scope

    secrets = _secret_places()
    read = AccessFS.READ_FILE | AccessFS.READ_DIR
    ruleset = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    for root in [*library_roots(), *(path.resolve() for path in readable)]:
        for path in grantable(root, secrets):
            ruleset.allow_path(path, read if path.is_dir() else AccessFS.READ_FILE)
    return ruleset


def _secret_places() -> list[Path]:
    # The suites may be installed beside the packages. The folders of the packages that may be read
    # are inside these, and have rules of their own.
    paths = sysconfig.get_paths()
    stdlib = Path(paths["stdlib"])
    places = [Path(paths["purelib"]), Path(paths["platlib"])]
    places += [Path(np.__file__).parents[1]]
    places += [stdlib / "site-packages", stdlib / "dist-packages"]
    places += Path(__file__).parents[2:4]
    return [place.resolve() for place in places]


def _build_filter() -> SyscallFilter:
    import errno

    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in filter(_exists, _ALLOWED_CALLS):
        rules.add_rule(seccomp.ALLOW, name)
    for name in filter(_exists, _CONDITIONAL_CALLS):
        for conditions in _CONDITIONAL_CALLS[name]:
            rules.add_rule(seccomp.ALLOW, name, *(_as_argument(c) for c in conditions))
    return rules


def _as_argument(condition: _Condition) -> Any:
    import pyseccomp as seccomp

    place, bits, value = condition
    return seccomp.Arg(place, seccomp.MASKED_EQ, bits, value)


def _load_filter(rules: SyscallFilter) -> None:
    import pyseccomp as seccomp

    # abort() and faulthandler signal their own process. No other process and no other signal is
    # allowed: a worker that ends by SIGKILL was killed from outside.
    own = seccomp.Arg(0, seccomp.EQ, os.getpid())
    for number in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE):
        rules.add_rule(seccomp.ALLOW, "tgkill", own, seccomp.Arg(2, seccomp.EQ, int(number)))
    rules.load()


def _exists(name: str) -> bool:
    import pyseccomp as seccomp

    # Calls of other architectures ("open" on arm64) resolve to negative numbers.
    number: int = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    return number >= 0
