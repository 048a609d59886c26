"""The suite of the exercise numbers, whose inputs are the same for every seed."""

from grader.testing import check, close, function


@function("spread(values)", points=2)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three values."""
        close(student.spread([3.0, 1.0, -4.5]), 7.5, "the spread")

    @check(1, fixed=True)
    def test_many_values(self, student, rng):
        """Right for 50 values."""
        values = rng.normal(size=50)
        close(student.spread(values), sorted(values)[-1] - sorted(values)[0], "the spread")
