"""The suite of the calculator."""

from parts import Number, Operator

from grader.testing import check, close, equal, function, whole


@function("tokenize(text)", points=1)
class TestTokenize:
    @check(0.5, visible=True)
    def test_two_numbers(self, student, rng):
        """The parts of a sum."""
        a, b = rng.integers(0, 100, size=2).tolist()
        equal(student.tokenize(f"{a} + {b}"), [Number(a), Operator("+"), Number(b)], "the list")

    @check(0.5)
    def test_three_numbers(self, student, rng):
        """The parts of a longer formula."""
        a, b, c = rng.integers(0, 100, size=3).tolist()
        want = [Number(a), Operator("-"), Number(b), Operator("*"), Number(c)]
        equal(student.tokenize(f"{a} - {b} * {c}"), want, "the list")


@function("evaluate(parts)", points=1)
class TestEvaluate:
    @check(0.5, visible=True)
    def test_two_numbers(self, student, rng):
        """The value of a difference."""
        a, b = rng.integers(0, 100, size=2).tolist()
        close(student.evaluate([Number(a), Operator("-"), Number(b)]), a - b, "the value")

    @check(0.5)
    def test_three_numbers(self, student, rng):
        """From left to right."""
        a, b, c = rng.integers(2, 100, size=3).tolist()
        parts = [Number(a), Operator("+"), Number(b), Operator("*"), Number(c)]
        close(student.evaluate(parts), (a + b) * c, "the value")


@whole("The calculator", points=2)
class TestWhole:
    @check(1, visible=True)
    def test_sum(self, student, rng):
        """A sum in a text."""
        a, b = rng.integers(0, 100, size=2).tolist()
        close(student.calculate(f"{a} + {b}"), a + b, "the value")

    @check(1)
    def test_formula(self, student, rng):
        """A longer formula in a text."""
        a, b, c = rng.integers(2, 100, size=3).tolist()
        close(student.calculate(f"{a} - {b} * {c}"), (a - b) * c, "the value")
