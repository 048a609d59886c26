"""Helpers: the answers of one process from many, in order, and an end in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.answering import answer
from support.running import alive, assert_one_line, family, wait_for

from grader.errors import SandboxError
from grader.sandbox import helpers
from grader.sandbox.helpers import Helpers

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.support.answering"
# Short and long ones: no pipe takes the longest at once, in either direction.
REQUESTS = [b"%d " % n * (1 if n % 3 else 50_000) for n in range(40)]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    before = family(os.getpid())
    yield
    assert family(os.getpid()) == before


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_answers_are_those_of_one_process_in_the_order_of_the_requests(count: int) -> None:
    """However many helpers there are."""
    with Helpers(MODULE, count) as some:
        assert list(some.answer_all(REQUESTS)) == [answer(request) for request in REQUESTS]
        assert list(some.answer_all([b"again"])) == [b"againagain"]


def test_one_helper_alone_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor any where forks are not to be had: this process answers."""
    before = family(os.getpid())
    with Helpers(MODULE, 1) as one:
        assert list(one.answer_all([b"ab"])) == [b"abab"]
        assert family(os.getpid()) == before
    monkeypatch.setattr(helpers, "can_fork", lambda: False)
    with Helpers(MODULE, 3) as none:
        assert list(none.answer_all([b"ab"])) == [b"abab"]
        assert family(os.getpid()) == before


def test_requests_are_taken_when_they_are_needed() -> None:
    """A class of any size takes the same memory."""
    taken = []

    def requests() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b"%d" % number

    with Helpers(MODULE, 2) as some:
        for done, _ in enumerate(some.answer_all(requests()), 1):
            assert len(taken) <= done + 8


def test_a_slow_answer_does_not_let_the_others_run_ahead_for_ever() -> None:
    """What is there before its turn waits in memory, so it is little."""
    taken = []

    def requests() -> Iterator[bytes]:
        for number in range(100):
            taken.append(number)
            yield b"0.3 slow" if number == 0 else b"quick"

    with Helpers(MODULE, 2) as some:
        answers = some.answer_all(requests())
        assert next(answers) == b"0.3 slow"
        assert len(taken) <= 9


def test_a_helper_that_is_killed_is_replaced(tmp_path: Path) -> None:
    """Its request is answered by the next one; twice is an error in one line."""
    once = b"killed " + os.fsencode(tmp_path / "once")
    with Helpers(MODULE, 2) as some:
        assert list(some.answer_all([b"a", once, b"b"])) == [b"aa", once * 2, b"bb"]
        with pytest.raises(SandboxError, match="killed from outside twice") as raised:
            list(some.answer_all([b"a", b"killed", b"b"]))
    assert_one_line(f"{raised.value}\n")


def test_helpers_that_are_killed_while_they_wait_are_replaced() -> None:
    """All of them: no request is lost, and none is thought to be the cause."""
    before = family(os.getpid())
    with Helpers(MODULE, 2) as some:
        assert list(some.answer_all([b"a", b"b"])) == [b"aa", b"bb"]
        waiting = family(os.getpid()) - before
        assert len(waiting) == 2
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not alive(waiting))
        assert list(some.answer_all([b"c", b"d"])) == [b"cc", b"dd"]


def test_what_an_answer_raises_is_raised_in_its_turn() -> None:
    """After the answers before it, as in one process."""
    with Helpers(MODULE, 3) as some:
        answers = some.answer_all([b"0.2 slow", b"raise", b"a"])
        assert next(answers) == b"0.2 slow"
        with pytest.raises(ValueError, match="raise"):
            next(answers)


def test_an_answer_that_takes_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The helper is killed if it does not end by itself."""
    monkeypatch.setattr(helpers, "_WALL_S", 0.2)
    monkeypatch.setattr(helpers, "_GRACE_S", 0.1)
    with Helpers(MODULE, 2) as some, pytest.raises(SandboxError, match=r"longer than 0\.2 s"):
        list(some.answer_all([b"a", b"sleep"]))


def test_what_is_being_done_is_done_to_its_end(tmp_path: Path) -> None:
    """Who leaves early waits for that, so no file is half written."""
    marker = tmp_path / "marker"
    with Helpers(MODULE, 2) as some:
        answers = some.answer_all([b"a", b"0.3 slow " + os.fsencode(marker), b"b"])
        assert next(answers) == b"aa"
        wait_for(lambda: marker.with_suffix(".begun").exists())
    assert marker.exists()


def test_a_helper_keeps_none_of_the_parents_descriptors() -> None:
    """Not those of other helpers, which would never see that the parent has gone."""
    with Helpers(MODULE, 3) as some:
        for kept in some.answer_all([b"descriptors"] * 9):
            assert len(kept.split()) <= 5
