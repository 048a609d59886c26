"""Forking: a signal that comes while a process forks is neither lost nor printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")

# Each handler raises; an exception that does not come out of `fork` is lost.
_BEGIN = """
import logging, os, signal, sys, threading, time
from grader.sandbox.protocol.forking import fork, reap

handled = caught = forked = 0

def handle(number, frame):
    global handled
    handled += 1
    raise KeyboardInterrupt

signal.signal(signal.SIGINT, handle)
signal.signal(signal.SIGTERM, handle)
if {threads}:
    # The kernel gives it what the main thread blocks.
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""
_IN_A_HOOK = """
def send():
    os.kill(os.getpid(), signal.{signal})
    for _ in range(100):
        time.sleep(0)

os.register_at_fork({hook}=send)
try:
    fork(lambda: None)
except KeyboardInterrupt:
    caught += 1
assert signal.getsignal(signal.SIGINT) is signal.getsignal(signal.SIGTERM) is handle
assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print(handled, caught)
"""
_IN_A_LOOP = """
asked = os.pipe()
sender = os.fork()
if not sender:
    for byte in iter(lambda: os.read(asked[0], 1), b""):
        time.sleep(byte[0] / 50_000)
        os.kill(os.getppid(), signal.SIGINT)
for round in range(150):
    try:
        os.write(asked[1], bytes([round]))
        while handled == caught:
            reap(fork(lambda: None))
            forked += 1
        break
    except KeyboardInterrupt:
        caught += 1
os.kill(sender, signal.SIGKILL)
print(handled, caught, forked > 0)
"""
_CHILD = """
seen = os.pipe()

def say():
    # A signal between the fork and the body.
    os.kill(os.getpid(), signal.{signal})
    for _ in range(100):
        time.sleep(0)

def body():
    os.kill(os.getpid(), signal.SIGINT)
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
    os.write(seen[1], b"body")

os.register_at_fork(after_in_child=say)
if {threads}:
    ends = []
    thread = threading.Thread(target=lambda: ends.append(reap(fork(body))))
    thread.start()
    thread.join()
else:
    ends = [reap(fork(body))]
os.close(seen[1])
print(ends[0].code, os.read(seen[0], 10), handled)
"""


def _run(*parts: str, **values: object) -> str:
    code = "".join(parts).format(**values)
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert not done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("threads", [False, True])
@pytest.mark.parametrize("hook", ["before", "after_in_parent"])
@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_a_signal_in_a_hook_of_the_fork_is_handled_after_it(
    hook: str, signal: str, *, threads: bool
) -> None:
    """Its exception comes out of `fork`, and no child is left over."""
    assert _run(_BEGIN, _IN_A_HOOK, hook=hook, signal=signal, threads=threads) == "1 1"


@pytest.mark.parametrize("threads", [False, True])
def test_every_signal_in_a_row_is_handled(*, threads: bool) -> None:
    """However many come while a process forks again and again."""
    assert _run(_BEGIN, _IN_A_LOOP, threads=threads) == "150 150 True"


@pytest.mark.parametrize("threads", [False, True])
@pytest.mark.parametrize(
    ("signal", "expected"), [("SIGINT", "0 b'body' 0"), ("SIGTERM", "-15 b'' 0")]
)
def test_a_child_never_runs_the_parents_handler(
    signal: str, expected: str, *, threads: bool
) -> None:
    """Ctrl-C is the parent's; SIGTERM ends the child, from its first moment."""
    assert _run(_BEGIN, _CHILD, signal=signal, threads=threads) == expected
