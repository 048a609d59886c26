from grader.testing import check, function


@function("spread(values)", points=1)
class TestSpread:
    @check(1, visible=True, kind="property")
    def test_values(self, student):
        """Right for three values."""
