"""Steps of a program on objects that are kept in the worker. Runs on both sides.

The trusted side holds the program and names each object by a number. What crosses is one
operation at a time, never the formula that they make up.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec

_MAX_TIMES = 100_000


class Ref(msgspec.Struct, array_like=True, frozen=True):
    """The object that was kept under a number."""

    number: int


Operand = int | float | Ref


class Step(msgspec.Struct, array_like=True, frozen=True):
    """One operation, whose result is kept under a number.

    Parameters
    ----------
    do : str
        ``new`` makes an object; an operator is written as in Python, with ``neg`` for the
        sign; ``.exp()`` calls a method and ``.a`` reads an attribute.
    operands : tuple of int, float or Ref
        In their order; an attribute is read and a method called of the first.
    keep : int
        The number of the result; 0 where an attribute is read.
    times : int
        How often. Where `keep` is an operand's number, the operation repeats on its own result.
    """

    do: str
    operands: tuple[Operand, ...]
    keep: int = 0
    times: Annotated[int, msgspec.Meta(ge=1, le=_MAX_TIMES)] = 1


_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "neg": operator.neg,
}


def run_steps(steps: Sequence[Step], kept: dict[int, Any], make: Callable[..., Any]) -> list[Any]:
    """Do some steps, and return the attributes that they read, in their order.

    Parameters
    ----------
    steps : sequence of Step
        The operations.
    kept : dict of int to object
        The objects by number; results are added.
    make : callable
        Makes a new object of the class that the program is about.
    """
    values = []
    for step in steps:
        do = make if step.do == "new" else _find(step.do)
        for _ in range(step.times):
            operands = [kept[o.number] if isinstance(o, Ref) else o for o in step.operands]
            result = do(*operands)
            if step.keep:
                kept[step.keep] = result
            else:
                values.append(result)
    return values


def _find(do: str) -> Callable[..., Any]:
    if do in _OPERATORS:
        return _OPERATORS[do]
    name = do.removeprefix(".").removesuffix("()")
    if do.endswith("()"):
        return lambda one, *others: getattr(one, name)(*others)
    return operator.attrgetter(name)
