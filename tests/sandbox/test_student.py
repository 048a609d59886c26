"""The proxy of a student's module: groups of calls, kept results, and replies that lie."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from grader.records import Course, Definition, Place, SourceFile
from grader.sandbox.allowance import Allowance
from grader.sandbox.calls import (
    NotImplementedYet,
    Raised,
    StudentError,
    TooCostly,
    WorkerEnded,
)
from grader.sandbox.launch import ProcessLauncher, RunningWorker
from grader.sandbox.module import Module
from grader.sandbox.processes import describe_exit, start
from grader.sandbox.protocol.forking import CRASHED, fork, reap
from grader.sandbox.protocol.frames import Stream, StreamClosed
from grader.sandbox.protocol.messages import Call, CallReply, ErrorReply, LoadReply, Request
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.values import Handle, Opaque, Seeded, SourceFunction
from grader.sandbox.student import Student

SOURCE = """
import os

import numpy as np

MADE = []


def double(x):
    MADE.append(x)
    print("doubling", x)
    return 2 * x


def half(x):
    MADE.append(x)
    if x < 0:
        raise ValueError("negative")
    return x / 2


def made():
    return MADE


def later():
    raise NotImplementedError


def leave(status):
    os._exit(status)


def abort():
    os.abort()


def large(n):
    return np.zeros(n)


def spin():
    while True:
        pass


class Negative(ValueError):
    pass


def refuse():
    raise Negative("no")


def long_double(x):
    return np.array([x, x], dtype=np.longdouble), np.longdouble(x)


class Value:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def times(self, other):
        return Value(self.data * getattr(other, "data", other))

    def read(self):
        return self.data

    def add(self, array):
        array += 1
        return array

    @property
    def broken(self):
        raise ArithmeticError("no such thing")


def value_of(pair):
    return pair[0].data


def is_same(a, b):
    return a is b
"""


@pytest.fixture(scope="module")
def launcher(course: Course) -> ProcessLauncher:
    return ProcessLauncher(course.limits, course.packages)


@pytest.fixture
def student(course: Course, launcher: ProcessLauncher) -> Iterator[Student]:
    """A student whose module is loaded in a worker."""
    asked = make_student(course, launcher)
    yield asked
    asked.close()


def make_student(course: Course, launcher: Any) -> Student:
    source = SourceFile("activations.py", SOURCE.encode())
    asked = Student(Module(course, course.exercise("activations"), source, ("double",), launcher))
    asked.begin("double", ("x",))
    return asked


def test_of_exercises_that_one_slow_file_answers_only_the_first_waits(
    course: Course, launcher: ProcessLauncher
) -> None:
    """The others execute only what is needed, at once."""
    allowance = Allowance(replace(course.limits, load_cpu_s=1.0))
    source = SourceFile("hw.py", b"def relu(z):\n    return z\nwhile True:\n    pass\n")
    states, counts = [], []
    for name in ("activations", "losses"):
        counting = Counting(launcher)
        student = Student(
            Module(course, course.exercise(name), source, ("relu",), counting, allowance)
        )
        states.append(student.state())
        student.close()
        counts.append(counting.count)
    assert [state.status for state in states] == ["graded", "graded"]
    assert counts == [2, 1]
    too_long = (
        "executing all of hw.py used more than 0.25 s of processor time; only what the functions"
    )
    assert [state.notes[-1][: len(too_long)] for state in states] == [too_long] * 2


@dataclass
class Counting:
    """A launcher that counts the workers."""

    launcher: Any
    count: int = 0

    def launch(self) -> Any:
        """Launch a worker."""
        self.count += 1
        return self.launcher.launch()


# Several calls in one message


def test_several_calls_in_one_message_give_their_results_in_order(student: Student) -> None:
    """Each is a call of its own, with what was noticed of it."""
    assert student.many("double", [(1,), (np.array([1.0, 2.0]),), ([3],)])[2] == [3, 3]
    assert [call.answered for call in student.calls] == [True, True, True]
    assert [call.printed for call in student.calls][::2] == ["doubling 1", "doubling [3]"]
    assert student.last is not None
    assert student.last.args == ([3],)
    assert student.many("double", []) == []


def test_results_of_a_group_are_those_of_single_calls(student: Student) -> None:
    """Nothing of one call reaches another."""
    questions = [(x,) for x in (1, 2.5, "ab", None, (1, 2), np.arange(3))]
    together = student.many("is_same", [(q, q) for (q,) in questions])
    assert together == [student.is_same(q, q) for (q,) in questions]


def test_a_failing_call_in_a_group_stops_the_rest(student: Student) -> None:
    """It raises, it is the last call, and those after it are not made."""
    with pytest.raises(Raised, match="ValueError: negative") as caught:
        student.many("half", [(4,), (-1,), (8,)])
    assert caught.value.place is not None
    assert [call.args for call in student.calls] == [(4,), (-1,)]
    assert student.last is not None
    assert student.last.raised == "ValueError"
    assert student.calls[0].value == 2.0
    assert student.made() == [4, -1]


def test_a_group_that_ends_the_worker_is_an_error_and_the_next_call_gets_another(
    student: Student,
) -> None:
    """The exit status is reported, and a fresh worker serves the rest."""
    with pytest.raises(WorkerEnded, match="it exited with status 3"):
        student.many("leave", [(3,), (4,)])
    assert student.many("double", [(1,), (2,)]) == [2, 4]


def test_a_name_that_is_not_there_stops_a_group(student: Student) -> None:
    """As it does alone."""
    with pytest.raises(NotImplementedYet, match="does not define `absent`"):
        student.many("absent", [(1,), (2,)])
    assert len(student.calls) == 1
    with pytest.raises(NotImplementedYet):
        student.many("later", [(), ()])


def test_results_that_together_are_too_large_are_refused(student: Student) -> None:
    """The limit is for the frame: each alone would fit in it."""
    assert len(student.large(300_000)) == 300_000
    with pytest.raises(Raised, match="more than can be looked at"):
        student.many("large", [(300_000,), (300_000,), (1,)])
    assert [call.answered for call in student.calls[1:]] == [True, False]


# Results that stay in the worker


def test_a_kept_result_is_named_by_its_handle_in_later_calls(student: Student) -> None:
    """As an argument, inside of one, and as the object whose method is called."""
    six = student.keep("Value", 6.0)
    assert isinstance(six, Handle)
    assert student.last is not None
    assert student.last.answered
    assert student.last.value is None
    assert student.call_on(six, "read") == 6.0
    twelve = student.keep("times", 2.0, on=six)
    square = student.keep("times", six, on=six)
    assert student.call_on(twelve, "read") == 12.0
    assert student.call_on(square, "read") == 36.0
    assert student.value_of((twelve, six)) == 12.0
    assert student.is_same(six, six)
    assert not student.is_same(six, twelve)
    assert len({six, twelve, square}) == 3


def test_a_kept_object_without_the_method_is_reported_as_missing(student: Student) -> None:
    """A method is looked up like a function."""
    value = student.keep("Value", 1.0)
    with pytest.raises(NotImplementedYet, match="backward"):
        student.call_on(value, "backward")
    with pytest.raises(NotImplementedYet, match="Absent"):
        student.keep("Absent")
    with pytest.raises(NotImplementedYet, match=r"^the class Value has no method `forward`$"):
        student.call_on(value, "forward")


def test_a_method_that_cannot_be_looked_up_is_an_exception_of_the_students(
    student: Student,
) -> None:
    """Looking up an attribute may execute the student's code."""
    value = student.keep("Value", 1.0)
    with pytest.raises(Raised, match="ArithmeticError: no such thing"):
        student.call_on(value, "broken")
    assert student.call_on(value, "read") == 1.0


def test_a_call_on_a_kept_object_reports_changed_arguments(student: Student) -> None:
    """As every call does."""
    value = student.keep("Value", 1.0)
    student.call_on(value, "add", np.zeros(2))
    assert student.last is not None
    assert student.last.modified_keys == ("0",)


def test_a_kept_result_that_fails_gives_no_handle(student: Student) -> None:
    """The exception is that of the call."""
    with pytest.raises(Raised, match="negative"):
        student.keep("half", -1)


def test_an_object_that_is_not_kept_does_not_cross(student: Student) -> None:
    """Only its type and a short text do."""
    assert isinstance(student.Value(1.0), Opaque)


# A worker that student code has taken over


Answer = Callable[[list[Request]], list[Any]]


class LyingWorker:
    """Launches workers that load every module and then reply as they like."""

    def __init__(self, answer: Answer, loaded: LoadReply | None = None) -> None:
        self._answer = answer
        self._loaded = loaded or LoadReply("loaded", ["double"])

    def launch(self) -> RunningWorker:
        ours, theirs = (end.detach() for end in socket.socketpair())
        serving = threading.Thread(target=self._serve, args=(Stream(theirs, theirs),))
        serving.start()
        stream = Stream(ours, ours)

        def end(_grace_s: float = 0.0) -> int:
            stream.close()
            serving.join()
            return -signal.SIGKILL

        return RunningWorker(stream, end)

    def reset(self) -> None:
        """Do nothing."""

    def _serve(self, stream: Stream) -> None:
        with contextlib.suppress(StreamClosed):
            stream.receive_message(list[Request])
            stream.send_message([self._loaded])
            while True:
                stream.send_message(self._answer(stream.receive_message(list[Request])))
        stream.close()


@pytest.fixture
def ask(course: Course) -> Iterator[Callable[[Answer], Student]]:
    """Return a student whose worker answers calls with a function of the test's."""
    asked: list[Student] = []

    def make(answer: Answer) -> Student:
        asked.append(make_student(course, LyingWorker(answer)))
        return asked[-1]

    yield make
    for one in asked:
        one.close()


def test_definitions_that_a_worker_reports_are_bounded(course: Course) -> None:
    """One function has one definition, which calls each function once, and not thousands."""
    calls = ("half", *["half"] * 20, *(f"f{number}\x1b" for number in range(10_000)))
    names = ("half", "double", "double")
    claimed = [Definition(name, "x" * 10_000, 1, 2, calls) for name in names]
    loaded = LoadReply("loaded", ["double", "half"], definitions=claimed)
    student = make_student(course, LyingWorker(list, loaded))
    try:
        found = student.state().definitions
    finally:
        student.close()
    assert [one.name for one in found] == ["double"]
    assert len(found[0].file) <= 100
    assert found[0].calls[:2] == ("half", "f0")
    assert len(found[0].calls) == len({*found[0].calls}) <= 100


RETURNED = CallReply("returned", pack(1.0))
FAILED = CallReply("raised", error=ErrorReply("ValueError", "no", line=2))


@pytest.mark.parametrize(
    "replies",
    [
        [],
        [RETURNED],
        [RETURNED] * 2,
        [RETURNED] * 4,
        [RETURNED] * 3 + [FAILED],
        [FAILED] * 4,
    ],
    ids=["none", "one", "too few", "too many", "one failed too many", "too many failed"],
)
def test_another_number_of_replies_than_requests_is_refused(
    replies: list[CallReply], ask: Callable[[Answer], Student]
) -> None:
    """Only where the last one failed, there may be fewer."""
    student = ask(lambda _requests: replies)
    with pytest.raises(WorkerEnded, match=r"could not be read: \d replies to 3 requests"):
        student.many("double", [(1,), (2,), (3,)])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_replies_are_read_where_the_last_one_failed(
    count: int, ask: Callable[[Answer], Student]
) -> None:
    """Its exception is raised, with the student's line."""
    student = ask(lambda _requests: [RETURNED] * (count - 1) + [FAILED])
    with pytest.raises(Raised, match="ValueError: no") as caught:
        student.many("double", [(1,), (2,), (3,)])
    assert caught.value.place == Place(0, 2)
    assert len(student.calls) == count


@pytest.mark.parametrize("state", ["raised", "missing", "too_large"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_failed_reply_never_becomes_a_result(
    state: Any, count: int, ask: Callable[[Answer], Student]
) -> None:
    """Also where it gives no reason and holds a value, alone and in a group."""
    student = ask(lambda _requests: [CallReply(state, pack(1.0), size=9)])
    with pytest.raises(StudentError):
        student.many("double", [(1,)] * count)
    with pytest.raises(StudentError):
        student.keep("double", 1)
    assert not any(call.answered for call in student.calls)


@pytest.mark.parametrize(
    "value",
    [Handle(1), [Handle(1)], {"a": (Handle(1),)}, Seeded(1), SourceFunction("f", "f = 1")],
    ids=repr,
)
def test_a_worker_cannot_make_the_trusted_side_build_what_it_names(
    value: Any, ask: Callable[[Answer], Student]
) -> None:
    """A handle, a generator or a source is not accepted from there, only sent there."""
    student = ask(lambda requests: [CallReply("returned", pack(value))] * len(requests))
    with pytest.raises(WorkerEnded, match=r"the answer could not be read: tag \d is not accepted"):
        student.double(1)
    with pytest.raises(WorkerEnded, match="is not accepted"):
        student.many("double", [(1,), (2,)])


def test_the_trusted_side_chooses_the_number_of_a_handle(
    ask: Callable[[Answer], Student],
) -> None:
    """What the worker sends back for a kept result is not looked at."""
    received: list[Request] = []

    def answer(requests: list[Request]) -> list[CallReply]:
        received.extend(requests)
        return [CallReply("returned", pack(Handle(99)))]

    student = ask(answer)
    assert [student.keep("double", 1), student.keep("double", 2)] == [Handle(1), Handle(2)]
    assert [request.keep for request in received if isinstance(request, Call)] == [1, 2]


@pytest.mark.parametrize(
    "reply",
    [
        {"state": "returned", "value": b"\xc1"},
        {"state": "returned", "value": b""},
        {"state": "won"},
        {"state": "returned", "modified": 5},
        {"state": "returned", "warned": [{}]},
        {"state": "raised", "error": {"type": "E", "text": "x", "line": -1}},
        "returned",
        None,
    ],
)
def test_a_reply_of_another_form_is_refused(reply: Any, ask: Callable[[Answer], Student]) -> None:
    """Every field has its type, and every value its form."""
    sent = {"type": "CallReply", **reply} if isinstance(reply, dict) else reply
    student = ask(lambda _requests: [msgspec.to_builtins(sent, builtin_types=(bytes,))])
    with pytest.raises(WorkerEnded, match="the answer could not be read"):
        student.double(1)


def test_a_reply_that_is_read_into_words_is_cleaned(ask: Callable[[Answer], Student]) -> None:
    """Texts of a worker are bounded, and command no terminal."""
    error = ErrorReply("E\x1b[31m" * 99, "::error::\n" * 999, code="\u202e" * 999, line=1)
    student = ask(lambda _requests: [CallReply("raised", error=error, printed="\x1b[2J" * 999)])
    with pytest.raises(Raised) as caught:
        student.double(1)
    assert len(str(caught.value)) < 600
    assert student.last is not None
    words = str(caught.value) + student.last.printed + student.last.raised
    assert not {"\x1b", "\u202e"} & set(words)
    assert "::error::" not in words


# How processes end


@pytest.mark.skipif(sys.platform == "win32", reason="has no signals")
def test_the_exit_code_of_a_worker_is_put_into_words(student: Student) -> None:
    """A status or a signal; the words are made where they are shown."""
    with pytest.raises(
        WorkerEnded, match="the call ended the whole process: it exited with status 9"
    ):
        student.leave(9)
    with pytest.raises(WorkerEnded, match="it crashed: an abort in compiled code"):
        student.abort()


@pytest.mark.skipif(sys.platform == "win32", reason="has no signals")
def test_ending_a_worker_returns_its_exit_code(course: Course) -> None:
    """Its own, where it exits by itself in time; otherwise minus the signal that ended it."""
    limits = (course.limits.memory_mib, course.limits.cpu_s, course.packages)
    assert start("grader.sandbox.worker.worker", limits).end(grace_s=60) == 0
    child = start("grader.sandbox.worker.worker", limits)
    child.kill()
    assert child.end(grace_s=60) == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
def test_a_fork_is_reaped_with_its_exit_code() -> None:
    """A status, minus a signal, or that of a fork whose body raised."""
    assert reap(fork(lambda: None)).code == 0
    assert reap(fork(lambda: os._exit(7)), grace_s=30).code == 7
    assert reap(fork(lambda: os.kill(os.getpid(), signal.SIGTERM))).code == -signal.SIGTERM
    assert reap(fork(lambda: os.kill(0, "no signal"))).code == CRASHED  # type: ignore[arg-type]
    assert reap(fork(signal.pause), grace_s=0.0).code == -signal.SIGKILL


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "it exited with status 0"),
        (70, "it exited with status 70"),
        (-signal.SIGSEGV, "it crashed: a segmentation fault"),
        (-34, "it crashed: signal 34"),
    ],
)
def test_exit_codes_have_words(code: int, words: str) -> None:
    """Also signals that have no name."""
    assert describe_exit(code) == words


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's time")
def test_a_call_that_uses_too_much_processor_time_is_stopped(student: Student) -> None:
    """Whatever the clock shows; the next call is answered by another worker."""
    student.begin("spin", (), call_limit_s=60.0, cpu_limit_s=0.2)
    with pytest.raises(TooCostly, match=r"more than 0.2 s of processor time"):
        student.spin()
    assert student.double(4) == 8
    assert student.last is not None
    assert student.last.cpu_s is not None
    student.begin("double", ("x",))
    student.double(4)
    assert student.last.cpu_s is None


def test_time_that_a_machine_is_busy_is_not_counted_against_a_function(
    course: Course, launcher: ProcessLauncher
) -> None:
    """A call whose processor time is limited leaves the time of the other calls as it was."""
    hurried = replace(course, limits=replace(course.limits, function_s=1e-9))
    student = make_student(hurried, launcher)
    student.begin("double", ("x",), cpu_limit_s=50.0)
    assert [student.double(2), student.double(3)] == [4, 6]
    student.close()


def test_an_exception_of_the_students_own_is_also_what_it_derives_from(student: Student) -> None:
    """A suite that asks for a ValueError accepts one."""
    with pytest.raises(Raised, match="Negative: no") as caught:
        student.refuse()
    assert caught.value.kinds == ("ValueError", "Exception", "BaseException")


def test_long_doubles_arrive_as_floats(student: Student) -> None:
    """They have more digits than are compared."""
    array, number = student.long_double(0.5)
    assert array.dtype == np.float64
    assert (array.tolist(), float(number)) == ([0.5, 0.5], 0.5)
