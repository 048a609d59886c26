"""Graders that share an examiner and a fork server."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from support.running import alive, family, wait_for

from grader.engine import Grader
from grader.errors import ExaminerError
from grader.records import Course, ScoreReport, SourceFile, Submission
from grader.report import build_report, to_json

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a fork server")

SLOW = """

_right = affine_forward


def affine_forward(X, W, b):
    import time
    time.sleep(0.02)
    return _right(X, W, b)
"""


@pytest.fixture
def pair(course: Course) -> Iterator[tuple[Grader, Grader]]:
    with Grader(course) as one, Grader(course, beside=one) as other:
        yield one, other


def submit(solution: Any, extra: str = "") -> Submission:
    return Submission("x", (SourceFile("forward.py", (solution("forward") + extra).encode()),))


def without_times(report: ScoreReport) -> Any:
    """Return the instructor's report without times."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k not in ("started_at", "duration_s")}
        return [strip(one) for one in value] if isinstance(value, list) else value

    return strip(msgspec.json.decode(to_json(build_report(report, "instructor"))))


def processes_of(*graders: Grader) -> set[int]:
    pids: set[int] = set()
    for grader in graders:
        session = grader.session
        if session is not None:
            server = session.processes.fork_server
            pids.add(session.processes.examiner.pid)
            pids |= {server.pid} if server is not None else set()
    return pids.union(*map(family, pids))


def test_two_at_once_get_the_reports_of_one_alone(
    pair: tuple[Grader, Grader], course: Course, solution: Any
) -> None:
    """The same processes, and nothing of one is seen by the other."""
    wrong = "\n\ndef affine_forward(X, W, b):\n    return X @ W - b\n"
    submissions = [submit(solution, SLOW), submit(solution, wrong)]
    with Grader(course) as alone:
        expected = [without_times(alone.grade(s, exercises=("forward",))) for s in submissions]
    one, other = pair
    assert one.session is not None
    assert other.session is not None
    assert one.session.processes is other.session.processes
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(one.grade, submissions[0], exercises=("forward",))
        # Each of these ends the workers that the one before may have left.
        quick = [other.grade(submissions[1], exercises=("forward",)) for _ in range(3)]
        assert without_times(slow.result()) == expected[0]
    assert [without_times(report) for report in quick] == [expected[1]] * 3


@pytest.mark.parametrize("first", [0, 1])
def test_one_that_is_closed_does_not_end_the_other(
    first: int, pair: tuple[Grader, Grader], solution: Any
) -> None:
    """The processes end with the last, also where it is not the one that started them."""
    closed, other = pair[first], pair[1 - first]
    pids = processes_of(other)
    closed.close()
    assert other.grade(submit(solution), exercises=("forward",)).score_c == 500
    assert processes_of(other) >= pids - {pid for pid in pids if not alive({pid})}
    other.close()
    wait_for(lambda: not alive(pids))


def test_one_that_is_closed_in_an_examination_ends_only_that(
    pair: tuple[Grader, Grader], solution: Any
) -> None:
    """Its worker ends, too, and the other's examination goes on."""
    one, other = pair
    endless = submit(solution, "\n\ndef affine_forward(X, W, b):\n    while True:\n        pass\n")
    other.collected_checks()
    assert other.session is not None
    began = threading.Event()

    def examine() -> None:
        with contextlib.suppress(ExaminerError):
            other.grade(endless, exercises=("forward",), begin=lambda _: began.set())

    before = processes_of(one)
    thread = threading.Thread(target=examine, daemon=True)
    thread.start()
    assert began.wait(60)
    wait_for(lambda: len(processes_of(one) - before) >= 2)
    gone = processes_of(one) - before
    with socket.socket(fileno=os.dup(other.session._stream.read_fd)) as stream:
        stream.shutdown(socket.SHUT_RDWR)  # as its end does; it is read in the other thread
    wait_for(lambda: not alive(gone))
    thread.join(60)
    assert one.grade(submit(solution), exercises=("forward",)).score_c == 500


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_whatever_is_killed_ends_in_an_error_and_never_in_a_score(
    seed: int, pair: tuple[Grader, Grader], solution: Any
) -> None:
    """Examiner, examination, fork servers, workers: at any moment; the next try starts afresh."""
    slow = submit(solution, SLOW)
    whole = without_times(pair[0].grade(slow, exercises=("forward",)))
    seen: set[int] = processes_of(*pair)
    done = threading.Event()
    chance = random.Random(seed)

    def kill() -> None:
        while not done.wait(chance.uniform(0.0, 0.4)):
            living = sorted(processes_of(*pair))
            seen.update(living)
            if living:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(living), signal.SIGKILL)

    def grade(grader: Grader) -> list[Any]:
        results: list[Any] = []
        until = time.monotonic() + 3.0
        while time.monotonic() < until:
            with contextlib.suppress(ExaminerError):
                results.append(without_times(grader.grade(slow, exercises=("forward",))))
        return results

    killer = threading.Thread(target=kill)
    killer.start()
    with ThreadPoolExecutor(2) as threads:
        found = [result for results in threads.map(grade, pair) for result in results]
    done.set()
    killer.join()
    assert all(result == whole for result in found)
    for grader in pair:
        # The last kill may have come after its last grading: then one more is an error.
        with contextlib.suppress(ExaminerError):
            grader.grade(slow, exercises=("forward",))
        assert without_times(grader.grade(slow, exercises=("forward",))) == whole
        grader.close()
    wait_for(lambda: not alive(seen))
