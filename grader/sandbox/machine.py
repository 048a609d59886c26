"""The parts of a sandbox that this machine offers, for `grade doctor`.

`grader.sandbox.protocol.probe` decides whether there is a sandbox. This module adds what
helps a person to see what is missing and how to get it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.records import Limits
from grader.sandbox.protocol.forking import load_libc
from grader.sandbox.protocol.probe import landlock_abi, probe_mechanisms

Group = Literal["packages", "sandbox", "machine"]
State = Literal["ok", "missing", "weak", "fact"]

# The additions of each version of Landlock's interface, and the first kernel with it.
_LANDLOCK = (
    (1, "which files can be read, written, made and removed", "5.13"),
    (2, "no file moved or linked into another folder", "5.19"),
    (3, "no file truncated", "6.2"),
    (4, "no TCP connection, in or out", "6.7"),
    (5, "no commands to devices", "6.10"),
    (6, "no signals and no abstract sockets to the outside", "6.12"),
    (7, "refusals can be logged", "6.15"),
)
_PR_GET_PDEATHSIG = 2
_LITTLE_MEMORY = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what grading, or a sandbox, needs.

    Parameters
    ----------
    name : str
        The name of the piece; stable, for scripts.
    state : {"ok", "missing", "weak", "fact"}
        ``weak`` works and could be better; ``fact`` is neither good nor bad.
    found, remedy : str
        The finding in words, and how to get what is missing, or an empty string.
    """

    name: str
    group: Group
    state: State
    found: str
    remedy: str = ""


def inspect_machine(limits: Limits) -> list[Piece]:
    """Inspect every part of a sandbox in the order in which they depend on each other."""
    if sys.platform != "linux":
        found = f"{platform.system()} {platform.release()}"
        remedy = "the sandbox needs Linux: a container, a virtual machine, or WSL 2 on Windows"
        return [Piece("kernel", "sandbox", "missing", found, remedy)]
    return [_kernel(), *_mechanisms(), *_limits(limits), _death_signal(), _container(), _memory()]


def _kernel() -> Piece:
    release = platform.release()
    old = _version(release) < (5, 13)
    remedy = "Landlock came with Linux 5.13: a newer kernel" if old else ""
    return Piece("kernel", "sandbox", "missing" if old else "ok", f"Linux {release}", remedy)


def _version(text: str) -> tuple[int, ...]:
    numbers = text.partition("-")[0].split(".")[:2]
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)


def _mechanisms() -> Iterator[Piece]:
    landlock, *filters = (
        Piece(m.name, "sandbox", "missing" if m.problem else "ok", m.problem or m.found, m.remedy)
        for m in probe_mechanisms()
    )
    yield landlock
    if landlock.state == "ok":
        yield from _landlock_versions(landlock_abi())
    yield from filters


def _landlock_versions(abi: int) -> Iterator[Piece]:
    for version, adds, kernel in _LANDLOCK:
        name = f"landlock ABI {version}"
        if version <= abi:
            yield Piece(name, "sandbox", "ok", adds)
        else:
            remedy = f"use Linux {kernel} or newer; until then seccomp alone refuses this"
            yield Piece(name, "sandbox", "weak", f"not available: {adds}", remedy)


def _limits(limits: Limits) -> Iterator[Piece]:
    import resource

    # A worker's limit cannot exceed the hard limit of this process.
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
            found = f"{words(hard)}, and the course needs {words(want)}"
            yield Piece(name, "sandbox", "missing", found, "raise it with `ulimit -H` as root")


def _mebibytes(size: int) -> str:
    return f"{size // 2**20} MiB"


def _death_signal() -> Piece:
    name, number = "end with the parent", ctypes.c_int(-1)
    if load_libc().prctl(_PR_GET_PDEATHSIG, ctypes.byref(number), 0, 0, 0):
        remedy = "a Linux kernel of its own; some emulations lack it"
        return Piece(name, "sandbox", "missing", "no PR_SET_PDEATHSIG", remedy)
    return Piece(name, "sandbox", "ok", "PR_SET_PDEATHSIG: no process outlives a killed grader")


def _container() -> Piece:
    kind = next(_container_signs(), "")
    found = f"inside ({kind})" if kind else "none found"
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
    """Return how many bytes of memory the machine, or the container, has left."""
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
