"""What a process does is read from the system: it computes, waits, or is held."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.sandbox.activity import Activity, activity

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def running(code: str) -> Iterator[int]:
    """Run Python code in a process of its own, once it has begun, and yield its number."""
    command = [sys.executable, "-c", f"import time; print(flush=True)\n{code}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


def wait_for(pid: int, state: str) -> Activity:
    """Return what a process does as soon as it does that."""
    while (seen := activity(pid)) is None or seen.state != state:
        pass
    return seen


def test_a_process_computes_waits_or_is_held() -> None:
    """A loop, a sleep, and a signal from outside."""
    with running("while True: pass") as pid:
        before = wait_for(pid, "computes")
        while (now := wait_for(pid, "computes")).cpu_s < before.cpu_s + 0.05:
            pass
        os.kill(pid, signal.SIGSTOP)
        held = wait_for(pid, "held")
        assert held.cpu_s >= now.cpu_s
        os.kill(pid, signal.SIGCONT)
        wait_for(pid, "computes")
    with running("time.sleep(1000)") as pid:
        wait_for(pid, "waits")


def test_nothing_is_known_of_a_process_that_has_ended() -> None:
    """Its number may not be in use."""
    with running("") as pid:
        pass
    assert activity(pid) is None
