"""Programs on a student's objects, held on the trusted side.

A suite writes a formula as an ordinary function. Run on a `Node` it records operations,
which are sent in groups, as steps on numbered objects. Nothing of a suite's runs in the
worker, and what it is asked next may depend on what it answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from grader.sandbox.protocol.program import Operand, Ref, Step

Number = int | float
Send = Callable[[tuple[Step, ...]], list[Any]]


class Refused(Exception):
    """A formula was called with what it does not take.

    Parameters
    ----------
    kind : str
        The exception that the student's code gets.
    """

    def __init__(self, kind: Literal["TypeError", "ValueError"], text: str) -> None:
        super().__init__(text)
        self.kind: Literal["TypeError", "ValueError"] = kind


class Program:
    """Operations on objects of one class of the student's.

    Parameters
    ----------
    send : callable
        Sends steps, and returns what they read.
    number : callable
        Returns a number under which nothing was kept yet.
    """

    def __init__(self, send: Send, number: Callable[[], int]) -> None:
        self._send = send
        self._number = number
        self._steps: list[Step] = []

    def make(self, *numbers: Number) -> Node:
        """Make a new object from numbers."""
        return self.record("new", *numbers)

    def repeat(self, node: Node, operation: Callable[[Node], Node], times: int) -> Node:
        """Return the result of one operation that is repeated on its own result.

        Parameters
        ----------
        operation : callable
            ``y * 2.0`` or ``y + y`` of a node y: exactly one operation.
        """
        result = operation(node)
        first = self._steps[-1]
        own = tuple(
            Ref(result.number) if operand == Ref(node.number) else operand
            for operand in first.operands
        )
        if times > 1:
            self._steps.append(Step(first.do, own, result.number, times - 1))
        return result

    def look(self, node: Node, name: str) -> None:
        """Read an attribute at this place of the program; `read` returns its value."""
        self._steps.append(Step(f".{name}", (Ref(node.number),)))

    def read(self, *wanted: tuple[Node, str]) -> list[Any]:
        """Run the recorded operations, and return attributes of objects, in order.

        Attributes that `look` reads come first.

        Raises
        ------
        StudentError
            If the student's code raised an exception or gave no answer.
        """
        for node, name in wanted:
            self.look(node, name)
        return self._send(self.take_steps())

    def record(self, do: str, *operands: Number | Node) -> Node:
        """Note an operation, and return the node of its result."""
        sent = [as_operand(operand) for operand in operands]
        node = Node(self, self._number())
        self._steps.append(Step(do, tuple(sent), node.number))
        return node

    def take_steps(self) -> tuple[Step, ...]:
        """Return what was recorded and not sent yet, and forget it."""
        steps, self._steps = tuple(self._steps), []
        return steps


class Node:
    """One of the student's objects: operators and methods record operations."""

    def __init__(self, program: Program, number: int) -> None:
        self._program = program
        self.number = number

    def __add__(self, other: Number | Node) -> Node:
        return self._program.record("+", self, other)

    def __radd__(self, other: Number) -> Node:
        return self._program.record("+", other, self)

    def __sub__(self, other: Number | Node) -> Node:
        return self._program.record("-", self, other)

    def __rsub__(self, other: Number) -> Node:
        return self._program.record("-", other, self)

    def __mul__(self, other: Number | Node) -> Node:
        return self._program.record("*", self, other)

    def __rmul__(self, other: Number) -> Node:
        return self._program.record("*", other, self)

    def __truediv__(self, other: Number | Node) -> Node:
        return self._program.record("/", self, other)

    def __rtruediv__(self, other: Number) -> Node:
        return self._program.record("/", other, self)

    def __pow__(self, n: Number) -> Node:
        return self._program.record("**", self, n)

    def __neg__(self) -> Node:
        return self._program.record("neg", self)

    def __getattr__(self, name: str) -> Callable[..., Node]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *others: self._program.record(f".{name}()", self, *others)


@dataclass(frozen=True)
class Formula:
    """A function of one object, to be passed to a student's function without its source.

    Parameters
    ----------
    of : str
        The student's class of its argument.
    at : tuple of (str, float)
        An attribute of such an object and the value that it must have.
    apply : callable
        The formula, of a `Node` or of an object: returns the same, or a number.
    standing_in : callable, optional
        Maps attributes of an object without operations to those of the result, or to a number.
    attributes : sequence of str
        Which ones, in the order in which a new object takes them.
    """

    of: str
    at: tuple[str, float]
    apply: Callable[[Any], Any]
    standing_in: Callable[..., tuple[float, ...] | float] | None = None
    attributes: Sequence[str] = ()

    def call_here(self, argument: Any) -> Any:
        """Return the value at an object of this process, or raise what a student's code gets."""
        try:
            is_object = hasattr(argument, self.at[0])
            self.refuse(getattr(argument, self.at[0]) if is_object else None, is_object)
        except Refused as refused:
            kinds = {"TypeError": TypeError, "ValueError": ValueError}
            raise kinds[refused.kind](str(refused)) from None
        return self.apply(argument)

    def answer(
        self, program: Program, argument: Node, is_object: bool, of_class: bool
    ) -> Node | Number:
        """Return the value at an object of the student's.

        Parameters
        ----------
        is_object, of_class : bool
            Whether the worker reports an object that has the attribute, and of the class.

        Raises
        ------
        Refused
            If the argument is not such an object, or is at another place.
        """
        stand_in = self.standing_in if of_class else None
        names = self.attributes if stand_in else self.at[:1]
        values = program.read(*((argument, name) for name in names)) if is_object else [None]
        self.refuse(values[0], is_object)
        if stand_in is None:
            result: Node | Number = self.apply(argument)
            return result
        numbers = [_as_number(value) for value in values]
        if any(number is None for number in numbers):
            raise Refused("TypeError", f"f was called with a {self.of} that does not hold numbers")
        found = stand_in(*numbers)
        return program.make(*found) if isinstance(found, tuple) else found

    def refuse(self, place: Any, is_object: bool) -> None:
        """Raise `Refused` unless an argument is an object at the right place."""
        if not is_object:
            raise Refused("TypeError", f"f takes a {self.of}; it was called with something else")
        if _as_number(place) != self.at[1]:
            text = f"f was called at another place than x: with a {self.of} whose {self.at[0]} is "
            raise Refused("ValueError", f"{text}not x")


def as_operand(value: Number | Node) -> Operand:
    """Return a node or a number in the form in which it is sent."""
    if isinstance(value, Node):
        return Ref(value.number)
    # numpy's numbers do not cross as what they are.
    return float(value) if isinstance(value, float) else int(value)


def _as_number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
