"""One answer from a child with limits: it comes, or a line says why not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.errors import ReadingError
from grader.sandbox import limited
from grader.sandbox.limited import ChildError, ChildLimits, ask_child

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.support.answering"
LIMITS = ChildLimits(memory_mib=256, cpu_s=1, wall_s=30.0)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


@pytest.fixture(params=["forked", "started"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a fork, and a process that is started where forks are not to be had."""
    if request.param == "started":
        monkeypatch.setattr(limited, "can_fork", lambda: False)


def children() -> set[str]:
    """The processes that this one has, those that have ended and were not waited for, too."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.usefixtures("ask")
def test_the_answer_comes_back() -> None:
    """Also a long one, which does not fit into a pipe at once."""
    assert ask_child(MODULE, b"ab", LIMITS) == b"abab"
    assert len(ask_child(MODULE, b"x" * 2**20, LIMITS)) == 2**21


@pytest.mark.usefixtures("ask")
@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("memory", "exited with status"),
        ("time", "too much processor time|it crashed"),
        ("exit", "exited with status 0"),
        ("abort", "an abort in compiled code"),
        ("raise", "exited with status"),
    ],
)
def test_a_child_without_an_answer_is_an_error(what: str, says: str) -> None:
    """It says how the child ended, and leaves no process behind."""
    before = children()
    with pytest.raises(ChildError, match=says):
        ask_child(MODULE, what.encode(), LIMITS)
    assert children() == before


@pytest.mark.usefixtures("ask")
def test_a_child_that_is_killed_from_outside_is_asked_again(tmp_path: Path) -> None:
    """Once; twice says nothing about what it reads."""
    once = tmp_path / "once"
    assert ask_child(MODULE, b"killed " + os.fsencode(once), LIMITS).startswith(b"killed")
    with pytest.raises(ReadingError, match="killed from outside"):
        ask_child(MODULE, b"killed", LIMITS)


def test_a_fork_that_only_waits_is_asked_again_in_a_started_process() -> None:
    """If the second one is too late as well, the error says so."""
    hurried = ChildLimits(256, 1, 0.3)
    with pytest.raises(ReadingError, match=r"longer than 0\.3 s"):
        ask_child(MODULE, b"sleep", hurried)


def test_a_fork_keeps_none_of_the_parents_descriptors() -> None:
    """A pipe's end that lived on in a child would never be closed."""
    read_fd, write_fd = os.pipe()
    try:
        kept = ask_child(MODULE, b"descriptors", LIMITS).split()
    finally:
        os.close(read_fd)
        os.close(write_fd)
    # Standard input and output, the way back, and the listing itself.
    assert len(kept) <= 5


def test_other_threads_do_not_matter() -> None:
    """A batch reads while its threads wait for the graders."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert ask_child(MODULE, b"ab", LIMITS) == b"abab"
    finally:
        ended.set()
        thread.join()


def test_limits_that_this_process_has_are_kept() -> None:
    """A shell or a CI runner may have set lower ones, which no child can raise."""
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); "
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31)); "
        "resource.setrlimit(resource.RLIMIT_CPU, (60, 60)); "
        "from grader.sandbox.limited import ChildLimits, ask_child; "
        f"print(ask_child({MODULE!r}, b'ab', ChildLimits(2**14, 600, 30.0)))"
    )
    command = [sys.executable, "-c", code, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "b'abab'\n"


def test_another_thread_can_ask() -> None:
    """A notebook or a server may not call from its main thread."""
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask_child, MODULE, b"ab", LIMITS).result() == b"abab"
