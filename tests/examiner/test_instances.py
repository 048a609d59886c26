"""Known mistakes that are called with instances of a suite's classes."""

from __future__ import annotations

import types
from dataclasses import dataclass, replace
from typing import Any

from grader.examiner.replay import make_with
from grader.sandbox.calls import Call
from grader.sandbox.protocol.record import Record


@dataclass
class Loan:
    book: str
    days: int

    def longer(self, days: int) -> Loan:
        """Return the loan for some days more."""
        return replace(self, days=self.days + days)


def renew(loans: Any, days: int) -> Any:
    return [loan.longer(days) for loan in loans]


def count(loans: Any, days: int) -> Any:
    return sum(loan.days for loan in loans) + days


def make(function: Any, *args: Any) -> Any:
    call = Call(function.__name__, args)
    call.pack_arguments()
    return make_with(function, function.__name__, call, {})


def test_a_mistake_gets_instances_of_its_own_class() -> None:
    """With methods, though nothing of the suite's is shared."""
    loan = Loan("Emma", 3)
    made = make(renew, [loan], 4)
    assert made.value == [Record("Loan", book="Emma", days=7)]
    assert not made.modified
    assert loan.days == 3


def test_a_mistake_without_the_class_gets_the_record() -> None:
    """Its fields can be read."""
    function = types.FunctionType(count.__code__, {"sum": sum}, "count")
    assert make(function, [Loan("Emma", 3), Record("Loan", days=2)], 4).value == 9
