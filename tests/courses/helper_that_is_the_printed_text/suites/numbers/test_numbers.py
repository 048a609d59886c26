"""The suite of the exercise numbers."""

from grader.testing import check, function, printed


def reference(values):
    ordered = sorted(values)
    return f"largest {ordered[-1]}\nsmallest {ordered[0]}"


@function("spread(values)", points=2)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for three values."""
        values = rng.integers(0, 100, size=3).tolist()
        student.spread(values)
        printed(student, reference(values))

    @check(1)
    def test_many_values(self, student, rng):
        """Right for 50 values."""
        values = rng.integers(0, 1000, size=50).tolist()
        student.spread(values)
        printed(student, reference(values))
