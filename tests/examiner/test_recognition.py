"""What is wrong with a backward pass is recognised whatever its style and its order."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.from_file import load_file
from support.programs import make_program

SUITE = Path(__file__).resolve().parents[2] / "grader/suites/autodiff/test_autodiff.py"
EVERYTHING = "+ - * / ** exp relu".split()


AUTODIFF: Any = load_file("suite_of_values", SUITE)


class Value:
    """A Value in which every operation leaves a closure, and some are written wrongly."""

    overwriting = ""  # operations that assign where they should add
    deaf = ""  # operations that forget what comes back to them

    def __init__(self, data: float, parents: tuple[Value, ...] = (), made_by: str = "") -> None:
        self.data, self.grad, self.parents, self.made_by = data, 0.0, parents, made_by
        self.slopes: tuple[float, ...] = ()

    def make(self, sign: str, data: float, *pairs: tuple[Value, float]) -> Value:
        made = type(self)(data, tuple(parent for parent, _ in pairs), sign)
        made.slopes = tuple(slope for _, slope in pairs)
        return made

    def lift(self, other: Any) -> Value:
        return other if isinstance(other, Value) else type(self)(other)

    def __add__(self, other: Any) -> Value:
        other = self.lift(other)
        return self.make("+", self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other: Any) -> Value:
        return self + -1 * self.lift(other)

    def __mul__(self, other: Any) -> Value:
        other = self.lift(other)
        return self.make("*", self.data * other.data, (self, other.data), (other, self.data))

    def __rmul__(self, other: Any) -> Value:
        return self * other

    def __truediv__(self, other: Any) -> Value:
        return self * self.lift(other) ** -1

    def __pow__(self, n: float) -> Value:
        return self.make("**", self.data**n, (self, n * self.data ** (n - 1)))

    def exp(self) -> Value:
        return self.make("exp", math.exp(self.data), (self, math.exp(self.data)))

    def relu(self) -> Value:
        return self.make("relu", max(self.data, 0.0), (self, float(self.data > 0)))

    def pass_on(self) -> None:
        arrived = 1.0 if self.made_by in self.deaf.split() else self.grad
        for parent, slope in zip(self.parents, self.slopes, strict=True):
            kept = 0.0 if self.made_by in self.overwriting.split() else parent.grad
            parent.grad = kept + slope * arrived

    def order(self) -> list[Value]:
        found: list[Value] = []

        def visit(node: Value) -> None:
            if node not in found:
                for parent in node.parents:
                    visit(parent)
                found.append(node)

        visit(self)
        return found[::-1]

    def backward(self) -> None:
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0
        for node in self.order():
            node.pass_on()


class BreadthFirst(Value):
    """Visits nodes as they are discovered."""

    def order(self) -> list[Value]:
        found = [self]
        for node in found:
            found += [parent for parent in dict.fromkeys(node.parents) if parent not in found]
        return found


class FromTheLeaves(Value):
    """Forgets to turn the order round."""

    def order(self) -> list[Value]:
        return super().order()[::-1]


class EveryPath(Value):
    """Sweeps on from each node as often as it is reached."""

    def backward(self) -> None:
        for node in self.order():
            node.grad = 0.0
        self.grad = 1.0
        self.sweep()

    def sweep(self) -> None:
        self.pass_on()
        for parent in dict.fromkeys(self.parents):
            assert isinstance(parent, EveryPath)
            parent.sweep()


def variety(base: type[Value] = Value, **flaws: str) -> type[Value]:
    return type("Value", (base,), flaws)


def recognised(value: type[Value], *shows: str) -> str | None:
    found = AUTODIFF.read_small_graphs(types.SimpleNamespace(program=lambda _: make_program(value)))
    name: str | None = AUTODIFF.recognise(found, shows)
    return name


ALL = (*EVERYTHING, AUTODIFF.REUSED, AUTODIFF.SHARED)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (variety(), None),
        (variety(overwriting="+ * ** exp relu"), "F2-01"),
        (variety(overwriting="*"), "F2-01"),
        (variety(overwriting="+"), "F2-01"),
        (variety(BreadthFirst, overwriting="+ *"), "F2-01"),
        (BreadthFirst, "F2-04"),
        (EveryPath, "F2-X1"),
        (FromTheLeaves, "F2-X9"),
        (variety(deaf="**"), "F2-X8"),
        (variety(deaf="*"), "F2-X8"),
    ],
)
def test_a_flaw_is_named_in_any_style(value: type[Value], name: str | None) -> None:
    """Lost contributions, a wrong order, an upstream gradient forgotten: each has its name."""
    assert recognised(value, *ALL) == name


def test_nothing_is_named_that_the_graph_cannot_suffer_from() -> None:
    """Where every node is used once, nothing can be overwritten, and no order is wrong."""
    assert recognised(variety(overwriting="+ *"), "+", "*") is None
    assert recognised(BreadthFirst, "+", "*", AUTODIFF.REUSED) is None
    assert recognised(variety(deaf="exp"), "+", "*") is None
    assert recognised(variety(deaf="**"), "/") == "F2-X8"


def test_another_mistake_is_not_given_a_name() -> None:
    """Slopes that are wrong in themselves are neither order nor addition."""

    def backward(self: Value) -> None:
        for node in self.order():
            node.grad = 0.5

    broken: Callable[[Value], None] = backward
    assert recognised(type("Value", (Value,), {"backward": broken}), *ALL) is None
