import unittest

from grader.testing import check, function


@function("spread(values)", points=1)
class TestSpread(unittest.TestCase):
    @check(1, visible=True)
    def test_values(self, student):
        """Right for three values."""
