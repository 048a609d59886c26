"""Checks of the activation functions.

Oracles: Python's ``math`` one number at a time, and centred differences of those.
"""

import math

import numpy as np

from grader.testing import (
    attach_curve,
    check,
    close,
    function,
    gradient,
    numerical_slope,
    unmodified,
    unwarned,
    with_defaults,
)


def each(f, z):
    """Apply a function of one number to every entry."""
    return np.array([f(float(x)) for x in np.ravel(z)]).reshape(np.shape(z))


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def sigmoid_slope(x):
    # cosh overflows where the slope has long been 0.
    return 1 / (4 * math.cosh(x / 2) ** 2) if abs(x) < 300 else 0.0


def tanh_slope(x):
    return 1 / math.cosh(x) ** 2 if abs(x) < 300 else 0.0


def gelu(x):
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


def gelu_slope(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2 + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def away_from_zero(rng, shape):
    """Draw numbers of both signs, none nearer to the kink than 0.1.

    Where an answer depends on the signs alone, it takes twenty numbers or more: of fewer the
    same signs would be drawn again.
    """
    while True:
        z = rng.uniform(-3.0, 3.0, size=shape)
        if np.abs(z).min() > 0.1 and z.min() < 0 < z.max():
            return z


def draw_numbers(rng):
    """Draw a negative and a positive number, in any order."""
    return rng.permutation(rng.uniform([-3.0, 0.2], [-0.2, 3.0])).tolist()


def draw_whole(rng):
    """Draw whole numbers of both signs, none of them 0."""
    return rng.permutation(rng.integers([-9] * 12 + [1] * 12, [0] * 12 + [10] * 12))


SHOWN = np.linspace(-6.0, 6.0, 61)


def draw_beside(student, title, z, got, f):
    """Let the answers be seen beside the right curve."""
    attach_curve(student, title, (z, got), right=(SHOWN, each(f, SHOWN)))


def draw_large(rng):
    """Draw numbers so far out that a naive exp overflows, with ordinary ones between them."""
    lowest = [-1000.0, -1000.0, -3.0, 0.1, 710.0, 710.0]
    highest = [-710.0, -710.0, -0.1, 3.0, 1000.0, 1000.0]
    return rng.uniform(lowest, highest)


@function("sigmoid(z)", points=2)
class TestSigmoid:
    @check(0.6, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points."""
        z = rng.normal(0.0, 2.0, size=(4, 3))
        got = student.sigmoid(z)
        draw_beside(student, "sigmoid(z)", z, got, sigmoid)
        close(got, each(sigmoid, z), "sigmoid(z)", sizes={"z": z})
        z = rng.normal(0.0, 2.0, size=5)
        close(student.sigmoid(z), each(sigmoid, z), "sigmoid(z)", sizes={"z": z})

    @check(0.3, visible=True, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        z = float(rng.uniform(0.5, 3.0))
        close(student.sigmoid(z), sigmoid(z), "sigmoid of one number")

    @check(0.3, kind="property")
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers(-4, 5, size=(3, 4))
        close(student.sigmoid(z), each(sigmoid, z), "sigmoid of integers")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (rng.normal(size=(3, 4)), draw_large(rng)):
            student.sigmoid(z)
            unmodified(student)

    @check(0.4, kind="property")
    def test_large_z_finite_and_right(self, student, rng):
        """Right for |z| up to 1000."""
        z = draw_large(rng)
        close(student.sigmoid(z), each(sigmoid, z), "sigmoid of large |z|")

    @check(0, kind="property")
    def test_no_overflow_warning(self, student, rng):
        """Does not overflow inside."""
        student.sigmoid(draw_large(rng))
        unwarned(student)

    @check(0.2, kind="property")
    def test_symmetry(self, student, rng):
        """Right at z and at -z, in three dimensions, and the two add up to 1."""
        z = rng.normal(0.0, 3.0, size=(5, 1, 3))
        both = student.sigmoid(np.concatenate([z, -z]))
        close(both, each(sigmoid, np.concatenate([z, -z])), "sigmoid of z and of -z")
        close(np.add(both[:5], both[5:]), np.ones((5, 1, 3)), "sigmoid(z) + sigmoid(-z)")


@function("sigmoid_prime(z)", points=2)
class TestSigmoidPrime:
    @check(0.6, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points."""
        z = rng.normal(0.0, 2.0, size=(4, 3))
        got = student.sigmoid_prime(z)
        draw_beside(student, "sigmoid_prime(z)", z, got, sigmoid_slope)
        close(got, each(sigmoid_slope, z), "sigmoid_prime(z)", sizes={"z": z})

    @check(0.5)
    def test_matches_numeric_slope(self, student, rng):
        """Agrees with centred differences of the sigmoid."""
        z = rng.normal(0.0, 2.0, size=(5, 1, 3))
        numeric = numerical_slope(lambda x: each(sigmoid, x), z)
        gradient(student.sigmoid_prime(z), numeric, "sigmoid_prime(z)", sizes={"z": z})

    @check(0.1, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        for z in draw_numbers(rng):
            close(student.sigmoid_prime(z), sigmoid_slope(z), "sigmoid_prime of one number")

    @check(0.2, kind="property")
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers(-4, 5, size=(3, 4))
        close(student.sigmoid_prime(z), each(sigmoid_slope, z), "sigmoid_prime of integers")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (rng.normal(size=(3, 4)), draw_large(rng)):
            student.sigmoid_prime(z)
            unmodified(student)

    @check(0.4, kind="property")
    def test_large_z_finite_and_right(self, student, rng):
        """Right for |z| up to 1000."""
        z = draw_large(rng)
        close(student.sigmoid_prime(z), each(sigmoid_slope, z), "sigmoid_prime of large |z|")

    @check(0, kind="property")
    def test_no_overflow_warning(self, student, rng):
        """Does not overflow inside."""
        student.sigmoid_prime(draw_large(rng))
        unwarned(student)


@function("tanh_prime(z)", points=1)
class TestTanhPrime:
    @check(0.35, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points."""
        z = rng.normal(0.0, 1.5, size=(4, 3))
        got = student.tanh_prime(z)
        draw_beside(student, "tanh_prime(z)", z, got, tanh_slope)
        close(got, each(tanh_slope, z), "tanh_prime(z)", sizes={"z": z})

    @check(0.25)
    def test_matches_numeric_slope(self, student, rng):
        """Agrees with centred differences of tanh."""
        z = rng.normal(0.0, 1.5, size=(5, 1, 3))
        numeric = numerical_slope(lambda x: each(math.tanh, x), z)
        gradient(student.tanh_prime(z), numeric, "tanh_prime(z)", sizes={"z": z})

    @check(0.05, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        for z in draw_numbers(rng):
            close(student.tanh_prime(z), tanh_slope(z), "tanh_prime of one number")

    @check(0.1, kind="property")
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers(-3, 4, size=(3, 4))
        close(student.tanh_prime(z), each(tanh_slope, z), "tanh_prime of integers")

    @check(0.1, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (rng.normal(size=(3, 4)), draw_large(rng)):
            student.tanh_prime(z)
            unmodified(student)

    @check(0.15, kind="property")
    def test_large_z_finite_and_right(self, student, rng):
        """Right for |z| up to 1000."""
        z = draw_large(rng)
        close(student.tanh_prime(z), each(tanh_slope, z), "tanh_prime of large |z|")

    @check(0, kind="property")
    def test_no_overflow_warning(self, student, rng):
        """Does not overflow inside."""
        student.tanh_prime(draw_large(rng))
        unwarned(student)


@function("relu(z)", points=1)
class TestRelu:
    @check(0.4, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points, and at 0."""
        z = away_from_zero(rng, (4, 3))
        z[1, 1] = 0.0
        got = student.relu(z)
        draw_beside(student, "relu(z)", z, got, lambda x: max(x, 0.0))
        close(got, each(lambda x: max(x, 0.0), z), "relu(z)", sizes={"z": z})

    @check(0.2, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        z = float(rng.uniform(0.5, 3.0))
        close(student.relu(-z), 0.0, "relu of one negative number")
        close(student.relu(z), z, "relu of one positive number")

    @check(0.2)
    def test_integer_input(self, student, rng):
        """Takes integers."""
        z = rng.integers([[[-999], [-9], [0], [1], [1]]], [[[0], [0], [1], [10], [1000]]])
        close(student.relu(z), each(lambda x: max(x, 0.0), z), "relu of integers")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (away_from_zero(rng, (3, 4)), draw_large(rng)):
            student.relu(z)
            unmodified(student)


@function("relu_prime(z)", points=1)
class TestReluPrime:
    @check(0.4, visible=True)
    def test_values(self, student, rng):
        """Right on both sides of the kink."""
        z = away_from_zero(rng, (6, 4))
        got = student.relu_prime(z)
        draw_beside(student, "relu_prime(z)", z, got, lambda x: float(x > 0))
        close(got, (z > 0).astype(float), "relu_prime(z)", sizes={"z": z})
        z = away_from_zero(rng, (23,))
        close(student.relu_prime(z), (z > 0).astype(float), "relu_prime(z)", sizes={"z": z})

    @check(0.1, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        for z in draw_numbers(rng):
            close(student.relu_prime(z), float(z > 0), "relu_prime of one number")

    @check(0.2, kind="property")
    def test_at_zero_is_zero(self, student):
        """0 at z = 0, the convention of this course."""
        got = student.relu_prime(np.array([-1.0, 0.0, 1.0]))
        close(got, [0.0, 0.0, 1.0], "relu_prime([-1, 0, 1])")

    @check(0.1, kind="property")
    def test_integer_input(self, student, rng):
        """Takes integers."""
        z = draw_whole(rng)
        close(student.relu_prime(z), (z > 0).astype(float), "relu_prime of integers")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (away_from_zero(rng, (3, 4)), draw_large(rng)):
            student.relu_prime(z)
            unmodified(student)


@function("leaky_relu(z, alpha=0.01)", points=1)
class TestLeakyRelu:
    @check(0.3, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points, for an alpha of the caller's choice."""
        z = away_from_zero(rng, (4, 3))
        got = student.leaky_relu(z, 0.2)
        draw_beside(student, "leaky_relu(z, 0.2)", z, got, lambda x: x if x > 0 else 0.2 * x)
        close(got, np.where(z > 0, z, 0.2 * z), "leaky_relu(z, 0.2)", sizes={"z": z})

    @check(0.1, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        z = float(rng.uniform(0.5, 3.0))
        close(student.leaky_relu(-z, 0.1), -0.1 * z, "leaky_relu(z, 0.1) of one negative number")
        close(student.leaky_relu(z, 0.1), z, "leaky_relu(z, 0.1) of one positive number")

    @check(0.1)
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers([[[-999], [-9], [1], [1]]], [[[0], [0], [10], [1000]]])
        got = student.leaky_relu(z, 0.1)
        close(got, each(lambda x: x if x > 0 else x / 10, z), "leaky_relu of integers")

    @check(0.2)
    def test_default_alpha(self, student, rng):
        """alpha is 0.01 where the caller names none."""
        z = away_from_zero(rng, (6,))
        want = np.where(z > 0, z, 0.01 * z)

        def expect(**passed):
            close(student.leaky_relu(z, **passed), want, "leaky_relu(z)")

        with_defaults(student, expect, alpha=0.01)

    @check(0.1, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (away_from_zero(rng, (3, 4)), draw_large(rng)):
            student.leaky_relu(z, 0.3)
            unmodified(student)

    @check(0.2, kind="property")
    def test_large_z_finite_and_right(self, student, rng):
        """Right for |z| up to 1000."""
        z = draw_large(rng)
        want = np.where(z > 0, z, 0.25 * z)
        close(student.leaky_relu(z, 0.25), want, "leaky_relu of large |z|")

    @check(0, kind="property")
    def test_no_overflow_warning(self, student, rng):
        """Does not overflow inside."""
        student.leaky_relu(draw_large(rng), 0.25)
        unwarned(student)


@function("leaky_relu_prime(z, alpha=0.01)", points=1)
class TestLeakyReluPrime:
    @check(0.3, visible=True)
    def test_values(self, student, rng):
        """Right on both sides, for an alpha of the caller's choice."""
        z = away_from_zero(rng, (6, 4))
        got = student.leaky_relu_prime(z, 0.2)
        draw_beside(student, "leaky_relu_prime(z, 0.2)", z, got, lambda x: 1.0 if x > 0 else 0.2)
        close(got, np.where(z > 0, 1.0, 0.2), "leaky_relu_prime(z, 0.2)", sizes={"z": z})

    @check(0.2)
    def test_default_alpha(self, student, rng):
        """alpha is 0.01 where the caller names none."""
        z = away_from_zero(rng, (23,))
        want = np.where(z > 0, 1.0, 0.01)

        def expect(**passed):
            close(student.leaky_relu_prime(z, **passed), want, "leaky_relu_prime(z)")

        with_defaults(student, expect, alpha=0.01)

    @check(0.1)
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = draw_whole(rng)
        got = student.leaky_relu_prime(z, 0.1)
        close(got, np.where(z > 0, 1.0, 0.1), "leaky_relu_prime of integers")

    @check(0.2)
    def test_matches_numeric_slope(self, student, rng):
        """Agrees with centred differences of leaky ReLU."""
        z = away_from_zero(rng, (7, 1, 3))
        numeric = numerical_slope(lambda x: np.where(x > 0, x, 0.3 * x), z)
        gradient(student.leaky_relu_prime(z, 0.3), numeric, "leaky_relu_prime(z, 0.3)")

    @check(0.1, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        alpha = float(rng.uniform(0.1, 0.4))
        for z in draw_numbers(rng):
            want = 1.0 if z > 0 else alpha
            close(student.leaky_relu_prime(z, alpha), want, "leaky_relu_prime of one number")

    @check(0.1, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (away_from_zero(rng, (3, 4)), draw_large(rng)):
            student.leaky_relu_prime(z, 0.3)
            unmodified(student)


@function("gelu(z)", points=1.5)
class TestGelu:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points: the exact form."""
        z = rng.normal(0.0, 2.0, size=(4, 3))
        got = student.gelu(z)
        draw_beside(student, "gelu(z)", z, got, gelu)
        close(got, each(gelu, z), "gelu(z)", sizes={"z": z})
        z = rng.normal(0.0, 2.0, size=5)
        close(student.gelu(z), each(gelu, z), "gelu(z)", sizes={"z": z})

    @check(0.2, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        for z in (float(rng.uniform(-2.9, -2.3)), float(rng.uniform(0.5, 3.0))):
            close(student.gelu(z), gelu(z), "gelu of one number")

    @check(0.2, kind="property")
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers(-4, 5, size=(3, 1, 4))
        close(student.gelu(z), each(gelu, z), "gelu of integers")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        for z in (rng.normal(size=(3, 4)), draw_large(rng)):
            student.gelu(z)
            unmodified(student)

    @check(0.4, kind="property")
    def test_large_z_finite_and_right(self, student, rng):
        """Right for |z| up to 1000."""
        z = draw_large(rng)
        close(student.gelu(z), each(gelu, z), "gelu of large |z|")

    @check(0, kind="property")
    def test_no_overflow_warning(self, student, rng):
        """Does not overflow inside."""
        student.gelu(draw_large(rng))
        unwarned(student)


@function("gelu_prime(z)", points=1.5)
class TestGeluPrime:
    @check(0.5, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary points."""
        z = rng.normal(0.0, 1.5, size=(4, 3))
        got = student.gelu_prime(z)
        draw_beside(student, "gelu_prime(z)", z, got, gelu_slope)
        close(got, each(gelu_slope, z), "gelu_prime(z)", sizes={"z": z})

    @check(0.1, kind="property")
    def test_scalar_input(self, student, rng):
        """Takes a single number."""
        for z in draw_numbers(rng):
            close(student.gelu_prime(z), gelu_slope(z), "gelu_prime of one number")

    @check(0.5)
    def test_matches_numeric_slope(self, student, rng):
        """Agrees with centred differences of the exact GELU."""
        z = rng.normal(0.0, 1.5, size=(5, 1, 3))
        gradient(
            student.gelu_prime(z), numerical_slope(lambda x: each(gelu, x), z), "gelu_prime(z)"
        )

    @check(0.1, kind="property")
    def test_integer_input(self, student, rng):
        """Integers give floats."""
        z = rng.integers(-4, 5, size=(3, 4))
        close(student.gelu_prime(z), each(gelu_slope, z), "gelu_prime of integers")

    @check(0.3, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        student.gelu_prime(rng.normal(size=(3, 4)))
        unmodified(student)
