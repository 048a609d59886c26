"""Checks of dual numbers, of a graph of values, and of the cost of a Jacobian.

Oracles: figures worked by hand, and centred differences of the same formulas on plain
numbers. The formulas below are functions that run on numbers, on arrays, and on the
students' classes; they travel as source to programs that run on the students' side and
return plain numbers.
"""

import contextlib

import numpy as np

from grader.testing import (
    CheckFailed,
    StudentError,
    by_source,
    check,
    close,
    equal,
    fail,
    finite,
    function,
    gradient,
    has_shape,
    mapping,
    numerical_gradient,
    numerical_slope,
    sequence,
)

# Formulas of one number


def x_times_x_plus_x(x):
    return x * x + x


def x_cubed(x):
    return x**3


def two_x_cubed(x):
    return (2 * x) ** 3


def one_over_x(x):
    return 1 / x


def four_over_x(x):
    return 4 / x


def x_over_2(x):
    return x / 2


def five_minus_x(x):
    return 5 - x


def three_plus_two_x(x):
    return 3 + 2 * x


def quotient(x):
    return (x + 1) / (x * x + 2)


def x_minus_x_squared(x):
    return x - x * x


def seven(x):
    return 7 + 0 * x


def minus_x(x):
    return -x


def numbers_on_the_right(x):
    return (x - 3) * 4 + 1.5


def other_exponents(x):
    return x**-2 + x**0.5 + x**1 + x**-1.5


# exp, sigmoid and relu are methods: on plain numbers the same is written in another way.


def exp_2x_times_x(x):
    return (2 * x).exp() * x


def exp_2x_times_x_on_numbers(x):
    return np.exp(2 * x) * x


def sigmoid_3x(x):
    return (3 * x).sigmoid()


def sigmoid_3x_on_numbers(x):
    return 0.5 + 0.5 * np.tanh(1.5 * x)


def two_relus(x):
    return 3 * (x - 1).relu() - 2 * (x * x - 1).relu() + x


def two_relus_on_numbers(x):
    return 3 * np.maximum(x - 1, 0.0) - 2 * np.maximum(x * x - 1, 0.0) + x


def constant_of_the_same_class(x):
    return type(x)(7.0)


def draw_points(rng):
    """Draw three numbers of either sign, none near 0."""
    return rng.uniform(0.5, 1.5, size=3) * np.array([1.0, -1.0, 1.0])


# Dual numbers


def push_duals(module, f, xs, tangents):
    """Return value and derivative of f at dual numbers."""
    starts = zip(xs.tolist(), tangents.tolist())
    ys = [f(module.Dual(x, tangent)) for x, tangent in starts]
    return [y.a for y in ys], [y.b for y in ys]


def read_duals(student, f, xs, tangents):
    """Return what y.a and y.b were for y = f(x) at some dual numbers x."""
    return sequence(student.run(push_duals, by_source(f), xs, tangents), 2, "y.a and y.b")


def expect_dual(student, rng, f, text, on_numbers=None, xs=None):
    """Expect the right value and derivative at dual numbers with any tangent."""
    on_numbers = on_numbers or f
    xs = draw_points(rng) if xs is None else xs
    # Not 1, which cannot show that a rule leaves the operand's derivative out.
    tangents = rng.uniform(1.5, 2.5, size=3) * np.array([1.0, 1.0, -1.0])
    a, b = read_duals(student, f, xs, tangents)
    close(a, on_numbers(xs), f"y.a for y = {text}", shape="values")
    want = tangents * numerical_slope(on_numbers, xs)
    gradient(b, want, f"y.b for y = {text}", shape="values")


def draw_short(rng, lowest, highest):
    """Draw numbers of two decimals, for checks whose numbers students see."""
    return np.round(rng.uniform(lowest, highest), 2)


def draw_seen_points(rng):
    return draw_short(rng, [0.5, -3.0, 0.5], [3.0, -0.5, 3.0])


def draw_seen_duals(rng):
    """Draw values and derivatives of three dual numbers, and say which they are."""
    xs, tangents = draw_seen_points(rng), draw_short(rng, [0.5, 0.5, -2.0], [2.0, 2.0, -0.5])
    duals = [f"Dual({x:g}, {b:g})" for x, b in zip(xs, tangents, strict=True)]
    return xs, tangents, f"x = {', '.join(duals)}"


def list_points(xs):
    return ", ".join(f"{x:g}" for x in np.ravel(xs))


def make_constants(module):
    """Return value and derivative of a Dual made from a number alone."""
    return [module.Dual(7.0).a, module.Dual(-2).a], [module.Dual(7.0).b, module.Dual(-2).b]


def operate_on_duals(module, x, y):
    """Run every operation on two dual numbers, and return what these hold then."""
    x, y = module.Dual(x, 1.5), module.Dual(y, -0.5)
    for operand in (y, 2.0):
        x + operand, x - operand, x * operand, x / operand
    3.0 + x, 3.0 - x, 3.0 * x, 3.0 / x
    -x, x**2, x.exp(), x.sigmoid()
    return [x.a, x.b, y.a, y.b]


@function("Dual", points=2, slips=False)
class TestDual:
    @check(0.2, visible=True)
    def test_x_times_x_plus_x(self, student, rng):
        """x * x + x."""
        xs, tangents, duals = draw_seen_duals(rng)
        a, b = read_duals(student, x_times_x_plus_x, xs, tangents)
        close(a, xs**2 + xs, f"y.a for y = x * x + x with {duals}", shape="values")
        want = (2 * xs + 1) * tangents
        close(b, want, f"y.b for y = x * x + x with {duals}", shape="values")

    @check(0.1)
    def test_x_cubed(self, student, rng):
        """x ** 3."""
        expect_dual(student, rng, x_cubed, "x ** 3")

    @check(0.15)
    def test_two_x_cubed(self, student, rng):
        """(2 * x) ** 3."""
        expect_dual(student, rng, two_x_cubed, "(2 * x) ** 3")

    @check(0.15)
    def test_one_over_x(self, student, rng):
        """1 / x, and 4 / x."""
        expect_dual(student, rng, one_over_x, "1 / x")
        expect_dual(student, rng, four_over_x, "4 / x")

    @check(0.1)
    def test_x_over_2(self, student, rng):
        """x / 2."""
        expect_dual(student, rng, x_over_2, "x / 2")

    @check(0.1, visible=True)
    def test_five_minus_x(self, student, rng):
        """5 - x."""
        xs, tangents, duals = draw_seen_duals(rng)
        a, b = read_duals(student, five_minus_x, xs, tangents)
        close(a, 5 - xs, f"y.a for y = 5 - x with {duals}", shape="values")
        close(b, -tangents, f"y.b for y = 5 - x with {duals}", shape="values")

    @check(0.1)
    def test_three_plus_two_x(self, student, rng):
        """3 + 2 * x."""
        expect_dual(student, rng, three_plus_two_x, "3 + 2 * x")

    @check(0.2)
    def test_quotient(self, student, rng):
        """(x + 1) / (x * x + 2)."""
        expect_dual(student, rng, quotient, "(x + 1) / (x * x + 2)")

    @check(0.15)
    def test_exp_2x_times_x(self, student, rng):
        """(2 * x).exp() * x."""
        text = "(2 * x).exp() * x"
        expect_dual(student, rng, exp_2x_times_x, text, exp_2x_times_x_on_numbers)

    @check(0.15)
    def test_x_minus_x_squared(self, student, rng):
        """x - x * x."""
        expect_dual(student, rng, x_minus_x_squared, "x - x * x")

    @check(0.1, kind="property")
    def test_constant_7(self, student, rng):
        """A constant has derivative 0."""
        a, b = sequence(student.run(make_constants), 2, "y.a and y.b")
        close(a, [7.0, -2.0], "y.a for y = Dual(7.0) and Dual(-2)", shape="values")
        close(b, [0.0, 0.0], "y.b for y = Dual(7.0) and Dual(-2)", shape="values")
        expect_dual(student, rng, seven, "7 + 0 * x")

    @check(0.2)
    def test_nested_sigmoid(self, student, rng):
        """(3 * x).sigmoid()."""
        text = "(3 * x).sigmoid()"
        expect_dual(student, rng, sigmoid_3x, text, sigmoid_3x_on_numbers)

    @check(0.1)
    def test_minus_x(self, student, rng):
        """-x."""
        expect_dual(student, rng, minus_x, "-x")

    @check(0.1)
    def test_numbers_on_the_right(self, student, rng):
        """Numbers on the right of -, * and +."""
        expect_dual(student, rng, numbers_on_the_right, "(x - 3) * 4 + 1.5")

    @check(0.05)
    def test_other_exponents(self, student, rng):
        """Exponents that are negative, 1, or no whole numbers."""
        xs = rng.uniform(0.5, 1.5, size=3)
        text = "x ** -2 + x ** 0.5 + x ** 1 + x ** -1.5"
        expect_dual(student, rng, other_exponents, text, xs=xs)

    @check(0.05, kind="property")
    def test_operands_not_modified(self, student, rng):
        """Operations leave their operands alone."""
        x, y = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        got = student.run(operate_on_duals, x, y)
        close(got, [x, 1.5, y, -0.5], "a and b of two operands after all operations")


# The derivative of a function


def polynomial(x, p, q, r):
    return p * x * x * x - q * x * x + r


def polynomial_slope(x, p, q, r):
    return 3 * p * x * x - 2 * q * x


def exp_over_x(x, p):
    return (p * x).exp() / x


def exp_over_x_on_numbers(x, p):
    return np.exp(p * x) / x


def plain_number(x, p):
    return p


# The same for a stand-in, which has a value a and a derivative b and no operations.


def polynomial_in_one(x, p, q, r):
    slope = 3 * p * x.a * x.a - 2 * q * x.a
    return type(x)(p * x.a**3 - q * x.a**2 + r, slope * x.b)


def exp_over_x_in_one(x, p):
    y = np.exp(p * x.a) / x.a
    return type(x)(y, (p - 1 / x.a) * y * x.b)


def differentiate(module, f, weights, xs):
    """Return the derivatives of f that the student's function finds with their Dual."""
    return [module.forward_derivative(lambda v: f(v, *weights), x) for x in xs.tolist()]


class StandIn:
    """In the place of a Dual that is wrong: no solution to anything, for it can do nothing."""

    def __init__(self, a, b=0.0):
        self.a, self.b = a, b


def differentiate_standing_in(module, stand_in, f, f_in_one, weights, xs):
    """Return the same with a stand-in for their Dual."""

    def either(v):
        return (f_in_one if isinstance(v, stand_in) else f)(v, *weights)

    names = vars(module)
    kept = {name: names[name] for name in ("Dual",) if name in names}
    names["Dual"] = stand_in
    try:
        return [module.forward_derivative(either, x) for x in xs.tolist()]
    finally:
        del names["Dual"]
        names.update(kept)


def draw_polynomial(rng):
    """Draw the factors of a polynomial, and write it down."""
    p, q, r = (int(n) for n in rng.integers([2, 2, 1], [10, 10, 100]))
    return (p, q, r), f"{p} * x * x * x - {q} * x * x + {r}"


def expect_derivative(student, f, f_in_one, weights, xs, want, text, **tolerance):
    """Expect the right derivatives, with the student's own Dual or with a stand-in."""
    what = f"the derivative of {text}"
    try:
        got = student.run(differentiate, by_source(f), weights, xs)
        close(got, want, what, shape="values", **tolerance)
    except (CheckFailed, StudentError):
        # The fault may be in their Dual, which has checks of its own.
        sources = by_source(StandIn), by_source(f), by_source(f_in_one)
        got = student.run(differentiate_standing_in, *sources, weights, xs)
        close(got, want, what, shape="values", **tolerance)


@function("forward_derivative(f, x)", points=1)
class TestForwardDerivative:
    @check(0.4, visible=True)
    def test_polynomial(self, student, rng):
        """A polynomial such as 4x³ - x² + 5, at three points."""
        weights, text = draw_polynomial(rng)
        xs = draw_seen_points(rng)
        want = polynomial_slope(xs, *weights)
        text = f"{text} at x = {list_points(xs)}"
        functions = polynomial, polynomial_in_one
        expect_derivative(student, *functions, weights, xs, want, text)

    @check(0.3)
    def test_function_with_exp(self, student, rng):
        """A function that calls exp."""
        xs, p = draw_points(rng), float(rng.uniform(1.5, 2.5))
        want = numerical_slope(lambda x: exp_over_x_on_numbers(x, p), xs)
        # Differences are the less accurate of the two.
        text = "(p * x).exp() / x"
        functions = exp_over_x, exp_over_x_in_one
        expect_derivative(student, *functions, (p,), xs, want, text, rtol=1e-6, atol=1e-7)

    @check(0.2)
    def test_exact_for_large_x(self, student, rng):
        """Exact even for x above a million, where differences are not."""
        weights, text = draw_polynomial(rng)
        xs = rng.uniform(1e6, 2e6, size=3)
        want = polynomial_slope(xs, *weights)
        text = f"{text} at large x"
        functions = polynomial, polynomial_in_one
        expect_derivative(student, *functions, weights, xs, want, text, rtol=1e-12, atol=0.0)

    @check(0.1, kind="property")
    def test_constant_function(self, student, rng):
        """0 for a function that returns a plain number."""
        xs, number = draw_points(rng), int(rng.integers(1, 100))
        text = f"the constant {number}"
        functions = plain_number, plain_number
        expect_derivative(student, *functions, (number,), xs, np.zeros(3), text)


# A graph of values


def pull_back(module, f, points):
    """Return y.data and the gradients of the leaves, for y = f(leaves) at some points."""
    data, grads = [], []
    for point in points.tolist():
        leaves = [module.Value(number) for number in point]
        y = f(*leaves)
        y.backward()
        data.append(y.data)
        grads.append([leaf.grad for leaf in leaves])
    return data, grads


def read_values(student, f, points):
    """Return what y.data and the gradients of the leaves were for y = f(leaves)."""
    return sequence(student.run(pull_back, by_source(f), points), 2, "y.data and the gradients")


# What a graph must have for a way of going wrong to show in it.
REUSED = "a node that is used more than once"
SHARED = "a node that is used more than once and was computed itself"
OPERATIONS = ("+", "-", "*", "/", "**", "exp", "relu")


def pull_through_small_graphs(module):
    """Return gradients by which ways of going wrong can be told apart."""
    operations = [
        lambda x: x + 1,
        lambda x: x - 1,
        lambda x: x * 4,
        lambda x: x / 4,
        lambda x: x**3,
        lambda x: x.exp(),
        lambda x: x.relu(),
    ]

    def pull(f):
        x = module.Value(1.5)
        y, inner = f(x), x
        if isinstance(y, tuple):
            y, inner = y
        y.backward()
        return [x.grad, inner.grad]

    def share(x, turned):
        a = x * 2
        short, long = a * 3, (a * 7) * 5
        return (long + short if turned else short + long), a

    return {
        "alone": [pull(f)[0] for f in operations],
        "inside": [pull(lambda x, f=f: f(x) * 5)[0] for f in operations],
        "products": [pull(lambda x: x * 3 + x * 5)[0], pull(lambda x: x * x)[0]],
        "sums": [pull(lambda x: (x + 1) * 3 + (x + 2) * 5)[0], pull(lambda x: x + x)[0]],
        "shared": [pull(lambda x: share(x, False)), pull(lambda x: share(x, True))],
    }


def is_near(got, *wanted):
    return any(abs(got - want) < 1e-9 * abs(want) for want in wanted)


def recognise(found, shows):
    """Return which misconception some gradients show, as far as a graph can suffer from it."""
    alone, inside = (dict(zip(OPERATIONS, found[key], strict=True)) for key in ("alone", "inside"))
    right = dict(zip(OPERATIONS, (1, 1, 4, 0.25, 6.75, np.exp(1.5), 1), strict=True))
    fine = {sign for sign in OPERATIONS if is_near(alone[sign], right[sign])}
    if not {"+", "*"} <= fine:
        return None
    if inside["+"] == inside["*"] == 0:
        return "F2-X9"
    passed_on = {sign for sign in fine if is_near(inside[sign], 5 * right[sign])}
    deaf = {sign for sign in fine - passed_on if is_near(inside[sign], right[sign])}
    # A quotient may be computed by a power.
    if deaf & set(shows) or ("**" in deaf and "/" in shows):
        return "F2-X8"
    if {"+", "*"} <= passed_on:
        return recognise_uses(found, shows) or recognise_order(found, shows)
    return None


def recognise_uses(found, shows):
    """Tell whether of several contributions only one is left."""
    (apart, squared), (apart_in_sums, doubled) = found["products"], found["sums"]
    if REUSED not in shows:
        return None
    if is_near(squared, 1.5) and is_near(doubled, 1) and apart == apart_in_sums == 8:
        return "F2-X11"
    products_keep_one = is_near(apart, 3, 5) and is_near(squared, 1.5)
    sums_keep_one = is_near(apart_in_sums, 3, 5) and is_near(doubled, 1)
    products_fine = is_near(apart, 8) and is_near(squared, 3)
    sums_fine = is_near(apart_in_sums, 8) and is_near(doubled, 2)
    one_of_them = products_keep_one or sums_keep_one
    both_known = (products_keep_one or products_fine) and (sums_keep_one or sums_fine)
    return "F2-01" if one_of_them and both_known else None


def recognise_order(found, shows):
    """Tell whether a node that others share passes its gradient on too early or too often."""
    leaves = [leaf for leaf, inner in found["shared"] if is_near(inner, 38)]
    all_used = found["products"] + found["sums"]
    if SHARED not in shows or len(leaves) < 2 or not np.allclose(all_used, [8, 3, 8, 2]):
        return None
    # 2 times 3 by the short way, 2 times 35 by the long one: each is to arrive once.
    if all(is_near(leaf, 76) for leaf in leaves):
        return None
    if all(is_near(leaf, 6, 70, 76) for leaf in leaves):
        return "F2-04"
    often = [6 * m + 70 * n for m in range(1, 5) for n in range(1, 5)]
    return "F2-X1" if all(is_near(leaf, *often) for leaf in leaves) else None


@contextlib.contextmanager
def recognised(student, *shows):
    """Name what is wrong with a gradient, whatever the style and the order of the nodes.

    ``shows`` says what the graph has: the operations in it, `REUSED`, `SHARED`.
    """
    try:
        yield
    except CheckFailed as failed:
        name = None
        with contextlib.suppress(CheckFailed, StudentError, TypeError, ValueError):
            name = recognise(read_small_graphs(student), shows)
        if name is None:
            raise
        raise fail(name, failed.observation.text, failed.values, failed.expected) from None


def read_small_graphs(student):
    keys = {"alone": (7,), "inside": (7,), "products": (2,), "sums": (2,), "shared": (2, 2)}
    got = mapping(student.run(pull_through_small_graphs), list(keys), "the gradients")
    return {key: finite_in_shape(got[key], shape) for key, shape in keys.items()}


def finite_in_shape(got, shape):
    array = finite(got, "the gradients")
    has_shape(array, shape, "the gradients")
    return array.tolist()


def expect_value(student, f, points, text, on_numbers=None, shows=()):
    """Expect the right value, and the right gradient of every leaf.

    ``points`` has one row a graph and one column a leaf; ``shows`` is as in `recognised`.
    """
    on_numbers = on_numbers or f
    data, grads = read_values(student, f, points)
    want = [on_numbers(*point) for point in points]
    close(data, want, f"y.data for y = {text}", shape="values")
    numeric = [numerical_gradient(lambda v: float(on_numbers(*v)), point) for point in points]
    what = "x.grad" if points.shape[1] == 1 else "the pair (x.grad, y.grad)"
    name = "y" if points.shape[1] == 1 else "z"
    with recognised(student, *shows):
        gradient(grads, numeric, f"{what} for {name} = {text}", shape="values")


def draw_leaf(rng):
    """Draw three points for a formula of one leaf."""
    return draw_points(rng).reshape(3, 1)


def every_operation_inside(x):
    # Each operation is followed by a product with x: its upstream gradient is not 1.
    y = x * (x + 1) + x * (x - 3) + x * (5 - x) + x * (x / 2) + x * (2 / x)
    return y + x * (-x) + x * x**3 + x * (x + x * x) + x * (x - x * x) + x * (x / (x * x + 2))


def deep_diamond(x):
    # The inner node a is used five times, at different depths and on both sides.
    a = x * x
    left = a * (a + 1)
    right = (a + 2) * a
    return left * right + a


def detour(x):
    a = x * x
    b = ((a * 3 + x) * 2 - 1) * x
    return a * b + a


def detour_turned(x):
    a = x * x
    b = x * (2 * (x + 3 * a) - 1)
    return a + b * a


def ladder(x):
    b, c = x, 2 * x
    for _ in range(6):
        b, c = c, c * x + b
    return c


def ladder_turned(x):
    b, c = x, 2 * x
    for _ in range(6):
        b, c = c, b + x * c
    return c


def two_leaves(x, y):
    return x * (y / (x + y)) - (y - x) * y


def pull_through_diamond(module, a):
    """Return numbers of the graph b = a + a, c = b + b after c.backward()."""
    a = module.Value(a)
    b = a + a
    c = b + b
    c.backward()
    return [c.data, a.grad, b.grad]


def pull_through_squares(module, a):
    """Return numbers of the graph b = a * a, c = b * b after c.backward()."""
    a = module.Value(a)
    b = a * a
    c = b * b
    c.backward()
    return [c.data, a.grad, b.grad]


def pull_twice(module, x, y):
    """Return the gradients after one call of backward, and after a second."""
    x, y = module.Value(x), module.Value(y)
    inner = x * x
    output = (inner + y) * x
    found = []
    for _ in range(2):
        output.backward()
        found.append([x.grad, y.grad, inner.grad])
    return found


def pull_through_two_graphs(module, x):
    """Return a leaf's gradient in one graph, in another, and in a part of the second."""
    x = module.Value(x)
    (x * x).backward()
    first = x.grad
    inner = x * x * x
    (inner * 2.0).backward()
    second = x.grad
    inner.backward()
    return [first, second, x.grad]


def pull_through_chain(module, x, factor, length):
    """Return the last value of a long chain, and the gradient of its first."""
    x = y = module.Value(x)
    for _ in range(length):
        y = y * factor
    y.backward()
    return [y.data, x.grad]


def pull_through_doublings(module, x, times, factor):
    """Return the gradient of a number that is doubled many times and multiplied once."""
    x = y = module.Value(x)
    for _ in range(times):
        y = y + y
    y = y * factor
    y.backward()
    return x.grad


def read_output_grads(module, x):
    """Return the gradients of two outputs: an operation's result, and a leaf."""
    leaf = module.Value(x)
    y = leaf * leaf + 3.0
    y.backward()
    of_result = y.grad
    leaf.backward()
    return [of_result, leaf.grad]


def operate_on_values(module, x, y):
    """Run every operation on two values, and return what these hold then."""
    x, y = module.Value(x), module.Value(y)
    for operand in (y, 2.0):
        x + operand, x - operand, x * operand, x / operand
    3.0 + x, 3.0 - x, 3.0 * x, 3.0 / x
    -x, x**2, x.exp(), x.relu()
    before = [x.data, y.data, x.grad, y.grad]
    (x * y + x).backward()
    return [*before, x.data, y.data]


@function("Value", points=4, slips=False)
class TestValue:
    @check(0.25, visible=True)
    def test_x_times_x_plus_x(self, student, rng):
        """x * x + x at three points."""
        xs = draw_seen_points(rng)
        data, grads = read_values(student, x_times_x_plus_x, xs.reshape(3, 1))
        text = f"for y = x * x + x at x = {list_points(xs)}"
        close(data, xs**2 + xs, f"y.data {text}", shape="values")
        with recognised(student, "+", "*", REUSED):
            close(grads, 2 * xs + 1, f"x.grad {text}", shape="values")

    @check(0.1)
    def test_x_cubed(self, student, rng):
        """x ** 3."""
        expect_value(student, x_cubed, draw_leaf(rng), "x ** 3", shows=("**",))

    @check(0.15)
    def test_two_x_cubed(self, student, rng):
        """(2 * x) ** 3."""
        expect_value(student, two_x_cubed, draw_leaf(rng), "(2 * x) ** 3", shows=("*", "**"))

    @check(0.15)
    def test_one_over_x(self, student, rng):
        """1 / x, and 4 / x."""
        expect_value(student, one_over_x, draw_leaf(rng), "1 / x", shows=("/",))
        expect_value(student, four_over_x, draw_leaf(rng), "4 / x", shows=("/",))

    @check(0.05)
    def test_x_over_2(self, student, rng):
        """x / 2."""
        expect_value(student, x_over_2, draw_leaf(rng), "x / 2", shows=("/",))

    @check(0.1)
    def test_five_minus_x(self, student, rng):
        """5 - x."""
        expect_value(student, five_minus_x, draw_leaf(rng), "5 - x")

    @check(0.05)
    def test_three_plus_two_x(self, student, rng):
        """3 + 2 * x."""
        expect_value(student, three_plus_two_x, draw_leaf(rng), "3 + 2 * x", shows=("+", "*"))

    @check(0.2)
    def test_quotient(self, student, rng):
        """(x + 1) / (x * x + 2)."""
        expect_value(
            student,
            quotient,
            draw_leaf(rng),
            "(x + 1) / (x * x + 2)",
            shows=("+", "*", "/", REUSED),
        )

    @check(0.15)
    def test_exp_2x_times_x(self, student, rng):
        """(2 * x).exp() * x."""
        text = "(2 * x).exp() * x"
        expect_value(
            student,
            exp_2x_times_x,
            draw_leaf(rng),
            text,
            exp_2x_times_x_on_numbers,
            shows=("*", "exp", REUSED),
        )

    @check(0.1)
    def test_x_minus_x_squared(self, student, rng):
        """x - x * x."""
        expect_value(
            student, x_minus_x_squared, draw_leaf(rng), "x - x * x", shows=("-", "*", REUSED)
        )

    @check(0.1, kind="property")
    def test_constant_7(self, student, rng):
        """What does not depend on x leaves x.grad at 0."""
        points = draw_leaf(rng)
        expect_value(student, seven, points, "7 + 0 * x")
        expect_value(student, constant_of_the_same_class, points, "Value(7.0)", seven)

    @check(0.05)
    def test_minus_x(self, student, rng):
        """-x."""
        expect_value(student, minus_x, draw_leaf(rng), "-x")

    @check(0.05)
    def test_numbers_on_the_right(self, student, rng):
        """Numbers on the right of -, * and +."""
        expect_value(
            student,
            numbers_on_the_right,
            draw_leaf(rng),
            "(x - 3) * 4 + 1.5",
            shows=("+", "-", "*"),
        )

    @check(0.05)
    def test_other_exponents(self, student, rng):
        """Exponents that are negative, 1, or no whole numbers."""
        points = rng.uniform(0.5, 1.5, size=(3, 1))
        text = "x ** -2 + x ** 0.5 + x ** 1 + x ** -1.5"
        expect_value(student, other_exponents, points, text, shows=("+", "**", REUSED))

    @check(0.15)
    def test_every_operation_inside(self, student, rng):
        """Every operator, with another operation after it."""
        text = "x * (x + 1) + x * (x - 3) + and so on through all operators"
        expect_value(
            student, every_operation_inside, draw_leaf(rng), text, shows=(*OPERATIONS[:5], REUSED)
        )

    @check(0.2, visible=True)
    def test_diamond(self, student, rng):
        """A node that is used twice by the same operation, twice in a row."""
        a = float(np.round(rng.uniform(0.5, 3.0), 4))
        got = student.run(pull_through_diamond, a)
        what = "the triple (c.data, a.grad, b.grad)"
        with recognised(student, "+", REUSED):
            close(got, [4 * a, 4.0, 2.0], f"{what} for a = {a:g}, b = a + a, c = b + b")
        got = student.run(pull_through_squares, a)
        want = [a**4, 4 * a**3, 2 * a**2]
        with recognised(student, "*", REUSED):
            close(got, want, f"{what} for a = {a:g}, b = a * a, c = b * b")

    @check(0.5)
    def test_deep_diamond(self, student, rng):
        """An inner node that is used at different depths."""
        text = "(a * (a + 1)) * ((a + 2) * a) + a, where a = x * x"
        expect_value(student, deep_diamond, draw_leaf(rng), text, shows=("+", "*", REUSED, SHARED))

    @check(0.35)
    def test_short_way_and_long_way(self, student, rng):
        """A node that is used at once and again much later, on either side."""
        text = "a * b + a, where a = x * x, b = ((a * 3 + x) * 2 - 1) * x"
        shows = ("+", "-", "*", REUSED, SHARED)
        expect_value(student, detour, draw_leaf(rng), text, shows=shows)
        text = "a + b * a, where a = x * x, b = x * (2 * (x + 3 * a) - 1)"
        expect_value(student, detour_turned, draw_leaf(rng), text, shows=shows)

    @check(0.35)
    def test_ladder(self, student, rng):
        """Each node is used by the next one and by the one after that."""
        shows = ("+", "*", REUSED, SHARED)
        text = "c after six times b, c = c, c * x + b, from b = x, c = 2 * x"
        expect_value(student, ladder, draw_leaf(rng), text, shows=shows)
        text = "c after six times b, c = c, b + x * c, from b = x, c = 2 * x"
        expect_value(student, ladder_turned, draw_leaf(rng), text, shows=shows)

    @check(0.15)
    def test_two_leaves(self, student, rng):
        """A function of two values."""
        points = rng.uniform(0.5, 1.5, size=(3, 2))
        expect_value(
            student,
            two_leaves,
            points,
            "x * (y / (x + y)) - (y - x) * y",
            shows=(*OPERATIONS[:4], REUSED),
        )

    @check(0.15)
    def test_relu_kills_negative_branch(self, student, rng):
        """relu passes the gradient where its argument is positive, and only there."""
        # Points on both sides of the kinks, which are at 1 and -1.
        points = 1 + draw_leaf(rng)
        text = "3 * (x - 1).relu() - 2 * (x * x - 1).relu() + x"
        expect_value(
            student, two_relus, points, text, two_relus_on_numbers, shows=(*OPERATIONS, REUSED)
        )

    @check(0.1)
    def test_backward_twice_idempotent(self, student, rng):
        """A second call of backward changes nothing."""
        x, y = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        first, second = sequence(student.run(pull_twice, x, y), 2, "the gradients")
        want = [3 * x * x + y, x, x]
        text = "of x, y and a, for z = (a + y) * x, a = x * x"
        with recognised(student, "+", "*", REUSED):
            close(first, want, f"the gradient {text}")
        close(second, want, f"after a second backward, the gradient {text}")

    @check(0.1)
    def test_leaf_of_a_second_graph(self, student, rng):
        """Another graph with the same leaf starts from clean gradients."""
        x = float(rng.uniform(0.5, 1.5))
        got = sequence(student.run(pull_through_two_graphs, x), 3, "the gradients")
        with recognised(student, "*", REUSED):
            close(got[0], 2 * x, "x.grad for y = x * x")
        with recognised(student, "*", REUSED):
            close(got[1], 6 * x * x, "x.grad in a second graph, y = 2 * (x * x * x),")
        close(got[2], 3 * x * x, "x.grad after backward of the inner node x * x * x")

    @check(0.15)
    def test_chain_of_3000_nodes(self, student, rng):
        """A chain of 3000 operations."""
        x = float(rng.uniform(0.5, 1.5))
        factor = 1 + int(rng.integers(1, 9)) / 4096
        got = sequence(student.run(pull_through_chain, x, factor, 3000), 2, "y.data and x.grad")
        close(got[0], x * factor**3000, "y.data at the end of 3000 products")
        with recognised(student, "*"):
            close(got[1], factor**3000, "x.grad through 3000 products")

    @check(0.1, call_s=2)
    def test_many_paths(self, student, rng):
        """40 doublings: no walk along every path."""
        x, factor = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        got = student.run(pull_through_doublings, x, 40, factor)
        with recognised(student, "+", "*", REUSED, SHARED):
            close(got, 2.0**40 * factor, "x.grad through 40 doublings and a product")

    @check(0.1, kind="property")
    def test_output_grad_is_1(self, student, rng):
        """The output's own gradient is 1."""
        got = student.run(read_output_grads, float(rng.uniform(0.5, 1.5)))
        y, leaf = sequence(got, 2, "the gradients of the outputs")
        close(y, 1.0, "y.grad after y.backward()")
        close(leaf, 1.0, "the gradient of a leaf after its own backward()")

    @check(0.05, kind="property")
    def test_operands_not_modified(self, student, rng):
        """Operations leave their operands alone, and backward changes no data."""
        x, y = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        got = sequence(student.run(operate_on_values, x, y), 6, "the operands")
        close(got[:4], [x, y, 0.0, 0.0], "data and grad of two operands after all operations")
        close(got[4:], [x, y], "data of two leaves after backward")


# The cost of a Jacobian


def expect_passes(student, n_in, n_out):
    got = mapping(student.jacobian_passes(n_in, n_out), ("forward", "reverse"), "the answer")
    equal(got["forward"], n_in, "the number of forward passes")
    equal(got["reverse"], n_out, "the number of reverse passes")


@function("jacobian_passes(n_in, n_out)", points=1, slips=False)
class TestJacobianPasses:
    @check(0.7, visible=True)
    def test_counts(self, student, rng):
        """Passes of each mode, with more inputs than outputs and the reverse."""
        few, many = int(rng.integers(2, 1000)), int(rng.integers(1001, 100_000))
        expect_passes(student, many, few)
        expect_passes(student, few, many)
        expect_passes(student, few, few)

    @check(0.3)
    def test_one_loss_of_many_weights(self, student, rng):
        """One loss, a million weights."""
        expect_passes(student, int(rng.integers(1_000_000, 2_000_000)), 1)
        expect_passes(student, 1, int(rng.integers(2, 1000)))
