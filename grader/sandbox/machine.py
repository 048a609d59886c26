"""What this machine has of all that a sandbox is made of, piece by piece.

`probe_walls` of the worker decides whether there is a sandbox. This looks closer,
for a person who wants to know what is missing and how to get it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.records import Limits

Group = Literal["packages", "sandbox", "machine"]
State = Literal["ok", "missing", "weak", "fact"]

# What each version of Landlock's interface added, and the kernel that brought it.
_LANDLOCK = (
    (1, "which files can be read, written, made and removed", "5.13"),
    (2, "no file moved or linked into another folder", "5.19"),
    (3, "no file cut short", "6.2"),
    (4, "no TCP connection, in or out", "6.7"),
    (5, "no commands to devices", "6.10"),
    (6, "no signals and no abstract sockets to the outside", "6.12"),
    (7, "refusals can be logged", "6.15"),
)
# The one that refuses is always there: seccomp stands in for whatever is newer.
_NEEDED_ABI = 1
_PR_GET_PDEATHSIG = 2
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_LITTLE_MEMORY = 512 * 2**20
_IN_CONTAINER = (
    "a container's own seccomp profile may hide it: use a newer Docker or Podman, or "
    "`--security-opt seccomp=unconfined` for this container"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that grading, or a sandbox, is made of.

    Parameters
    ----------
    name : str
        What it is called; stable, for scripts.
    group : {"packages", "sandbox", "machine"}
        What it belongs to.
    state : {"ok", "missing", "weak", "fact"}
        ``weak`` is there and could be better; ``fact`` is neither good nor bad.
    found : str
        What there is, in words.
    remedy : str
        How to get what is missing, or an empty string.
    """

    name: str
    group: Group
    state: State
    found: str
    remedy: str = ""


def inspect_machine(limits: Limits) -> list[Piece]:
    """Look at every piece of a sandbox, and at the machine.

    Parameters
    ----------
    limits : Limits
        What the hosts of the course will want to be limited to.

    Returns
    -------
    list of Piece
        In the order in which they depend on each other.
    """
    if sys.platform != "linux":
        found = f"{platform.system()} {platform.release()}"
        remedy = "the sandbox needs Linux: a container, a virtual machine, or WSL 2 on Windows"
        return [Piece("kernel", "sandbox", "missing", found, remedy)]
    libc = ctypes.CDLL(None, use_errno=True)
    return [
        _kernel(),
        *_landlock(),
        _seccomp(libc),
        _libseccomp(),
        *_limits(limits),
        _death_signal(libc),
        _container(),
        _memory(),
    ]


def _kernel() -> Piece:
    release = platform.release()
    old = _version(release) < (5, 13)
    remedy = "Landlock came with Linux 5.13: a newer kernel" if old else ""
    return Piece("kernel", "sandbox", "missing" if old else "ok", f"Linux {release}", remedy)


def _version(text: str) -> tuple[int, ...]:
    numbers = text.partition("-")[0].split(".")[:2]
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)


def _landlock() -> Iterator[Piece]:
    try:
        import landlockpy

        abi = landlockpy.abi_version()
    except ImportError as error:
        yield Piece("landlock", "sandbox", "missing", str(error), "pip install landlockpy")
        return
    except OSError as error:
        abi, why = 0, f"the kernel refuses to say: {error}"
    else:
        why = "this kernel has none, or it is switched off"
    if abi < _NEEDED_ABI:
        remedy = f"boot with lsm=landlock,... (Linux 5.13 or newer); {_IN_CONTAINER}"
        yield Piece("landlock", "sandbox", "missing", why, remedy)
        return
    yield Piece("landlock", "sandbox", "ok", f"ABI {abi}")
    for number, adds, kernel in _LANDLOCK:
        name = f"landlock ABI {number}"
        if number <= abi:
            yield Piece(name, "sandbox", "ok", adds)
        else:
            remedy = f"Linux {kernel} or newer; until then seccomp refuses alone"
            yield Piece(name, "sandbox", "weak", f"not there: {adds}", remedy)


def _seccomp(libc: Any) -> Piece:
    # With no filter to read, a kernel that has them says that the address is bad.
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, 0, 0, 0)
    if ctypes.get_errno() == errno.EFAULT:
        return Piece("seccomp", "sandbox", "ok", "the kernel takes filters")
    remedy = f"a kernel with CONFIG_SECCOMP_FILTER, as every distribution has; {_IN_CONTAINER}"
    return Piece("seccomp", "sandbox", "missing", "the kernel takes no filters", remedy)


def _libseccomp() -> Piece:
    try:
        import pyseccomp
    except ImportError as error:
        return Piece("libseccomp", "sandbox", "missing", str(error), "pip install pyseccomp")
    except (OSError, RuntimeError) as error:
        remedy = "apt install libseccomp2, dnf install libseccomp, or apk add libseccomp"
        return Piece("libseccomp", "sandbox", "missing", str(error), remedy)
    return Piece("libseccomp", "sandbox", "ok", f"loaded by pyseccomp, API {pyseccomp.get_api()}")


def _limits(limits: Limits) -> Iterator[Piece]:
    import resource

    # One's own hard limit is as high as a host's can be.
    wanted: tuple[tuple[str, int, int, Callable[[int], str]], ...] = (
        ("limit of memory", resource.RLIMIT_AS, limits.memory_mib * 2**20, _mebibytes),
        ("limit of processor time", resource.RLIMIT_CPU, limits.cpu_s, "{} s".format),
        ("limit of open files", resource.RLIMIT_NOFILE, 64, str),
    )
    for name, kind, want, words in wanted:
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or hard >= want:
            yield Piece(name, "sandbox", "ok", f"can be set to {words(want)}")
        else:
            found = f"{words(hard)}, and the course wants {words(want)}"
            yield Piece(name, "sandbox", "missing", found, "raise it with `ulimit -H` as root")


def _mebibytes(size: int) -> str:
    return f"{size // 2**20} MiB"


def _death_signal(libc: Any) -> Piece:
    name, number = "end with the parent", ctypes.c_int(-1)
    if libc.prctl(_PR_GET_PDEATHSIG, ctypes.byref(number), 0, 0, 0):
        remedy = "a Linux kernel of its own; some emulations lack it"
        return Piece(name, "sandbox", "missing", "no PR_SET_PDEATHSIG", remedy)
    return Piece(name, "sandbox", "ok", "PR_SET_PDEATHSIG: nothing outlives a killed grader")


def _container() -> Piece:
    kind = next(_container_signs(), "")
    found = f"inside ({kind})" if kind else "not inside one, as far as can be seen"
    return Piece("container", "machine", "fact", found)


def _container_signs() -> Iterator[str]:
    if Path("/.dockerenv").exists():
        yield "Docker"
    if Path("/run/.containerenv").exists():
        yield "Podman"
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        yield "Kubernetes"
    groups = _read("/proc/1/cgroup")
    yield from (sign for sign in ("docker", "kubepods", "containerd", "lxc") if sign in groups)
    if "microsoft" in platform.release().lower():
        yield "WSL"


def _memory() -> Piece:
    free = _free_memory()
    if free is None:
        return Piece("free memory", "machine", "fact", "unknown")
    if free < _LITTLE_MEMORY:
        remedy = "close other programs, or give the container more"
        return Piece("free memory", "machine", "weak", _mebibytes(free), remedy)
    return Piece("free memory", "machine", "ok", _mebibytes(free))


def _free_memory() -> int | None:
    """Return bytes that may still be taken, of the machine or of the container."""
    lines = (line.split() for line in _read("/proc/meminfo").splitlines())
    free = next((int(line[1]) * 1024 for line in lines if line[:1] == ["MemAvailable:"]), None)
    limit, used = _read("/sys/fs/cgroup/memory.max"), _read("/sys/fs/cgroup/memory.current")
    if limit.strip().isdigit() and used.strip().isdigit():
        left = int(limit) - int(used)
        return left if free is None else min(free, left)
    return free


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
