"""Which calls are made again: of kept objects as a whole, and none of other functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.examiner.comparable import choose_calls, digest_calls
from grader.examiner.replay import LATE, make_with
from grader.sandbox.calls import Call
from grader.sandbox.protocol.values import Handle, SourceFunction

PROBE = SourceFunction("probe", "def probe(module, x):\n    return module.f(module.parse(x))\n")


class Grows:
    """Its array is twice as large after each call."""

    def __init__(self, n: int) -> None:
        self.array = np.ones((1, n))

    def grow(self, _other: Any) -> Any:
        self.array = np.concatenate([self.array, self.array], axis=1)
        return self.array


def call(name: str = "f", *args: Any, **changes: Any) -> Call:
    made = Call(name, args, **{"answered": True, **changes})
    made.request("")
    return made


def numbers(calls: list[Call], known: set[str]) -> tuple[list[int], list[int], list[int]]:
    """Return the numbers of the calls that are chosen, left aside, and cannot be made again."""
    found = choose_calls(calls, "f", known)
    places = [[calls.index(c) + 1 for c in group] for group in (found.calls, found.aside)]
    return places[0], places[1], [number for number, _ in found.obstacles]


OBJECT = [call("make", keep=1), call("push", 2, on=Handle(1)), call("f", Handle(1))]


@pytest.mark.parametrize(
    ("calls", "known", "expected"),
    [
        ([call("f", 1), call("g", 2), call("f", 3)], set(), ([1, 3], [2], [])),
        ([call("f", 1), call("f", b"x" * 20_000)], set(), ([1], [], [2])),
        ([call("f", 1), call("f", 2, answered=False)], set(), ([1], [], [2])),
        ([call("f", 1), call("f", 2, answered=False, raised="E")], set(), ([1, 2], [], [])),
        (OBJECT, {"make"}, ([1, 2, 3], [], [])),
        # Without the object no call of the check shows what the mistake did to it.
        ([*OBJECT, call("f", 1)], set(), ([], [], [1, 2, 3])),
        ([call("f", Handle(1)), call("f", 1)], {"make"}, ([], [], [1])),
        ([OBJECT[0], call("push", b"x" * 20_000, on=Handle(1)), call("f", 1)], {"make"},
         ([], [], [2])),
        ([call("f", 1, probe=PROBE)], {"parse"}, ([1], [], [])),
        ([call("f", 1, probe=PROBE)], set(), ([], [], [1])),
    ],
)  # fmt: skip
def test_the_calls_that_are_made_again(
    calls: list[Call], known: set[str], expected: tuple[list[int], list[int], list[int]]
) -> None:
    """A check is compared as a whole where objects hold its calls together."""
    assert numbers(calls, known) == expected


def test_an_object_that_grew_is_not_worked_on() -> None:
    """One step of numpy's cannot be interrupted: its size is bounded before each call."""
    kept: dict[int, Any] = {1: np.ones((1, 2**11)), 2: np.ones((2**11, 1))}
    multiply = call("f", Handle(1), Handle(2))
    assert make_with(np.multiply, "f", multiply, kept).raised == LATE.raised
    assert not make_with(np.multiply, "f", multiply, {1: 2.0, 2: 3.0}).raised


def test_an_object_is_made_and_used_by_its_number() -> None:
    """A class of the misconception's in the place of the student's."""
    kept: dict[int, Any] = {}
    assert make_with(Grows, "f", call("f", 3, keep=5), kept).value is None
    grown = make_with(Grows, "f", call("grow", Handle(5), on=Handle(5)), kept)
    assert grown.value.shape == (1, 6)
    assert make_with(Grows, "f", call("shrink", on=Handle(5)), kept).raised == "AttributeError"
    assert make_with(Grows, "f", call("grow", 1, on=Handle(6)), kept).raised == "KeyError"


def test_a_digest_is_of_everything_that_is_passed() -> None:
    """Values, their types, keywords and names; nothing where nothing is passed."""
    made = [
        [call("f", 1)], [call("f", 1.0)], [call("g", 1)], [call("f", 1), call("f", 1)],
        [Call("f", (), {"x": 1})], [call("f", np.ones(2))],
        [call("f", 1, probe=PROBE)],
    ]  # fmt: skip
    digests = [digest_calls(calls) for calls in made]
    assert len(set(digests)) == len(made)
    assert digest_calls([call("f", np.ones(2))]) == digest_calls([call("f", np.ones(2))])
    assert digest_calls([call("f"), call("f")]) == digest_calls([]) == ""
