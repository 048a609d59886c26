"""The suite of the exercise numbers, with an oracle that students could hand in."""

from grader.testing import check, close, function


def reference(values):
    ordered = sorted(values)
    return ordered[-1] - ordered[0]


@function("spread(values)", points=2)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three values."""
        values = rng.normal(size=3)
        close(student.spread(values), reference(values), "the spread")

    @check(1)
    def test_many_values(self, student, rng):
        """Right for 50 values."""
        values = rng.normal(size=50)
        close(student.spread(values), reference(values), "the spread")
