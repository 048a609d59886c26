"""Checks of the gradient of a mean squared error.

The suite does not compute the gradient by a formula: it differentiates the error numerically. So it
shares no mistake with the solution, and students can read it without reading the answer.
"""

import numpy as np

from grader.testing import check, function, gradient, numerical_gradient, unmodified


def mean_squared_error(X, y, w):
    return float(np.mean((X @ w - y) ** 2))


@function("error_gradient(X, y, w)", points=4)
class TestErrorGradient:
    def expect(self, student, rng, N, D):
        # Draw every input from rng: answers to inputs that never change can be memorised.
        X = rng.normal(size=(N, D))
        y, w = rng.normal(size=N), rng.normal(size=D)
        right = numerical_gradient(lambda at: mean_squared_error(X, y, at), w)
        # With the sizes, a message can be: is exactly N times the right answer (N = 5).
        sizes = {"N": N, "D": D} if N != D else {"N = D": N}
        gradient(student.error_gradient(X, y, w), right, "the gradient", sizes=sizes)

    # Students get visible checks, with their numbers, to work with.
    @check(1, visible=True)
    def test_against_differences(self, student, rng):
        """Agrees with centred differences, 5 rows and 3 columns."""
        self.expect(student, rng, 5, 3)

    # A hidden check: a function that was written for the visible one fails it. Its sizes differ
    # from those and from each other, so that a sum over the wrong axis has the wrong shape.
    @check(1.5)
    def test_more_rows(self, student, rng):
        """Agrees with centred differences, 11 rows and 4 columns."""
        self.expect(student, rng, 11, 4)

    # With as many rows as columns a missing transpose raises no error: only the numbers are wrong.
    @check(1)
    def test_square(self, student, rng):
        """Agrees with centred differences, as many rows as columns."""
        self.expect(student, rng, 6, 6)

    # A wrong answer can pass this check, so it is a property: it earns the share of its points that
    # the value checks have earned.
    @check(0.5, kind="property")
    def test_arguments_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.error_gradient(rng.normal(size=(5, 5)), rng.normal(size=5), rng.normal(size=5))
        unmodified(student)
