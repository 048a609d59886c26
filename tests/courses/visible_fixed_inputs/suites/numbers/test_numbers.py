"""The suite of the exercise numbers, of which every value can be seen."""

from grader.testing import check, close, function


@function("spread(values)", points=2)
class TestSpread:
    @check(1, visible=True, fixed=True)
    def test_values(self, student, rng):
        """Right for three values."""
        close(student.spread([3.0, 1.0, -4.5]), 7.5, "the spread")

    @check(1, visible=True, fixed=True)
    def test_many_values(self, student, rng):
        """Right for 50 values."""
        close(student.spread([*range(50)]), 49, "the spread")
