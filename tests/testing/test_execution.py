"""Executing the source of a course as a module."""

from __future__ import annotations

import sys

import pytest

from grader.testing.execution import execute

BOX = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    width: float


def area(x: float):
    return x
"""


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
def test_a_dataclass_is_executed_as_in_a_file(future: str) -> None:
    """Annotations are text where the source says so, and dataclasses find their module."""
    names = execute("shapes", future + BOX)
    assert names["Box"](2.0).width == 2.0
    assert names["Box"].__module__ == "shapes"
    assert names["area"].__annotations__["x"] == ("float" if future else float)
    assert "shapes" not in sys.modules


def test_a_module_of_pythons_own_stays_what_it_is() -> None:
    """An exercise may have its name."""
    names = execute("numbers", "import fractions\nx = fractions.Fraction(1, 2)\n")
    assert str(names["x"]) == "1/2"
    assert sys.modules["numbers"].__name__ == "numbers"
    assert "x" not in vars(sys.modules["numbers"])


def test_nothing_is_left_where_the_source_fails() -> None:
    """The error is the source's."""
    with pytest.raises(ZeroDivisionError):
        execute("shapes", "1 / 0")
    assert "shapes" not in sys.modules


def test_names_that_are_given_are_defined() -> None:
    """As the code of edits needs them."""
    assert execute("shapes", "y = x + 1", x=2)["y"] == 3
