"""Programs on objects of this process, as a worker would run them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from grader.sandbox.calls import Raised
from grader.sandbox.program import Program
from grader.sandbox.protocol.packing import pack
from grader.sandbox.protocol.program import Step, run_steps
from grader.sandbox.protocol.unpacking import unpack


def make_program(make: Callable[..., Any]) -> Program:
    """Return a program on objects that a class makes."""
    kept: dict[int, Any] = {}

    def send(steps: tuple[Step, ...]) -> list[Any]:
        try:
            values: list[Any] = unpack(pack(run_steps(steps, kept, make)))
        except ValueError as error:
            raise Raised(f"ValueError: {error}") from None
        return values

    return Program(send, itertools.count(1).__next__)
