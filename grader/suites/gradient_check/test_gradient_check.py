"""Checks of the chain rule, of numerical gradients and of the error between two gradients.

Oracles: centred differences of the whole chain; gradients known in closed form; the
error's formula written out with loops. The functions that students are given are
defined here and travel as source.
"""

import numpy as np

from grader.testing import (
    by_source,
    check,
    close,
    equal,
    function,
    gradient,
    numerical_slope,
    sequence,
    unmodified,
    with_defaults,
)

# Links of chains. Square and sine only get numbers between 0.2 and 1.4, so that no slope
# comes near 0, where centred differences would be the less accurate of the two.


def square(x):
    return x * x


def square_prime(x):
    return 2.0 * x


def sine(x):
    return np.sin(x)


def sine_prime(x):
    return np.cos(x)


def exponential(x):
    return np.exp(x)


def softplus(x):
    return np.log(1.0 + np.exp(x))


def softplus_prime(x):
    return 1.0 / (1.0 + np.exp(-x))


def triple(x):
    return 3.0 * x


def expect_chain(student, links, x):
    """Expect the slope of a chain of (f, f') at x, as centred differences give it."""

    def run(y):
        for f, _ in links:
            y = f(y)
        return y

    fs, dfs = [by_source(f) for f, _ in links], [by_source(df) for _, df in links]
    got = student.chain_derivative(fs, dfs, x)
    gradient(got, numerical_slope(run, x), "the derivative of the chain", shape="values")


def count_links_afterwards(module, fs, dfs, x):
    """Call the student's function, and return how many links its lists have then."""
    module.chain_derivative(fs, dfs, x)
    return len(fs), len(dfs)


@function("chain_derivative(fs, dfs, x)", points=2)
class TestChainDerivative:
    @check(0.3, visible=True)
    def test_one_link(self, student, rng):
        """A chain of one function."""
        x = float(rng.uniform(0.5, 1.1))
        expect_chain(student, [(square, square_prime)], x)
        expect_chain(student, [(sine, sine_prime)], x)

    @check(0.7, visible=True)
    def test_two_links(self, student, rng):
        """A chain of two functions, in either order."""
        x = float(rng.uniform(0.5, 1.1))
        expect_chain(student, [(square, square_prime), (sine, sine_prime)], x)
        expect_chain(student, [(sine, sine_prime), (square, square_prime)], x)

    @check(0.65)
    def test_four_links(self, student, rng):
        """A chain of four functions, one of them twice."""
        links = [
            (square, square_prime),
            (sine, sine_prime),
            (exponential, exponential),
            (square, square_prime),
        ]
        expect_chain(student, links, float(rng.uniform(0.5, 1.1)))
        links = [
            (exponential, exponential),
            (softplus, softplus_prime),
            (square, square_prime),
            (softplus, softplus_prime),
        ]
        expect_chain(student, links, float(rng.uniform(-1.1, -0.5)))

    @check(0.2)
    def test_slopes_are_those_of_dfs(self, student, rng):
        """The slopes are taken from dfs, whatever the fs look like."""
        x = float(rng.uniform(0.5, 1.1))
        fs, dfs = (
            [by_source(square), by_source(sine)],
            [by_source(triple), by_source(softplus_prime)],
        )
        want = triple(x) * softplus_prime(square(x))
        what = "the product of what dfs gave, where dfs are not the slopes of fs,"
        close(student.chain_derivative(fs, dfs, x), want, what, shape="values")

    @check(0.15, kind="property")
    def test_lists_not_modified(self, student, rng):
        """Leaves the caller's lists as long as they were."""
        fs, dfs = (
            [by_source(square), by_source(sine)],
            [by_source(square_prime), by_source(sine_prime)],
        )
        got = student.run(count_links_afterwards, fs, dfs, float(rng.uniform(0.5, 1.1)))
        lengths = sequence(got, 2, "the lengths of the lists")
        equal(lengths[0], 2, "the length of fs after the call")
        equal(lengths[1], 2, "the length of dfs after the call")


# Functions of arrays, with gradients known in closed form.


# The docstring asks for float64: centred differences are off by 1e-9 or less.
DIFFERENCES = 1e-6


def weigh_sines(v):
    """1 sin v_0 + 2 sin v_1 + 3 sin v_2 + ..."""
    weights = np.arange(1.0, v.size + 1.0).reshape(v.shape)
    return np.sum(weights * np.sin(v))


def sum_parabolas(v):
    return np.sum(v**2 - 3.0 * v)


def sum_cubes(v):
    return np.sum(v**3)


def sum_sizes(v):
    return np.sum(np.abs(v))


def square_the_sum(v):
    return np.sum(v) ** 2


@function("numerical_gradient(f, x, h=1e-5)", points=3)
class TestNumericalGradient:
    @check(0.6, visible=True)
    def test_matrix_argument(self, student, rng):
        """The gradient at a matrix, in the matrix's shape."""
        x = rng.uniform(-1.2, 1.2, size=(3, 4))
        want = np.arange(1.0, 13.0).reshape(3, 4) * np.cos(x)
        got = student.numerical_gradient(by_source(weigh_sines), x)
        gradient(got, want, "the gradient", tolerance=DIFFERENCES)

    @check(0.5, visible=True, essential=True)
    def test_central_exact_on_a_quadratic(self, student, rng):
        """Exact for a sum of v**2 - 3 v, even with h = 0.1."""
        x = rng.uniform(0.5, 2.0, size=(5,))
        got = student.numerical_gradient(by_source(sum_parabolas), x, 0.1)
        close(got, 2 * x - 3, "the gradient", rtol=DIFFERENCES)

    @check(0.5)
    def test_non_separable_large_h(self, student, rng):
        """Each entry is put back before the next is moved."""
        x = rng.uniform(0.5, 2.0, size=(2, 3))
        want = np.full((2, 3), 2 * float(np.sum(x)))
        close(student.numerical_gradient(by_source(square_the_sum), x, 0.1), want, "the gradient")

    @check(0.3, kind="property")
    def test_caller_array_restored(self, student, rng):
        """The caller's array holds the very same values afterwards."""
        student.numerical_gradient(by_source(sum_parabolas), rng.normal(size=(3, 4)))
        unmodified(student)

    @check(0.4)
    def test_integer_array(self, student, rng):
        """Takes integers, and gives floats."""
        x = rng.integers(1, 6, size=(2, 3))
        want = np.arange(1.0, 7.0).reshape(2, 3) * np.cos(x)
        got = student.numerical_gradient(by_source(weigh_sines), x)
        gradient(got, want, "the gradient", tolerance=DIFFERENCES)

    @check(0.4, essential=True)
    def test_uses_h(self, student, rng):
        """The step is h, no more and no less."""
        x = rng.uniform(0.5, 2.0, size=(4,))
        # For a cube, centred differences are off by the square of the step.
        for h in (0.5, 0.25):
            got = student.numerical_gradient(by_source(sum_cubes), x, h)
            close(got, 3 * x**2 + h * h, f"the gradient with h = {h}")
        # Within h of its kink, differences take |v| for a slope of v / h.
        x = rng.uniform(-0.9e-5, 0.9e-5, size=(4,))

        def expect(**passed):
            got = student.numerical_gradient(by_source(sum_sizes), x, **passed)
            close(got, x / 1e-5, "the gradient of |v| near 0 with the default h", rtol=DIFFERENCES)

        with_defaults(student, expect, h=1e-5)

    @check(0.3)
    def test_float32_input(self, student, rng):
        """Accurate for float32 input too."""
        x = rng.uniform(0.8, 1.4, size=(2, 3)).astype(np.float32)
        want = np.arange(1.0, 7.0).reshape(2, 3) * np.cos(x.astype(np.float64))
        got = student.numerical_gradient(by_source(weigh_sines), x)
        gradient(got, want, "the gradient", tolerance=DIFFERENCES)


def relative_error(a, b):
    """Return ||a - b|| / (||a|| + ||b||), summed entry by entry."""
    pairs = list(zip(a.ravel().tolist(), b.ravel().tolist(), strict=True))
    difference = sum((p - q) ** 2 for p, q in pairs) ** 0.5
    return difference / (sum(p * p for p, _ in pairs) ** 0.5 + sum(q * q for _, q in pairs) ** 0.5)


@function("relative_error(a, b)", points=1)
class TestRelativeError:
    @check(0.4, visible=True)
    def test_values(self, student, rng):
        """Right for vectors and matrices."""
        a, b = rng.normal(size=5), rng.normal(size=5)
        close(student.relative_error(a, b), relative_error(a, b), "the relative error")
        a = rng.normal(size=(3, 4))
        b = a + 0.1 * rng.normal(size=(3, 4))
        close(student.relative_error(a, b), relative_error(a, b), "the relative error")

    @check(0.15)
    def test_small_gradients(self, student, rng):
        """Right for gradients of about 1e-7."""
        a = rng.normal(size=(3, 4))
        b = a + 0.1 * rng.normal(size=(3, 4))
        # With room for programs that add something tiny to the divisor.
        a, b = a * 1e-7, b * 1e-7
        what = "the relative error of small gradients"
        close(student.relative_error(a, b), relative_error(a, b), what, rtol=1e-4)

    @check(0.15, kind="property")
    def test_both_zero_gives_0(self, student):
        """0 where both gradients are 0."""
        close(student.relative_error(np.zeros(4), np.zeros(4)), 0.0, "the relative error")

    @check(0.05, kind="property")
    def test_one_zero_gives_1(self, student, rng):
        """1 where one gradient is 0, in either place."""
        a, zeros = rng.normal(size=(2, 3)), np.zeros((2, 3))
        close(student.relative_error(a, zeros), 1.0, "relative_error(a, 0)")
        close(student.relative_error(zeros, a), 1.0, "relative_error(0, a)")

    @check(0.15, kind="property")
    def test_symmetric_never_negative(self, student, rng):
        """The same in either order, and never negative."""
        a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
        want = relative_error(a, b)
        close(student.relative_error(a, b), want, "relative_error(a, b)")
        close(student.relative_error(b, a), want, "relative_error(b, a)")

    @check(0.1, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.relative_error(rng.normal(size=(2, 3)), rng.normal(size=(2, 3)))
        unmodified(student)
