"""Run a function under all sandbox restrictions, or without some of them."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np  # noqa: F401 - its files stay readable
import pytest

from grader.sandbox.processes import describe_exit
from grader.sandbox.protocol.forking import fork, reap
from grader.sandbox.worker import confinement as confine
from grader.sandbox.worker.confinement import Confinement


def confined(body: Callable[[], str], memory_mib: int | None = None, cpu_s: int = 5) -> str:
    """Run ``body`` in a confined process and return its result or exception.

    By default it may take 1 GiB beside what this process has, which other tests made large.
    """
    ours, theirs = socket.socketpair()
    memory_mib = memory_mib or 1024 + _own_mib()
    confinement = Confinement(memory_mib, cpu_s)

    def child() -> None:
        fd = confinement.apply(theirs.fileno())
        try:
            answer = body()
        except OSError as error:
            answer = f"{type(error).__name__} {error.errno}"
        os.write(fd, answer.encode() or b"-")

    pid = fork(child)
    theirs.close()
    with ours:
        answer = ours.recv(65536)
    exit_code = reap(pid).code
    return answer.decode() or describe_exit(exit_code)


def _own_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize() // 2**20


class _NoRules:
    def restrict(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def leave_out(restriction: str, patch: pytest.MonkeyPatch) -> None:
    """Leave one restriction out of every `Confinement` that is built from now on.

    ``call:fork+vfork`` allows these system calls, ``condition:mmap`` drops the conditions on
    one, ``limit:AS`` does not set a limit; the others are the names of steps.
    """
    kind, _, name = restriction.partition(":")
    if kind == "call":
        _allow(name.split("+"), patch)
    elif kind == "condition":
        names = name.split("+")
        assert set(names) <= confine._CONDITIONAL_CALLS.keys()
        kept = {n: c for n, c in confine._CONDITIONAL_CALLS.items() if n not in names}
        patch.setattr(confine, "_CONDITIONAL_CALLS", kept)
        _allow(names, patch)
    elif kind == "limit":
        _without_limit(getattr(resource, f"RLIMIT_{name}"), patch)
    else:
        _STEPS[restriction](patch)


def _allow(names: list[str], patch: pytest.MonkeyPatch) -> None:
    patch.setattr(confine, "_ALLOWED_CALLS", [*confine._ALLOWED_CALLS, *names])


def _without_limit(kind: int, patch: pytest.MonkeyPatch) -> None:
    known = resource.setrlimit

    def set_others(which: int, limits: tuple[int, int]) -> None:
        if which != kind:
            known(which, limits)

    patch.setattr(resource, "setrlimit", set_others)


def _keep_open(keep_fd: int, _null_fd: int) -> int:
    return keep_fd


def _do_nothing(*_args: object) -> None:
    pass


_STEPS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "landlock": lambda p: p.setattr(confine, "_build_ruleset", lambda _packages: _NoRules()),
    "secrets": lambda p: p.setattr(confine, "_secret_places", list),
    "seccomp": lambda p: p.setattr(confine, "_load_filter", _do_nothing),
    "capabilities": lambda p: p.setattr(confine, "drop_capabilities", _do_nothing),
    "dumps": lambda p: p.setattr(confine, "forbid_dumps", _do_nothing),
    "first": lambda p: p.setattr(confine, "be_killed_first", _do_nothing),
    "descriptors": lambda p: p.setattr(confine, "_close_all_but", _keep_open),
}
