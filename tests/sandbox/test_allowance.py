"""The time of a submission, by an invented clock: what is stopped when, and what never is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import Limits, SourceFile
from grader.sandbox.activity import Activity
from grader.sandbox.allowance import Allowance, Limit
from grader.sandbox.calls import TooCostly, TookTooLong
from grader.sandbox.launch import RunningWorker
from grader.sandbox.meter import LOOK_S, Meter, Slept, WorkerHeld
from grader.sandbox.protocol.frames import StreamTimeout
from grader.sandbox.protocol.messages import Ended

LIMITS = Limits(
    call_s=10, call_cpu_s=1, load_s=20, load_cpu_s=4, function_s=10, memory_mib=1, cpu_s=300
)
FILE = SourceFile("hw.py", b"")


@dataclass
class Machine:
    """A clock, and a worker that answers after it has computed and waited for some seconds.

    Parameters
    ----------
    share : float
        The part of a processor that it gets.
    shows : bool
        Whether the system shows what a process does.
    """

    share: float = 1.0
    shows: bool = True
    confined: bool = True
    now_s: float = 100.0
    cpu_s: float = 0.0
    looks: int = 0

    def allowance(self, limits: Limits = LIMITS, submission_s: float = math.inf) -> Allowance:
        return Allowance(limits, self.now_s + submission_s, lambda: self.now_s)

    def call(
        self,
        allowance: Allowance,
        limit: Limit,
        computes_s: float = 0.0,
        *,
        idles_s: float = 0.0,
        state: Any = "waits",
    ) -> float | None:
        """Make a call that computes and is then idle; return what a check is told of its cost."""
        machine, began_s = self, self.cpu_s

        class Stream:
            left_s = idles_s

            def wait(self, timeout_s: float) -> bool:
                machine.looks += 1
                if machine.cpu_s - began_s < computes_s - 1e-9:
                    machine.now_s += timeout_s
                    machine.cpu_s += timeout_s * machine.share
                    return False
                machine.now_s += min(timeout_s, self.left_s)
                self.left_s -= timeout_s
                return self.left_s < 0

        stream: Any = Stream()

        def look() -> Activity | None:
            idle = self.cpu_s - began_s >= computes_s - 1e-9
            return Activity(self.cpu_s, state if idle else "computes") if self.shows else None

        known = (lambda: self.cpu_s) if self.shows else (lambda: None)
        worker = RunningWorker(stream, Ended, known, look, confined=self.confined)
        with Meter(allowance, worker, limit) as meter:
            meter.wait()
            return meter.finish()


def endless(machine: Machine, allowance: Allowance, make: Callable[[], Limit]) -> str:
    """Make a call that never ends, and return what is reported of it."""
    with pytest.raises(TookTooLong) as caught:
        machine.call(allowance, make(), math.inf)
    return str(caught.value)


# How much


def test_an_endless_function_costs_one_limit_and_not_one_a_check() -> None:
    """Its next call gets a sixteenth, and it is not called a third time."""
    machine = Machine()
    allowance = machine.allowance()
    reasons = [endless(machine, allowance, lambda: allowance.for_call("f")) for _ in range(5)]
    assert reasons == [
        "one call used more than 1 s of processor time",
        "one call used more than 0.0625 s of processor time, the limit after an earlier timeout",
        *["not called again: two of its calls took too long"] * 3,
    ]
    assert machine.cpu_s <= 1 + 1 / 16 + 3 * LOOK_S


@given(st.integers(1, 12), st.integers(1, 8), st.sampled_from([0.01, 0.3, 1.0]))
def test_an_endless_helper_costs_a_part_of_a_limit_for_each_further_function(
    functions: int, checks: int, share: float
) -> None:
    """However many checks each of them has, and however busy the machine is."""
    machine = Machine(share)
    allowance = machine.allowance()
    for number in range(functions):
        for _ in range(checks):
            endless(machine, allowance, lambda n=number: allowance.for_call(f"f{n}"))  # type: ignore[misc]
    assert machine.cpu_s <= 1 + 1 / 16 + 1 / 8 + (functions - 1) * 3 / 16 + LOOK_S * (2 + functions)


def test_an_endless_helper_of_six_functions_costs_two_limits() -> None:
    """And what it would have cost with 20 s for each function was 120 s."""
    machine = Machine()
    allowance = machine.allowance()
    for number in range(6):
        for _ in range(8):
            endless(machine, allowance, lambda n=number: allowance.for_call(f"f{n}"))  # type: ignore[misc]
    assert machine.cpu_s < 2.5


def test_without_processor_times_the_clock_decides_by_the_same_rule() -> None:
    """So on macOS and Windows: one limit, then a sixteenth, then nothing more."""
    machine = Machine(shows=False)
    allowance = machine.allowance()
    reasons = [endless(machine, allowance, lambda: allowance.for_call("f")) for _ in range(4)]
    assert reasons[:2] == [
        "one call took longer than 10 s",
        "one call took longer than 0.625 s, the limit after an earlier timeout",
    ]
    assert len(set(reasons[2:])) == 1
    assert machine.now_s - 100 < 12


# Fairness


@given(st.floats(0.001, 0.1), st.floats(0.001, 1.0), st.sets(st.sampled_from("abcdef"), max_size=6))
def test_right_work_is_never_stopped_however_busy_the_machine_and_whatever_hangs(
    computes_s: float, share: float, hanging: set[str]
) -> None:
    """A call that needs less than an eighth of the limit is answered."""
    machine = Machine(share)
    allowance = machine.allowance()
    for name in sorted(hanging):
        for _ in range(3):
            endless(machine, allowance, lambda n=name: allowance.for_call(n))  # type: ignore[misc]
    machine.call(allowance, allowance.for_call("right"), computes_s)


def test_a_function_that_hangs_for_one_argument_is_still_called_with_others() -> None:
    """As long as it hangs once only, and as often as it is asked."""
    machine = Machine()
    allowance = machine.allowance()
    endless(machine, allowance, lambda: allowance.for_call("f"))
    for _ in range(20):
        machine.call(allowance, allowance.for_call("f"), 0.04)


def test_what_gets_no_processor_is_waited_for() -> None:
    """It computes nothing for an hour, and does not wait for anything else either."""
    machine = Machine(share=1e-5)
    allowance = machine.allowance()
    machine.call(allowance, allowance.for_call("f"), 0.04)
    assert machine.now_s > 3600


def test_a_call_that_only_waits_is_stopped_though_it_uses_no_processor_time() -> None:
    """After twice the limit of processor time; a short sleep is allowed."""
    machine = Machine()
    allowance = machine.allowance()
    machine.call(allowance, allowance.for_call("f"), idles_s=1.5)
    with pytest.raises(Slept, match=r"^one call did nothing for more than 2 s$"):
        machine.call(allowance, allowance.for_call("f"), idles_s=math.inf)
    with pytest.raises(Slept, match=r"more than 0\.125 s, the limit after an earlier timeout"):
        machine.call(allowance, allowance.for_call("f"), idles_s=math.inf)


def test_a_worker_that_the_machine_holds_is_no_fault_of_the_students() -> None:
    """Unless nothing keeps its code from stopping itself: then it is a timeout."""
    machine = Machine()
    allowance = machine.allowance()
    with pytest.raises(WorkerHeld):
        machine.call(allowance, allowance.for_call("f"), idles_s=math.inf, state="held")
    assert machine.now_s - 100 >= 10
    assert allowance.for_call("f").share == 1
    machine.confined = False
    with pytest.raises(TookTooLong, match="one call took longer than 10 s"):
        machine.call(allowance, allowance.for_call("f"), idles_s=math.inf, state="held")
    assert allowance.for_call("f").share < 1


def test_a_call_that_is_answered_at_once_is_not_looked_at() -> None:
    """Measuring costs one question whether the answer is there."""
    machine = Machine()
    allowance = machine.allowance()
    machine.call(allowance, allowance.for_call("f"))
    assert (machine.looks, machine.now_s) == (1, 100.0)


# Several limits


def test_a_check_has_limits_of_its_own() -> None:
    """Of the clock, which then are those of the processor, or of the processor alone."""
    allowance = Machine().allowance()
    plain, slow = allowance.for_call("f"), allowance.for_call("f", 40.0)
    assert (plain.cpu_s, plain.wait_s, plain.wall_s) == (1, 2, 10)
    assert (slow.cpu_s, slow.wait_s, slow.wall_s) == (40, 40, 40)
    costs = allowance.for_call("f", 100.0, 5.0)
    assert (costs.cpu_s, costs.wait_s, costs.wall_s, costs.left_s) == (5, 10, 100, math.inf)


def test_a_course_without_limits_of_processor_time_has_those_of_the_clock() -> None:
    """So that a manifest needs no more than before."""
    limits = Limits(call_s=7, load_s=8, function_s=20, memory_mib=1, cpu_s=300)
    allowance = Machine().allowance(limits)
    assert (allowance.for_call("f").cpu_s, allowance.for_call("f").wait_s) == (7, 7)
    assert allowance.for_import(FILE, whole=False).cpu_s == 8


def test_what_a_check_asks_about_the_cost_lowers_no_limit() -> None:
    """Gradients by differences are too costly, and the other checks count as before."""
    machine = Machine()
    allowance = machine.allowance()
    with pytest.raises(TooCostly, match="one call used more than 5 s of processor time"):
        machine.call(allowance, allowance.for_call("f", 100.0, 5.0), 100.0)
    assert allowance.for_call("f").share == 1
    assert machine.call(allowance, allowance.for_call("f", 100.0, 5.0), 0.5) == pytest.approx(0.5)


def test_a_cost_that_a_lower_limit_stops_is_a_timeout() -> None:
    """The check would claim that the full limit was used."""
    machine = Machine()
    allowance = machine.allowance()
    endless(machine, allowance, lambda: allowance.for_call("f"))
    with pytest.raises(TookTooLong) as caught:
        machine.call(allowance, allowance.for_call("f", 100.0, 5.0), 100.0)
    assert not isinstance(caught.value, TooCostly)


def test_slow_answers_use_up_the_time_of_their_function() -> None:
    """Each is below the limit of one call; other functions have their own time."""
    machine = Machine()
    allowance = machine.allowance()
    together = "all calls of f together took longer than 10 s"
    for _ in range(11):
        machine.call(allowance, allowance.for_call("f"), 0.95)
    with pytest.raises(TookTooLong, match=rf"^no answer: {together}$"):
        machine.call(allowance, allowance.for_call("f"), 1.0)
    with pytest.raises(TookTooLong, match=rf"^not called again: {together}$"):
        allowance.for_call("f")
    assert allowance.for_call("g").left_s == 10


def test_the_whole_submission_has_its_time() -> None:
    """During a call, before the next one, and before an import."""
    machine = Machine(share=0.001)
    allowance = machine.allowance(submission_s=5.0)
    with pytest.raises(TookTooLong, match="no answer: the whole submission took longer than 180 s"):
        machine.call(allowance, allowance.for_call("f"), 0.9)
    for make in (
        lambda: allowance.for_call("g"),
        lambda: allowance.for_import(FILE, whole=True),
        lambda: allowance.for_import(FILE, whole=False),
    ):
        with pytest.raises(TookTooLong, match=r"^the whole submission took longer than 180 s$"):
            make()


def test_a_worker_that_does_not_take_what_is_sent_is_stopped_alike() -> None:
    """It is a timeout like others."""
    machine = Machine()
    allowance = machine.allowance()
    limit = allowance.for_call("f")
    worker = RunningWorker(stream=None, end=Ended)  # type: ignore[arg-type]
    with (
        pytest.raises(TookTooLong, match="one call took longer than 10 s"),
        Meter(allowance, worker, limit),
    ):
        raise StreamTimeout
    assert allowance.for_call("f").share < 1


# Imports


def test_a_file_that_hangs_costs_one_import_and_the_calls_keep_their_limits() -> None:
    """As a whole a quarter of the limit; what is needed all of it, and a sixteenth once more."""
    machine = Machine()
    allowance = machine.allowance()
    whole = endless(machine, allowance, lambda: allowance.for_import(FILE, whole=True))
    assert whole == "executing all of hw.py used more than 1 s of processor time"
    reasons = [
        endless(machine, allowance, lambda: allowance.for_import(FILE, whole=False))
        for _ in range(4)
    ]
    assert reasons == [
        "importing it used more than 4 s of processor time",
        "importing it used more than 0.25 s of processor time, the limit after an earlier timeout",
        *["importing it took too long twice"] * 2,
    ]
    assert allowance.for_call("f").share == 1


def test_other_files_are_imported_though_one_hangs() -> None:
    """As a whole with a quarter of the time, and what is needed with all of it."""
    machine = Machine()
    allowance = machine.allowance()
    endless(machine, allowance, lambda: allowance.for_import(FILE, whole=True))
    other = SourceFile("other.py", b"")
    assert allowance.for_import(other, whole=True).cpu_s == 0.25
    assert allowance.for_import(other, whole=False).cpu_s == 4
