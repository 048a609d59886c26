"""Diagnosis: what is named, what is not, and that it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.engine import Grader
from grader.examiner.checks import CollectedCheck, Signature
from grader.examiner.diagnosis import diagnose
from grader.examiner.evidence import CheckRun, TimeBudget
from grader.examiner.feedback import describe_failure
from grader.examiner.hints import HINTS
from grader.examiner.likeness import alike
from grader.records import Check, Outcome, ScoreReport, SourceFile, Submission
from grader.sandbox.calls import Call, Raised, TooCostly, TookTooLong
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.unpacking import unpack
from grader.sandbox.protocol.values import Handle, Opaque
from grader.testing.catalogue import Entry
from grader.testing.draws import Draws

Z = np.array([0.5, -1.5, 2.0])


def entry(identity: str, implementation: Callable[..., Any]) -> Entry:
    return Entry(identity, "activations", "f", f"hint of {identity}", True, implementation, "")


def seen(
    name: str, function: Callable[..., Any], *arguments: Any, observation: str = "values"
) -> CheckRun:
    """Return the run of a check that a student's function failed."""
    calls = []
    for argument in arguments:
        packed = pack(argument)
        passed = unpack(packed)
        value = unpack(pack(function(passed)))
        keys = ("0",) if pack(passed) != packed else ()
        calls.append(
            Call("f", (argument,), packed_args=[packed], value=value, answered=True,
                 modified_keys=keys, left={key: pack(passed) for key in keys})
        )  # fmt: skip
    return CheckRun(Outcome(name, "failed", observation=observation), tuple(calls))


DOUBLE = entry("D", lambda z: 2 * z)
ABSOLUTE = entry("A", lambda z: 2 * np.abs(z))


def named(runs: list[CheckRun], *entries: Entry) -> dict[str, str]:
    found = diagnose(runs, entries).items()
    return {check: "+".join(entry.id for entry in mistakes) for check, mistakes in found}


def test_the_one_that_did_the_same_is_named() -> None:
    """Same values on the same arguments."""
    assert named([seen("a", lambda z: 2 * z, Z)], ABSOLUTE, DOUBLE) == {"a": "D"}


@pytest.mark.parametrize("length", [10, 2000])
@pytest.mark.parametrize("as_lists", [False, True])
def test_arguments_that_would_broadcast_to_millions_are_left_alone(
    length: int, as_lists: bool
) -> None:
    """A state that a student returned comes back as an argument."""
    state = {"m": np.zeros((length, 1), np.int8), "v": [np.zeros((1, length), np.int8)]}
    if as_lists:
        state = {"m": state["m"].tolist(), "v": state["v"][0].tolist()}
    check = seen("a", lambda _: 0.0, state)
    assert named([check], entry("O", lambda _: 0.0)) == ({"a": "O"} if length < 1000 else {})


def test_nothing_is_named_once_the_time_budget_is_spent() -> None:
    """A submission cannot keep the examiner busy with its misconceptions."""
    check = seen("a", lambda z: 2 * z, Z)
    assert diagnose([check], [ABSOLUTE, DOUBLE], TimeBudget()) == {"a": (DOUBLE,)}
    assert diagnose([check], [ABSOLUTE, DOUBLE], TimeBudget(-1.0)) == {}


def test_nothing_is_named_where_nothing_fits() -> None:
    """An unknown mistake keeps its observation alone."""
    assert named([seen("a", lambda z: 3 * z, Z)], ABSOLUTE, DOUBLE) == {}


def test_other_checks_decide_between_two_that_fit() -> None:
    """On positive numbers both did the same; the rest of the function tells them apart."""
    checks = [seen("a", lambda z: 2 * z, np.abs(Z)), seen("b", lambda z: 2 * z, Z)]
    assert named(checks, ABSOLUTE, DOUBLE) == {"a": "D", "b": "D"}


def test_a_mistake_that_remembers_earlier_calls_is_made_in_their_order() -> None:
    """The check that passed came first, and is where it began to remember."""

    def remembering() -> Callable[[Any], Any]:
        seen_before: list[Any] = []

        def function(z: Any) -> Any:
            seen_before.append(z)
            return z - seen_before[0]

        return function

    students = remembering()
    first, second = seen("a", students, 0 * Z), seen("b", students, Z)
    passed = replace(first, outcome=Outcome("a", "passed"))
    remembers = entry("R", remembering())
    assert named([passed, second], remembers) == {"b": "R"}


def test_every_call_of_a_check_must_fit() -> None:
    """One call that differs speaks against it."""
    check = seen("a", lambda z: 2 * z, np.abs(Z), Z)
    assert named([check], ABSOLUTE) == {}


def test_a_changed_argument_is_named_by_what_changes_it() -> None:
    """For purity the values alone do not decide."""

    def in_place(z: Any) -> Any:
        z *= 2
        return z

    check = seen("a", in_place, Z, observation="modified")
    assert named([check], DOUBLE, entry("P", in_place)) == {"a": "P"}


def test_a_change_is_not_named_by_what_changes_an_argument_otherwise() -> None:
    """Sorting the caller's list and emptying it are two mistakes."""

    def sorting(texts: list[str]) -> int:
        texts.sort()
        return len(texts)

    def emptying(texts: list[str]) -> int:
        count = len(texts)
        texts.clear()
        return count

    check = seen("a", sorting, ["b", "a"], observation="modified")
    assert named([check], entry("E", emptying)) == {}
    assert named([check], entry("E", emptying), entry("S", sorting)) == {"a": "S"}


@pytest.mark.parametrize("left", [b"", b"\xc1", b"\x93"])
def test_what_a_worker_forges_as_a_changed_argument_is_named_by_nothing(left: bytes) -> None:
    """It is read like any other value of a worker's, and never a fault of the grader's."""
    check = seen("a", lambda texts: texts.sort(), ["b", "a"], observation="modified")
    (call,) = check.calls
    call.left = {"0": left}
    assert named([check], entry("S", lambda texts: texts.sort())) == {}


def test_a_misconception_that_never_ends_is_given_up() -> None:
    """The examiner must not hang in a wrong implementation of its own."""

    def endless(z: Any) -> Any:
        while z is not None:
            pass

    assert named([seen("a", lambda z: 2 * z, Z)], entry("E", endless), DOUBLE) == {"a": "D"}


def test_a_busy_machine_changes_no_name() -> None:
    """How long a call took on the wall says nothing of what was done."""
    check = seen("a", lambda z: 2 * z, Z)
    slow = tuple(replace(call, duration_s=8.0) for call in check.calls)
    assert named([replace(check, calls=slow)], ABSOLUTE, DOUBLE) == {"a": "D"}


def test_a_call_that_gave_nothing_speaks_neither_for_nor_against() -> None:
    """It was cut short, or ended its process; the other calls decide."""
    call = Call("f", (Z,), packed_args=[pack(Z)])
    cut_short = CheckRun(Outcome("late", "timeout"), (call,))
    check = seen("a", lambda z: 2 * z, Z)
    assert named([cut_short, check], ABSOLUTE, DOUBLE) == {"a": "D"}


@pytest.mark.parametrize(
    "changes",
    [
        {"on": Handle(1)},
        {"keep": 1},
        {"args": (Handle(1),)},
        {"args": ([(Handle(1),)],)},
        {"kwargs": {"z": {"a": Handle(1)}}},
    ],
)
def test_a_call_with_what_stayed_in_the_worker_speaks_neither_for_nor_against(
    changes: dict[str, Any],
) -> None:
    """It cannot be made again here; the other calls decide."""
    call = Call("f", **{"args": (Z,), **changes}, answered=True)
    call.request("f")
    kept = CheckRun(Outcome("kept", "failed", observation="values"), (call,))
    run = seen("a", lambda z: 2 * z, Z)
    assert named([kept, run], ABSOLUTE, DOUBLE) == {"a": "D"}


def test_what_went_on_does_not_explain_an_overflow() -> None:
    """Where the student's numbers overflowed, only what overflows as well is named."""

    def overflow(z: Any) -> Any:
        return np.where(z > 1, np.inf, 2 * z)

    large = seen("a", overflow, np.array([0.5, 2.0]), observation="not_finite")
    usual = seen("b", overflow, np.array([0.25, 0.5]))
    assert named([large, usual], DOUBLE) == {"b": "D"}
    assert named([large, usual], entry("O", overflow)) == {"a": "O", "b": "O"}


def test_the_misconception_that_the_suite_recognised_is_kept() -> None:
    """A check may name a misconception itself, where values cannot show it."""
    check = seen("a", lambda z: 3 * z, Z, observation="D")
    assert named([check], ABSOLUTE, DOUBLE) == {"a": "D"}


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Z, Z.copy(), True),
        (Z, Z.tolist(), True),
        (Z, Z.astype(np.float32), True),
        (Z, Z + 1e-5, False),
        (Z, Z[None, :], False),
        ((Z, 1.0), [Z, 1.0], True),
        ({"w": Z}, {"w": Z, "b": Z}, False),
        ({"w": Z}, {"w": Z}, True),
        (np.full(3, np.nan), np.full(3, np.nan), True),
        (None, None, True),
        (None, 0.0, False),
        ("a", "a", True),
        ([1, [2, 3]], [1, [2, 3]], True),
        ([1, [2, 3]], [1, [2]], False),
        (Opaque("A", "x"), Opaque("A", "x"), False),
        (1, True, True),
    ],
)
def test_answers_are_compared_by_their_values(a: Any, b: Any, same: bool) -> None:
    """Lists are tuples, float32 is rounded, shapes and keys count; unknown things never."""
    assert alike(a, b) is same


@pytest.mark.parametrize("special", [0.0, 1.0, 1 + 1e-7, np.inf, -np.inf, np.nan, 1e-10, 2.0])
def test_numbers_are_compared_as_numpy_does(special: float) -> None:
    """Infinities and NaN included, wherever they are."""
    values = [0.0, 1.0, 1 + 1e-7, -1.0, np.inf, -np.inf, np.nan, 1e-10, 1e300, 2.0]
    for a, b, c in itertools.product(values, repeat=3):
        first, second = np.array([special, a]), np.array([b, c])
        expected = np.allclose(first, second, rtol=1e-6, atol=1e-9, equal_nan=True)
        assert alike(first, second) == expected, (first, second)


def test_a_student_reads_the_hint(grade: Callable[..., ScoreReport]) -> None:
    """From a wrong function to a named misconception, end to end."""
    source = (
        "import numpy as np\n\n\ndef sigmoid_prime(z):\n"
        "    a = 1 / (1 + np.exp(-np.asarray(z, dtype=float)))\n    return -a * (1 - a)\n"
    )
    (first, *_) = [s for s in grade(activations=source).checks() if "_prime/v" in s.check.id]
    assert first.outcome.observation == "sign"
    assert first.outcome.misconception == "A2-05"
    assert "sigmoid rises everywhere" in first.outcome.hint
    assert "opposite sign in every entry" in first.outcome.feedback.wrong


BEGINNERS = """
import math


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_prime(z):
    while True:
        pass


def tanh_prime(z):
    return 1 - np.tanh(z) ** 2


def relu(z):
    return max(0, z)


def relu_prime(z):
    if z > 0:
        return 1
    return 0


def gelu_prime(z):
    raise TypeError("only mine")
"""


def test_what_beginners_meet_first_has_a_hint(impatient_grader: Grader) -> None:
    """A number wanted, a truth of many, an unknown name, a hang: each is asked about."""
    source = SourceFile("activations.py", BEGINNERS.encode())
    report = impatient_grader.grade(Submission("test", (source,)), "public", ("activations",))
    seen = {
        scored.check.function: scored.outcome
        for scored in report.checks()
        if scored.check.id.endswith("/values")
    }
    observed = {
        "sigmoid": "one_number",
        "sigmoid_prime": "timeout",
        "tanh_prime": "unknown_name",
        "relu": "truth_of_array",
        "relu_prime": "truth_of_array",
        "gelu_prime": None,
    }
    assert {function: seen[function].observation for function in observed} == observed
    # Code for single numbers is a mistake that the catalogue has.
    named = {function for function in observed if seen[function].misconception}
    assert named == {"sigmoid", "relu", "relu_prime"}
    for function in named:
        assert seen[function].what == "only a single number is taken, not an array"
    for function in ("sigmoid_prime", "tanh_prime"):
        assert seen[function].hint == HINTS[observed[function] or ""]
    assert seen["gelu_prime"].hint == ""


@pytest.mark.parametrize(
    ("raised", "text", "observed"),
    [
        ("TypeError", "only 0-dimensional arrays can be converted to Python scalars", "one_number"),
        ("TypeError", "only length-1 arrays can be converted to Python scalars", "one_number"),
        ("ValueError", "only length-1 arrays can be converted to Python scalars", None),
        ("ValueError", "cannot access local variable 'a'", None),
        ("MyError", "name 'np' is not defined", None),
    ],
)
def test_an_exception_is_known_by_its_type_and_its_text(
    raised: str, text: str, observed: str | None
) -> None:
    """Of several versions of numpy; nothing else is taken for it, and no text is copied."""
    call = Call("f", raised=raised, raised_text=text)
    check = Check("a/f/values", "a", "f", "Right", 100, "visible", "value")
    collected = CollectedCheck(check, Signature("f", (), "f()"), None)
    outcome = describe_failure(
        Raised(f"{raised}: {text}"), collected, call, Draws(1), {"f": "a.py"}
    )
    assert (outcome.observation, outcome.hint) == (observed, HINTS.get(observed or "", ""))
    assert outcome.feedback.raised == f"{raised}: {text}"


@pytest.mark.parametrize("error", [TookTooLong, TooCostly])
def test_a_limit_of_time_that_a_suite_does_not_catch_is_an_outcome(error: Any) -> None:
    """On the clock, or of the processor: both are reported under the same label."""
    check = Check("a/f/values", "a", "f", "Right", 100, "visible", "value")
    collected = CollectedCheck(check, Signature("f", (), "f()"), None)
    outcome = describe_failure(error("too much"), collected, Call("f"), Draws(1), {"f": "a.py"})
    assert (outcome.outcome, outcome.observation) == ("timeout", "timeout")
    assert outcome.feedback.waited == "too much"


def test_a_named_misconception_comes_before_what_beginners_meet() -> None:
    """What raises just as a known mistake does is named as that mistake."""

    def undecided(z: Any) -> Any:
        return max(0, z)

    text = ""
    try:
        undecided(np.arange(3.0))
    except ValueError as error:
        text = str(error)
    z = np.arange(3.0)
    call = Call("f", (z,), packed_args=[pack(z)], raised="ValueError", raised_text=text)
    run = CheckRun(Outcome("a/f/values", "error", observation="truth_of_array"), (call,))
    assert named([run], entry("undecided", undecided)) == {"a/f/values": "undecided"}
