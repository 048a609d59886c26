from grader.testing import check, function


@function("close(x)", points=1)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student):
        """Right for three values."""
