"""A small course with a check of the whole, for tests that change a part of it."""

from __future__ import annotations

from pathlib import Path

from support.courses import write_course

MANIFEST = """\
name = "calculator"
version = "1"
title = "A calculator"

[limits]
call_s = 10.0
load_s = 10.0
function_s = 20.0
memory_mib = 1024
cpu_s = 30

[[exercise]]
name = "calculator"
title = "Calculator"
"""
SOLUTION = '''\
"""A calculator."""


def parse(text):
    """Return the numbers of a sum.

    *Graded on* values, three.

    >>> parse("1 + 2")
    [1, 2]
    """
    return [int(part) for part in text.split() if part != "+"]


def add_up(numbers):
    """Add numbers.

    *Graded on* values, three.

    >>> add_up([1, 2])
    3
    """
    total = 0
    for number in numbers:
        total += number
    return total
'''
FUNCTIONS = '''\
"""The suite of the calculator."""

from grader.testing import check, close, function, whole


@function("parse(text)", points=1)
class TestParse:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right for two numbers."""
        a, b = rng.integers(0, 100, size=2).tolist()
        close(student.parse(f"{a} + {b}"), [a, b], "the numbers")

    @check(0.5)
    def test_three(self, student, rng):
        """Right for three numbers."""
        a, b, c = rng.integers(0, 100, size=3).tolist()
        close(student.parse(f"{a} + {b} + {c}"), [a, b, c], "the numbers")


@function("add_up(numbers)", points=1)
class TestAddUp:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right for two numbers."""
        a, b = rng.integers(0, 100, size=2).tolist()
        close(student.add_up([a, b]), a + b, "the sum")

    @check(0.5)
    def test_three(self, student, rng):
        """Right for three numbers."""
        a, b, c = rng.integers(0, 100, size=3).tolist()
        close(student.add_up([a, b, c]), a + b + c, "the sum")
'''
WHOLE = '''

def calculate(module, text):
    return module.add_up(module.parse(text))


@whole("The calculator", points=2)
class TestTogether:
    @check(1, visible=True)
    def test_one_sum(self, student, rng):
        """A sum of two numbers."""
        a, b = rng.integers(0, 100, size=2).tolist()
        close(student.add_up(student.parse(f"{a} + {b}")), a + b, "the sum")

    @check(1)
    def test_probe(self, student, rng):
        """A longer sum."""
        a, b, c = rng.integers(0, 100, size=3).tolist()
        close(student.run(calculate, f"{a} + {b} + {c}"), a + b + c, "the sum")
'''
MISTAKES = """\
from grader.testing import misconception


@misconception("C-1", of="add_up", hint="Which numbers are left out?")
def only_the_first_two(numbers):
    return numbers[0] + numbers[1] if len(numbers) == 2 else numbers[0]
"""


def write_calculator(
    folder: Path,
    *,
    suite: str = FUNCTIONS + WHOLE,
    solution: str = SOLUTION,
    mistakes: str = MISTAKES,
) -> Path:
    """Write the course with its stub, and return its manifest."""
    files = {
        "course.toml": MANIFEST,
        "solutions/calculator.py": solution,
        "suites/calculator/test_calculator.py": suite,
        "suites/calculator/misconceptions.py": mistakes,
    }
    return write_course(folder, files)
