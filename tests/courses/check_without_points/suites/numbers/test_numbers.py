"""The suite of the exercise numbers."""

from grader.testing import check, close, function


@function("spread(values)", points=2)
class TestSpread:
    @check
    def test_values(self, student, rng):
        """Right for three values."""
        values = rng.normal(size=3)
        close(student.spread(values), sorted(values)[-1] - sorted(values)[0], "the spread")

    @check(1)
    def test_many_values(self, student, rng):
        """Right for 50 values."""
        values = rng.normal(size=50)
        close(student.spread(values), sorted(values)[-1] - sorted(values)[0], "the spread")
