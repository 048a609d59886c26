"""The pair of processes that is started before the command is loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from support.running import alive, wait_for

from grader.sandbox import starting
from grader.sandbox.starting import Pair, end_ahead, start_ahead, take_pair

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a fork server")


@pytest.fixture(autouse=True)
def _end() -> Iterator[None]:
    yield
    end_ahead()


def end(pair: Pair) -> None:
    starting._ahead.append(pair)
    end_ahead()


def pids_of(pair: Pair) -> set[int]:
    return {process.pid for process in pair[:2] if process is not None}


def test_the_first_who_grades_gets_the_pair_that_was_started() -> None:
    """The next one gets another; each is ended with both processes."""
    start_ahead()
    (started,) = starting._ahead
    first, second = take_pair(sandboxed=True), take_pair(sandboxed=True)
    assert first is started
    assert len(pids_of(first) | pids_of(second)) == 4
    assert alive(pids_of(first) | pids_of(second)) == pids_of(first) | pids_of(second)
    for pair in (first, second):
        end(pair)
        assert not alive(pids_of(pair))


def test_without_a_sandbox_the_fork_server_is_ended() -> None:
    """The examiner is the one that was started."""
    start_ahead()
    (started,) = starting._ahead
    pair = take_pair(sandboxed=False)
    assert pair.examiner is started.examiner
    assert pair.fork_server is None
    assert started.fork_server is not None
    assert not alive({started.fork_server.pid})
    end(pair)


def test_what_nobody_took_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a mistyped option; and a start that fails is left to the one who grades."""
    start_ahead()
    (pair,) = starting._ahead
    end_ahead()
    wait_for(lambda: not alive(pids_of(pair)))
    assert starting._ahead == []

    def fail(*_: object, **_options: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(starting.subprocess, "Popen", fail)
    start_ahead()
    assert starting._ahead == []
    with pytest.raises(OSError, match="no more processes"):
        take_pair(sandboxed=True)


@pytest.mark.parametrize("arguments", [("submit", "--nonsense"), ("batch", "--jobs", "none")])
def test_a_mistyped_command_is_wrong_usage_as_ever(arguments: tuple[str, ...]) -> None:
    """With nothing else on the screen."""
    command = [sys.executable, "-m", "grader", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_local_time_is_the_same_on_all_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers may read the system's time zones, of which one is the machine's."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    command = [sys.executable, "-c", "import time; print(time.localtime(0).tm_hour)"]
    done = subprocess.run(
        command, env=starting.clean_environment(), capture_output=True, check=True
    )
    assert done.stdout.split() == [b"0"]
