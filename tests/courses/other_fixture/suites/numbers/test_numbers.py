from grader.testing import check, function


@function("spread(values)", points=1)
class TestSpread:
    @check(1, visible=True)
    def test_values(self, student, tmp_path):
        """Right for three values."""
