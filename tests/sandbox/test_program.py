"""Programs: operations on numbered objects do what the formula does, and formulas refuse."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.programs import make_program

from grader.sandbox.program import Formula, Program
from grader.sandbox.protocol.frames import decode_message, encode_message
from grader.sandbox.protocol.messages import Operate
from grader.sandbox.protocol.program import Ref, Step

OPERATORS = [operator.add, operator.sub, operator.mul]
Formulas = Callable[..., Any]


class Exact:
    """A number whose operations are exact, and whose attribute can be sent."""

    def __init__(self, value: float) -> None:
        self.value = Fraction(value)

    @property
    def text(self) -> str:
        return str(self.value)

    def of(self, value: Fraction) -> Exact:
        made = Exact(0)
        made.value = value
        return made

    def twice(self) -> Exact:
        return self.of(2 * self.value)


def _binary(name: str) -> Callable[[Exact, Any], Exact]:
    def operate(self: Exact, other: Any) -> Exact:
        value = other.value if isinstance(other, Exact) else Fraction(other)
        return self.of(getattr(self.value, name)(value))

    return operate


for _name in "add radd sub rsub mul rmul truediv rtruediv".split():
    setattr(Exact, f"__{_name}__", _binary(f"__{_name}__"))


def _leaf(number: int) -> Formulas:
    return lambda x: x * number if number % 2 else number - x


def _join(do: Formulas, left: Formulas, right: Formulas) -> Formulas:
    return lambda x: do(left(x), right(x))


# Formulas of one number: leaves are made of it and a small number, on either side.
FORMULAS = st.recursive(
    st.builds(_leaf, st.integers(-9, 9)),
    lambda inner: st.builds(_join, st.sampled_from(OPERATORS), inner, inner),
    max_leaves=8,
)


@given(FORMULAS, st.integers(-5, 5))
def test_a_program_does_what_its_formula_does(formula: Formulas, x: int) -> None:
    """On nodes as on the objects themselves, whatever is used twice or on the right."""
    program = make_program(Exact)
    assert program.read((formula(program.make(x)), "text")) == [formula(Exact(x)).text]


def test_reads_come_in_order_and_in_the_middle() -> None:
    """What `look` notes is read there; later operations do not change it."""
    program = make_program(Exact)
    x = program.make(3)
    program.look(x, "text")
    y = 1 - x / 2
    assert program.read((y, "text"), (y.twice(), "text")) == ["3", "-1/2", "-1"]
    assert program.read((y, "text")) == ["-1/2"]


def test_a_repeated_operation_is_one_request_more() -> None:
    """Doubling 40 times takes two steps, and leaves what was doubled alone."""
    sent: list[tuple[Step, ...]] = []
    local = make_program(Exact)

    def send(steps: tuple[Step, ...]) -> list[Any]:
        sent.append(steps)
        return local._send(steps)

    program = Program(send, local._number)
    x = program.make(3)
    y = program.repeat(x, lambda y: y + y, 40)
    assert program.read((y, "text"), (x, "text")) == [str(3 * 2**40), "3"]
    assert len(sent[0]) == 5
    assert program.read((program.repeat(x, lambda y: 2 * y, 1), "text")) == ["6"]
    assert all(step.times >= 1 for steps in sent for step in steps)


def test_numpys_numbers_cross_as_what_they_are() -> None:
    """A suite draws its numbers with numpy."""
    program = make_program(Exact)
    y = program.make(np.float64(1.5)) * np.int64(2)
    steps = program.take_steps()
    assert steps == (Step("new", (1.5,), 1), Step("*", (Ref(1), 2), 2))
    assert decode_message(encode_message(Operate(steps, "Exact")), Operate).steps == steps
    assert y.number == 2


HALF = Formula("Exact", ("value", 0.5), lambda x: x * 3)


def test_a_formula_takes_an_object_at_its_place() -> None:
    """Here as in the worker: what is no object, or elsewhere, is an exception of Python's."""
    assert HALF.call_here(Exact(0.5)).text == "3/2"
    for argument in (0.5, 0.5j, None, "x", [0.5]):
        with pytest.raises(TypeError, match="f takes a Exact"):
            HALF.call_here(argument)
    for place in (0.5 + 1e-9, 1e300, float("nan")):
        argument = Exact(0)
        argument.value = place  # type: ignore[assignment]
        with pytest.raises(ValueError, match="at another place than x"):
            HALF.call_here(argument)
