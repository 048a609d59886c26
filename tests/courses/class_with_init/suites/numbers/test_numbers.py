from grader.testing import check, function


@function("spread(values)", points=1)
class TestSpread:
    def __init__(self):
        self.values = [1.0]

    @check(1, visible=True)
    def test_values(self, student):
        """Right for three values."""
