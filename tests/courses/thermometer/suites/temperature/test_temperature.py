"""Checks of temperatures; the oracles are plain Python, one number at a time."""

from grader.testing import check, close, function, unmodified


@function("to_fahrenheit(celsius)", points=2)
class TestToFahrenheit:
    @check(1, visible=True)
    def test_values(self, student, rng):
        """Right for a table of temperatures."""
        celsius = rng.uniform(-40.0, 60.0, size=(3, 4))
        want = [[32 + 9 * c / 5 for c in row] for row in celsius.tolist()]
        close(student.to_fahrenheit(celsius), want, "the table")

    @check(0.5)
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        celsius = rng.integers(-40, 60, size=6)
        want = [32 + 9 * c / 5 for c in celsius.tolist()]
        close(student.to_fahrenheit(celsius), want, "the table")

    @check(0.5, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's table alone."""
        student.to_fahrenheit(rng.uniform(size=(2, 3)))
        unmodified(student)


@function("daily_range(readings)", points=1)
class TestDailyRange:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right where there are more hours than days."""
        readings = rng.uniform(-5.0, 25.0, size=(3, 7))
        want = [max(day) - min(day) for day in readings.tolist()]
        sizes = {"days": 3, "hours": 7}
        close(student.daily_range(readings), want, "the ranges", sizes=sizes)

    @check(0.25)
    def test_square_table(self, student, rng):
        """Right where there are as many hours as days."""
        readings = rng.uniform(-5.0, 25.0, size=(4, 4))
        want = [max(day) - min(day) for day in readings.tolist()]
        close(student.daily_range(readings), want, "the ranges")

    @check(0.25, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's table alone."""
        student.daily_range(rng.uniform(size=(2, 3)))
        unmodified(student)
