from grader.testing import check, function


@function("spread(values)", points=1)
class TestSpread:
    @check(0.5, visible=True)
    def test_values(self, student):
        """Right for three values."""
