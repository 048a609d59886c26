"""Checks of dual numbers, of a graph of values, and of the cost of a Jacobian.

Oracles: figures worked by hand, and complex steps of the same formulas on plain numbers.
The formulas below are functions that run on numbers, and on nodes that stand for objects
of the students' classes. No formula is sent: the students' side is asked for one operation
after another, and which one comes next depends on what it answered.
"""

import contextlib

import numpy as np

from grader.testing import (
    CheckFailed,
    Formula,
    StudentError,
    as_array,
    check,
    close,
    complex_slopes,
    equal,
    fail,
    finite,
    function,
    has_shape,
    mapping,
)

# Derivatives are compared to the accuracy of double precision, which differences do not have.
EXACT = {"rtol": 2e-12, "atol": 2e-13}

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


def shared_by_functions(x):
    # x goes into each function twice, so that one of its shares comes after another.
    return x * 3 + x.relu() + x.exp() + x.relu() * x.exp() + (x + 2) / (x + 2) + x / x * x


def shared_by_functions_on_numbers(x):
    relu = np.maximum(x, 0.0)
    return x * 3 + relu + np.exp(x) + relu * np.exp(x) + 1 + x


def draw_points(rng):
    """Draw three numbers of either sign, none near 0."""
    return rng.uniform(0.5, 1.5, size=3) * np.array([1.0, -1.0, 1.0])


# Numbers far away

# Beside so large a number a formula's differences have no digits left. How one is brought in
# depends on what the students' class can do; each way adds a whole multiple of x's derivative.
# The first hides x beside a 1 before it scales both up: what looks like a constant is none.
WAYS = (
    (lambda y, x, far: y + (x * (1 / far) + 1.0) * far, 1.0),
    (lambda y, x, far: y + far, 0.0),
    (lambda y, x, far: y - far, 0.0),
    (lambda y, x, far: far + y, 0.0),
    (lambda y, x, far: y, 0.0),
)


def find_way(works):
    """Return the first way that works, and how much of x's derivative it adds."""
    for way, added in WAYS[:-1]:
        with contextlib.suppress(CheckFailed, StudentError):
            works(way, added)
            return way, added
    return WAYS[-1]


def draw_far(answers):
    """Return a number far away that depends on what was answered before."""
    return 2.0 ** (90 + int(1e6 * abs(sum(answers))) % 20)


def exact(got, want, what, added=0.0):
    """Expect derivatives that are right in double precision, with something added to each."""
    array = as_array(got, what).astype(float)
    if array.size == np.size(want):
        array = array.reshape(np.shape(want)) - added
    close(array, want, what, shape="values", **EXACT)


# Dual numbers


def find_way_of_duals(student, rng):
    a, b = rng.uniform(0.5, 1.5, size=2).tolist()

    def works(way, added):
        program = student.program("Dual")
        x = program.make(a, b)
        y = way(x, x, 4.0)
        close(program.read((y, "a"), (y, "b")), [way(a, a, 4.0), (1 + added) * b], "Dual")

    return find_way(works)


def read_duals(student, f, xs, tangents):
    """Return what y.a and y.b were for y = f(x) at some dual numbers x."""
    program = student.program("Dual")
    ys = [f(program.make(x, b)) for x, b in zip(xs.tolist(), tangents.tolist())]
    got = program.read(*((y, name) for name in "ab" for y in ys))
    return got[: len(ys)], got[len(ys) :]


def expect_dual(student, rng, f, text, on_numbers=None, xs=None):
    """Expect the right value and derivative at dual numbers with any tangent."""
    on_numbers = on_numbers or f
    xs = draw_points(rng) if xs is None else xs
    # Not 1, which cannot show that a rule leaves the operand's derivative out.
    tangents = rng.uniform(1.5, 2.5, size=3) * np.array([1.0, 1.0, -1.0])
    way, added = find_way_of_duals(student, rng)
    program = student.program("Dual")
    duals = [program.make(x, b) for x, b in zip(xs.tolist(), tangents.tolist())]
    ys = [f(x) for x in duals]
    values = on_numbers(xs)
    close(program.read(*((y, "a") for y in ys)), values, f"y.a for y = {text}", shape="values")
    far = draw_far(values)
    order = np.argsort(values)  # what comes next depends on what was answered
    read = program.read(*((way(ys[k], duals[k], far), "b") for k in order))
    b = [read[k] for k in np.argsort(order)]
    want = tangents * [complex_slopes(on_numbers, [x])[0] for x in xs]
    exact(b, want, f"y.b for y = {text}", added * tangents)


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


def operate_on_duals(x, y):
    """Do every operation on two dual numbers."""
    for operand in (y, 2.0):
        x + operand, x - operand, x * operand, x / operand
    3.0 + x, 3.0 - x, 3.0 * x, 3.0 / x
    -x, x**2, x.exp(), x.sigmoid()


@function("Dual", points=2, slips=False)
class TestDual:
    @check(0.2, visible=True)
    def test_x_times_x_plus_x(self, student, rng):
        """x * x + x."""
        xs, tangents, duals = draw_seen_duals(rng)
        a, b = read_duals(student, x_times_x_plus_x, xs, tangents)
        close(a, xs**2 + xs, f"y.a for y = x * x + x with {duals}", shape="values")
        want = (2 * xs + 1) * tangents
        exact(b, want, f"y.b for y = x * x + x with {duals}")

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
        exact(b, -tangents, f"y.b for y = 5 - x with {duals}")

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
        program = student.program("Dual")
        ys = [program.make(7.0), program.make(-2)]
        a, b = (program.read(*((y, name) for y in ys)) for name in "ab")
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
        program = student.program("Dual")
        operands = program.make(x, 1.5), program.make(y, -0.5)
        operate_on_duals(*operands)
        got = program.read(*((operand, name) for operand in operands for name in "ab"))
        close(got, [x, 1.5, y, -0.5], "a and b of two operands after all operations")


# The derivative of a function


def polynomial(x, p, q, r):
    return p * x * x * x - q * x * x + r


def polynomial_slope(x, p, q, r):
    return 3 * p * x * x - 2 * q * x


def exp_over_x(x, p):
    return (p * x).exp() / x


def exp_over_x_slope(x, p):
    return (p - 1 / x) * np.exp(p * x) / x


def plain_number(x, p):
    return p


# The same for a stand-in, which has a value a and a derivative b and no operations.


def polynomial_in_one(a, b, p, q, r):
    return polynomial(a, p, q, r), polynomial_slope(a, p, q, r) * b


def exp_over_x_in_one(a, b, p):
    return float(np.exp(p * a) / a), float(exp_over_x_slope(a, p) * b)


def plain_number_in_one(a, b, p):
    return p


class StandIn:
    """In the place of a Dual that is wrong: no solution to anything, for it can do nothing."""

    def __init__(self, a, b=0.0):
        self.a, self.b = a, b


def differentiate(student, f, f_in_one, weights, xs, stand_in=None):
    """Return the derivatives of f that the student's function finds, or with a stand-in's Dual."""

    def ask(x):
        formula = Formula(
            "Dual",
            ("a", x),
            lambda v: f(v, *weights),
            (lambda a, b: f_in_one(a, b, *weights)) if stand_in else None,
            ("a", "b"),
        )
        return student.pass_formula("forward_derivative", formula, x, stand_in=stand_in)

    return [ask(x) for x in xs.tolist()]


def draw_polynomial(rng):
    """Draw the factors of a polynomial, and write it down."""
    p, q, r = (int(n) for n in rng.integers([2, 2, 1], [10, 10, 100]))
    return (p, q, r), f"{p} * x * x * x - {q} * x * x + {r}"


def expect_derivative(student, f, f_in_one, weights, xs, want, text, **tolerance):
    """Expect the right derivatives, with the student's own Dual or with a stand-in."""
    what = f"the derivative of {text}"
    asked = student, f, f_in_one, weights, xs
    tolerance = {"rtol": 1e-12, "atol": 1e-13, **tolerance}
    try:
        close(differentiate(*asked), want, what, shape="values", **tolerance)
    except (CheckFailed, StudentError):
        # The fault may be in their Dual, which has checks of its own.
        close(differentiate(*asked, StandIn), want, what, shape="values", **tolerance)


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
        want = exp_over_x_slope(xs, p)
        functions = exp_over_x, exp_over_x_in_one
        expect_derivative(student, *functions, (p,), xs, want, "(p * x).exp() / x")

    @check(0.2)
    def test_exact_for_large_x(self, student, rng):
        """Exact even for x above a million, where differences are not."""
        weights, _ = draw_polynomial(rng)
        xs = rng.uniform(1e6, 2e6, size=3)
        want = polynomial_slope(xs, *weights)
        # With its numbers, the message would give the answer away without dual numbers.
        text = "a polynomial at large x"
        functions = polynomial, polynomial_in_one
        expect_derivative(student, *functions, weights, xs, want, text, atol=0.0)

    @check(0.1, kind="property")
    def test_constant_function(self, student, rng):
        """0 for a function that returns a plain number."""
        xs, number = draw_points(rng), int(rng.integers(1, 100))
        text = f"the constant {number}"
        functions = plain_number, plain_number_in_one
        expect_derivative(student, *functions, (number,), xs, np.zeros(3), text)


# A graph of values


def find_way_of_values(student, rng):
    (data,) = rng.uniform(0.5, 1.5, size=1).tolist()

    def works(way, added):
        program = student.program("Value")
        x = program.make(data)
        y = way(x, x, 4.0)
        y.backward()
        want = [way(data, data, 4.0), 1 + added]
        close(program.read((y, "data"), (x, "grad")), want, "Value")

    return find_way(works)


def pull_back(program, y, leaves):
    """Note that y.backward() is called, and that the gradients of leaves are read then."""
    y.backward()
    for leaf in leaves:
        program.look(leaf, "grad")


def make_leaves(program, point):
    return [program.make(float(number)) for number in point]


def read_values(student, f, points):
    """Return what y.data and the gradients of the leaves were for y = f(leaves)."""
    program = student.program("Value")
    leaves = [make_leaves(program, point) for point in points]
    ys = [f(*these) for these in leaves]
    for y in ys:
        program.look(y, "data")
    for y, these in zip(ys, leaves):
        pull_back(program, y, these)
    got = program.read()
    return got[: len(ys)], got[len(ys) :]


# What a graph must have for a way of going wrong to show in it.
REUSED = "a node that is used more than once"
SHARED = "a node that is used more than once and was computed itself"
OPERATIONS = ("+", "-", "*", "/", "**", "exp", "relu")


def pull_through_small_graphs(program):
    """Note which gradients to read for ways of going wrong to be told apart, by groups."""
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
        """Look at the gradients of a leaf and of an inner node, or of the leaf twice."""
        x = program.make(1.5)
        y, inner = f(x), x
        if isinstance(y, tuple):
            y, inner = y
        pull_back(program, y, [x, inner])

    def share(x, turned):
        a = x * 2
        short, long = a * 3, (a * 7) * 5
        return (long + short if turned else short + long), a

    return {
        "alone": [pull(f) for f in operations],
        "inside": [pull(lambda x, f=f: f(x) * 5) for f in operations],
        "products": [pull(lambda x: x * 3 + x * 5), pull(lambda x: x * x)],
        "sums": [pull(lambda x: (x + 1) * 3 + (x + 2) * 5), pull(lambda x: x + x)],
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
    """Return the gradients of x, and of the inner node of those that have one, by group."""
    program = student.program("Value")
    groups = pull_through_small_graphs(program)
    got = program.read()
    array = finite(got, "the gradients")
    has_shape(array, (len(got),), "the gradients")
    pairs = iter(array.reshape(-1, 2).tolist())
    found = {key: [next(pairs) for _ in group] for key, group in groups.items()}
    return {
        key: pairs if key == "shared" else [x for x, _ in pairs] for key, pairs in found.items()
    }


def expect_value(student, rng, f, points, text, on_numbers=None, shows=()):
    """Expect the right value, and the right gradient of every leaf.

    ``points`` has one row a graph and one column a leaf; ``shows`` is as in `recognised`.
    """
    on_numbers = on_numbers or f
    way, added = find_way_of_values(student, rng)
    program = student.program("Value")
    leaves = [make_leaves(program, point) for point in points]
    ys = [f(*these) for these in leaves]
    want = [on_numbers(*point) for point in points]
    close(program.read(*((y, "data") for y in ys)), want, f"y.data for y = {text}", shape="values")
    far = draw_far(want)
    order = np.argsort(want)  # what comes next depends on what was answered
    for k in order:
        pull_back(program, way(ys[k], leaves[k][0], far), leaves[k])
    read, each = program.read(), points.shape[1]
    grads = [grad for k in np.argsort(order) for grad in read[k * each : (k + 1) * each]]
    slopes = [slope for point in points for slope in complex_slopes(on_numbers, point)]
    what = "x.grad" if points.shape[1] == 1 else "the pair (x.grad, y.grad)"
    name = "y" if points.shape[1] == 1 else "z"
    # To the first leaf of each graph something was added.
    more = np.ravel([[added] + [0.0] * (points.shape[1] - 1)] * len(points))
    with recognised(student, *shows):
        exact(grads, slopes, f"{what} for {name} = {text}", more)


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


def read_graph(student, a, b_of, c_of):
    """Return numbers of the graph b = b_of(a), c = c_of(b) after c.backward()."""
    program = student.program("Value")
    a = program.make(a)
    b = b_of(a)
    c = c_of(b)
    c.backward()
    return program.read((c, "data"), (a, "grad"), (b, "grad"))


def operate_on_values(x, y):
    """Do every operation on two values."""
    for operand in (y, 2.0):
        x + operand, x - operand, x * operand, x / operand
    3.0 + x, 3.0 - x, 3.0 * x, 3.0 / x
    -x, x**2, x.exp(), x.relu()


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
            exact(grads, 2 * xs + 1, f"x.grad {text}")

    @check(0.1)
    def test_x_cubed(self, student, rng):
        """x ** 3."""
        expect_value(student, rng, x_cubed, draw_leaf(rng), "x ** 3", shows=("**",))

    @check(0.15)
    def test_two_x_cubed(self, student, rng):
        """(2 * x) ** 3."""
        expect_value(student, rng, two_x_cubed, draw_leaf(rng), "(2 * x) ** 3", shows=("*", "**"))

    @check(0.15)
    def test_one_over_x(self, student, rng):
        """1 / x, and 4 / x."""
        expect_value(student, rng, one_over_x, draw_leaf(rng), "1 / x", shows=("/",))
        expect_value(student, rng, four_over_x, draw_leaf(rng), "4 / x", shows=("/",))

    @check(0.05)
    def test_x_over_2(self, student, rng):
        """x / 2."""
        expect_value(student, rng, x_over_2, draw_leaf(rng), "x / 2", shows=("/",))

    @check(0.1)
    def test_five_minus_x(self, student, rng):
        """5 - x."""
        expect_value(student, rng, five_minus_x, draw_leaf(rng), "5 - x")

    @check(0.05)
    def test_three_plus_two_x(self, student, rng):
        """3 + 2 * x."""
        expect_value(student, rng, three_plus_two_x, draw_leaf(rng), "3 + 2 * x", shows=("+", "*"))

    @check(0.2)
    def test_quotient(self, student, rng):
        """(x + 1) / (x * x + 2)."""
        expect_value(
            student,
            rng,
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
            rng,
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
            student, rng, x_minus_x_squared, draw_leaf(rng), "x - x * x", shows=("-", "*", REUSED)
        )

    @check(0.1, kind="property")
    def test_constant_7(self, student, rng):
        """What does not depend on x leaves x.grad at 0."""
        points = draw_leaf(rng)
        expect_value(student, rng, seven, points, "7 + 0 * x")
        program = student.program("Value")
        x, y = program.make(float(points[0, 0])), program.make(7.0)
        y.backward()
        got = program.read((y, "data"), (x, "grad"))
        close(got, [7.0, 0.0], "the pair (y.data, x.grad) for y = Value(7.0)")

    @check(0.05)
    def test_minus_x(self, student, rng):
        """-x."""
        expect_value(student, rng, minus_x, draw_leaf(rng), "-x")

    @check(0.05)
    def test_numbers_on_the_right(self, student, rng):
        """Numbers on the right of -, * and +."""
        expect_value(
            student,
            rng,
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
        expect_value(student, rng, other_exponents, points, text, shows=("+", "**", REUSED))

    @check(0.15)
    def test_every_operation_inside(self, student, rng):
        """Every operator, with another operation after it."""
        text = "x * (x + 1) + x * (x - 3) + and so on through all operators"
        expect_value(
            student,
            rng,
            every_operation_inside,
            draw_leaf(rng),
            text,
            shows=(*OPERATIONS[:5], REUSED),
        )

    @check(0.2, visible=True)
    def test_diamond(self, student, rng):
        """A node that is used twice by the same operation, twice in a row."""
        a = float(np.round(rng.uniform(0.5, 3.0), 4))
        what = "the triple (c.data, a.grad, b.grad)"
        got = read_graph(student, a, lambda a: a + a, lambda b: b + b)
        with recognised(student, "+", REUSED):
            want = [4 * a, 4.0, 2.0]
            exact(got, want, f"{what} for a = {a:g}, b = a + a, c = b + b")
        got = read_graph(student, a, lambda a: a * a, lambda b: b * b)
        want = [a**4, 4 * a**3, 2 * a**2]
        with recognised(student, "*", REUSED):
            exact(got, want, f"{what} for a = {a:g}, b = a * a, c = b * b")

    @check(0.4)
    def test_deep_diamond(self, student, rng):
        """An inner node that is used at different depths."""
        text = "(a * (a + 1)) * ((a + 2) * a) + a, where a = x * x"
        expect_value(
            student, rng, deep_diamond, draw_leaf(rng), text, shows=("+", "*", REUSED, SHARED)
        )

    @check(0.35)
    def test_short_way_and_long_way(self, student, rng):
        """A node that is used at once and again much later, on either side."""
        text = "a * b + a, where a = x * x, b = ((a * 3 + x) * 2 - 1) * x"
        shows = ("+", "-", "*", REUSED, SHARED)
        expect_value(student, rng, detour, draw_leaf(rng), text, shows=shows)
        text = "a + b * a, where a = x * x, b = x * (2 * (x + 3 * a) - 1)"
        expect_value(student, rng, detour_turned, draw_leaf(rng), text, shows=shows)

    @check(0.35)
    def test_ladder(self, student, rng):
        """Each node is used by the next one and by the one after that."""
        shows = ("+", "*", REUSED, SHARED)
        text = "c after six times b, c = c, c * x + b, from b = x, c = 2 * x"
        expect_value(student, rng, ladder, draw_leaf(rng), text, shows=shows)
        text = "c after six times b, c = c, b + x * c, from b = x, c = 2 * x"
        expect_value(student, rng, ladder_turned, draw_leaf(rng), text, shows=shows)

    @check(0.15)
    def test_two_leaves(self, student, rng):
        """A function of two values."""
        points = rng.uniform(0.5, 1.5, size=(3, 2))
        expect_value(
            student,
            rng,
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
            student, rng, two_relus, points, text, two_relus_on_numbers, shows=(*OPERATIONS, REUSED)
        )

    @check(0.1)
    def test_leaf_shared_by_functions(self, student, rng):
        """A leaf that relu, exp and a division each take twice."""
        text = "x * 3 + x.relu() + x.exp() + x.relu() * x.exp() + (x + 2) / (x + 2) + x / x * x"
        expect_value(
            student,
            rng,
            shared_by_functions,
            draw_leaf(rng),
            text,
            shared_by_functions_on_numbers,
            shows=(*OPERATIONS, REUSED, SHARED),
        )

    @check(0.1)
    def test_backward_twice_idempotent(self, student, rng):
        """A second call of backward changes nothing."""
        x, y = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        way, added = find_way_of_values(student, rng)
        program = student.program("Value")
        leaves = make_leaves(program, (x, y))
        inner = leaves[0] * leaves[0]
        z = way((inner + leaves[1]) * leaves[0], leaves[0], draw_far((x, y)))
        found = []
        for _ in range(2):
            z.backward()
            found.append(program.read(*((node, "grad") for node in (*leaves, inner))))
        want = [3 * x * x + y, x, x]
        text = "of x, y and a, for z = (a + y) * x, a = x * x"
        with recognised(student, "+", "*", REUSED):
            exact(found[0], want, f"the gradient {text}", [added, 0.0, 0.0])
        exact(found[1], want, f"after a second backward, the gradient {text}", [added, 0.0, 0.0])

    @check(0.1)
    def test_leaf_of_a_second_graph(self, student, rng):
        """Another graph with the same leaf starts from clean gradients."""
        x = float(rng.uniform(0.5, 1.5))
        way, added = find_way_of_values(student, rng)
        program = student.program("Value")
        leaf = program.make(x)
        way(leaf * leaf, leaf, draw_far((x,))).backward()
        (first,) = program.read((leaf, "grad"))
        with recognised(student, "*", REUSED):
            exact(first, 2 * x, "x.grad for y = x * x", added)
        inner = leaf * leaf * leaf
        way(inner * 2.0, leaf, draw_far((x, 1.0))).backward()
        (second,) = program.read((leaf, "grad"))
        with recognised(student, "*", REUSED):
            what = "x.grad in a second graph, y = 2 * (x * x * x),"
            exact(second, 6 * x * x, what, added)
        way(inner, leaf, draw_far((x, 2.0))).backward()
        (third,) = program.read((leaf, "grad"))
        exact(third, 3 * x * x, "x.grad after backward of the inner node x * x * x", added)

    @check(0.15)
    def test_chain_of_3000_nodes(self, student, rng):
        """A chain of 3000 operations."""
        x = float(rng.uniform(0.5, 1.5))
        factor = 1 + int(rng.integers(1, 9)) / 4096
        way, added = find_way_of_values(student, rng)
        program = student.program("Value")
        leaf = program.make(x)
        y = program.repeat(leaf, lambda y: y * factor, 3000)
        (data,) = program.read((y, "data"))
        close(data, x * factor**3000, "y.data at the end of 3000 products")
        way(y, leaf, draw_far((x,))).backward()
        (got,) = program.read((leaf, "grad"))
        with recognised(student, "*"):
            exact(got, factor**3000, "x.grad through 3000 products", added)

    @check(0.1, call_s=2)
    def test_many_paths(self, student, rng):
        """40 doublings: no walk along every path."""
        x, factor = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        way, added = find_way_of_values(student, rng)
        program = student.program("Value")
        leaf = program.make(x)
        y = program.repeat(leaf, lambda y: y + y, 40) * factor
        way(y, leaf, draw_far((x,))).backward()
        (got,) = program.read((leaf, "grad"))
        with recognised(student, "+", "*", REUSED, SHARED):
            exact(got, 2.0**40 * factor, "x.grad through 40 doublings and a product", added)

    @check(0.1, kind="property")
    def test_output_grad_is_1(self, student, rng):
        """The output's own gradient is 1."""
        program = student.program("Value")
        leaf = program.make(float(rng.uniform(0.5, 1.5)))
        y = leaf * leaf + 3.0
        y.backward()
        close(program.read((y, "grad"))[0], 1.0, "y.grad after y.backward()")
        leaf.backward()
        got = program.read((leaf, "grad"))[0]
        close(got, 1.0, "the gradient of a leaf after its own backward()")

    @check(0.05, kind="property")
    def test_operands_not_modified(self, student, rng):
        """Operations leave their operands alone, and backward changes no data."""
        x, y = (float(p) for p in rng.uniform(0.5, 1.5, size=2))
        program = student.program("Value")
        leaves = make_leaves(program, (x, y))
        operate_on_values(*leaves)
        got = program.read(*((leaf, name) for name in ("data", "grad") for leaf in leaves))
        close(got, [x, y, 0.0, 0.0], "data and grad of two operands after all operations")
        (leaves[0] * leaves[1] + leaves[0]).backward()
        got = program.read(*((leaf, "data") for leaf in leaves))
        close(got, [x, y], "data of two leaves after backward")


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
