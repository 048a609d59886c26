"""Checks of backpropagation.

Oracles: centred differences of losses that are written down here, and for the gradients
of one layer plain loops over single numbers.
"""

import math
from itertools import pairwise

import numpy as np

from grader.testing import (
    TooCostly,
    attach_errors,
    by_source,
    check,
    close,
    entries,
    expect,
    fail,
    finite,
    function,
    gradient,
    has_shape,
    mapping,
    numerical_gradient,
    results,
    sequence,
    unmodified,
)

KEYS = ("w1", "b1", "w2", "b2")


# Activations, and the slopes that are handed to the student's functions.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0.0)


def sigmoid_prime(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def tanh_prime(z):
    return 1 / np.cosh(z) ** 2


def relu_prime(z):
    return (z > 0).astype(float)


# Inputs.


def draw_away_from_kink(rng, shape):
    """Draw numbers of both signs, none so near to 0 that a difference would cross it."""
    while True:
        z = rng.normal(size=shape)
        if np.abs(z).min() > 0.01 and z.min() < 0 < z.max():
            return z


def draw_labels(rng, rows, columns):
    """Draw zeros and ones in random order: both in every column, rows not one-hot."""
    regular = [[float(row % (column + 2) == 0) for column in range(columns)] for row in range(rows)]
    return rng.permutation(regular)


def sizes_of(declared="", **sizes):
    """Return sizes by name; where all are equal, a name that declares it, as in ``"N = n"``."""
    return {declared: sizes["N"]} if declared else sizes


# Expectations.


def expect_entry(answer, key):
    """Return one entry of a dict; whether it has further keys does not matter here."""
    return entries(answer, KEYS, "the answer")[key]


def expect_numbers(got, shape, what):
    """Return finite numbers in a shape; axes of length 1 may be there or missing."""
    array = finite(got, what)
    text = f"{what} has shape {array.shape}, expected {shape}"
    expect(array.size == math.prod(shape), text, identity="wrong_shape")
    return array.reshape(shape)


def scalar_loss(x, y, w1, b1, w2, b2):
    y_hat = w2 / (1 + math.exp(-(w1 * x + b1))) + b2
    return (y - y_hat) ** 2 / 2


def expect_scalar_gradients(student, sample, parameters):
    """Expect dL/db2, dL/dw2, dL/db1 and dL/dw1 at one point, the output neuron first."""
    answer = student.scalar_backprop(*sample, *(parameters[key] for key in KEYS))
    for key in reversed(KEYS):
        numeric = numerical_gradient(
            lambda value, key=key: scalar_loss(*sample, **(parameters | {key: float(value)})),
            parameters[key],
        )
        got = expect_entry(answer, key)
        gradient(got, numeric, f"the gradient of {key}", shape="values", result=key)


@function("scalar_backprop(x, y, w1, b1, w2, b2)", points=3)
class TestScalarBackprop:
    @check(1.5, visible=True)
    def test_values_vs_numeric(self, student, rng):
        """Agrees with centred differences of half the squared error."""
        parameters = {
            "w1": rng.uniform(0.5, 1.5),
            "b1": rng.uniform(-0.5, 0.5),
            "w2": rng.uniform(-1.5, -0.5),
            "b2": rng.uniform(0.5, 1.5),
        }
        # a < 1, so the prediction is above b2 - 1.5 >= -1: the residual is positive.
        sample = rng.uniform(0.5, 1.5), rng.uniform(-3.0, -1.5)
        expect_scalar_gradients(student, sample, parameters)

    @check(1.5)
    def test_second_point_opposite_residual_sign(self, student, rng):
        """Agrees where the prediction is too low, and x is negative."""
        parameters = {
            "w1": rng.uniform(-1.5, -0.5),
            "b1": rng.uniform(-0.5, 0.5),
            "w2": rng.uniform(0.5, 1.5),
            "b2": rng.uniform(-1.5, -0.5),
        }
        sample = rng.uniform(-1.5, -0.5), rng.uniform(1.5, 3.0)
        expect_scalar_gradients(student, sample, parameters)


def expect_output_delta(student, rng, f, f_prime, shape):
    """Expect dL/dz of ``L = sum(dL_da * f(z))``, whose gradient in a is dL_da."""
    dL_da = rng.normal(size=shape)
    z = draw_away_from_kink(rng, shape)
    got = student.output_delta(dL_da, z, by_source(f_prime))
    numeric = numerical_gradient(lambda at: np.sum(dL_da * f(at)), z)
    declared = "N = C" if shape[0] == shape[1] else ""
    known = sizes_of(declared, N=shape[0], C=shape[1]) | {"z": z, "dL_da": dL_da}
    gradient(got, numeric, "delta", sizes=known)


@function("output_delta(dL_da, z, f_prime)", points=2)
class TestOutputDelta:
    @check(0.6, visible=True)
    def test_f_sigmoid(self, student, rng):
        """Right where f is the sigmoid."""
        expect_output_delta(student, rng, sigmoid, sigmoid_prime, (7, 3))

    @check(0.5)
    def test_f_tanh(self, student, rng):
        """Right where f is tanh."""
        expect_output_delta(student, rng, np.tanh, tanh_prime, (5, 4))

    @check(0.3)
    def test_f_relu(self, student, rng):
        """Right where f is ReLU."""
        expect_output_delta(student, rng, relu, relu_prime, (8, 3))

    @check(0.3)
    def test_square_shapes(self, student, rng):
        """Right with as many rows as columns."""
        expect_output_delta(student, rng, np.tanh, tanh_prime, (4, 4))

    @check(0.1)
    def test_one_row(self, student, rng):
        """Right for one sample, and for one output."""
        for shape in ((1, 3), (5, 1)):
            dL_da, z = rng.normal(size=shape), rng.normal(size=shape)
            got = student.output_delta(dL_da, z, by_source(sigmoid_prime))
            close(got, dL_da * sigmoid_prime(z), "delta")

    @check(0.2, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.output_delta(
            rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), by_source(tanh_prime)
        )
        unmodified(student)


def expect_hidden_delta(student, rng, f, f_prime, *, N, n, n_next):
    """Expect dL/dz of ``L = sum(delta_next * (f(z) @ W_next))``, where dL/dz_next is known."""
    delta_next = rng.normal(size=(N, n_next))
    W_next = rng.normal(size=(n, n_next))
    z = draw_away_from_kink(rng, (N, n))
    got = student.hidden_delta(delta_next, W_next, z, by_source(f_prime))
    numeric = numerical_gradient(lambda at: np.sum(delta_next * (f(at) @ W_next)), z)
    declared = "N = n = n_next" if N == n == n_next else ""
    known = sizes_of(declared, N=N, n=n, n_next=n_next) | {"z": z}
    gradient(got, numeric, "delta", sizes=known)


@function("hidden_delta(delta_next, W_next, z, f_prime)", points=4)
class TestHiddenDelta:
    @check(0.8, visible=True)
    def test_f_sigmoid(self, student, rng):
        """Right where f is the sigmoid."""
        expect_hidden_delta(student, rng, sigmoid, sigmoid_prime, N=7, n=4, n_next=3)

    @check(0.8, visible=True)
    def test_square_w_f_sigmoid(self, student, rng):
        """Right where f is the sigmoid and every array is square."""
        expect_hidden_delta(student, rng, sigmoid, sigmoid_prime, N=4, n=4, n_next=4)

    @check(0.6)
    def test_f_tanh(self, student, rng):
        """Right where f is tanh."""
        expect_hidden_delta(student, rng, np.tanh, tanh_prime, N=7, n=3, n_next=5)

    @check(0.6)
    def test_square_w_f_tanh(self, student, rng):
        """Right where f is tanh and every array is square."""
        expect_hidden_delta(student, rng, np.tanh, tanh_prime, N=5, n=5, n_next=5)

    @check(0.4)
    def test_f_relu(self, student, rng):
        """Right where f is ReLU."""
        expect_hidden_delta(student, rng, relu, relu_prime, N=7, n=4, n_next=3)

    @check(0.3)
    def test_square_w_f_relu(self, student, rng):
        """Right where f is ReLU and every array is square."""
        expect_hidden_delta(student, rng, relu, relu_prime, N=4, n=4, n_next=4)

    @check(0.1)
    def test_one_row(self, student, rng):
        """Right for one sample, and where the next layer has one unit."""
        for N, n_next in ((1, 3), (5, 1)):
            delta_next, W_next = rng.normal(size=(N, n_next)), rng.normal(size=(4, n_next))
            z = rng.normal(size=(N, 4))
            got = student.hidden_delta(delta_next, W_next, z, by_source(sigmoid_prime))
            want = np.einsum("nj,ij->ni", delta_next, W_next) * sigmoid_prime(z)
            close(got, want, "delta")

    @check(0.4, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        # All of one shape: whatever could be written into any of them fits.
        arrays = [rng.normal(size=(4, 4)) for _ in range(3)]
        student.hidden_delta(*arrays, by_source(tanh_prime))
        unmodified(student)


def sum_over_samples(outer, inner):
    """Add up one number a sample, times another."""
    return math.fsum(p * q for p, q in zip(outer.tolist(), inner.tolist(), strict=True))


def layer_sizes(N, n_in, n_out):
    """Return the sizes of a layer by name; of one sample none, which would name nothing."""
    if N == 1:
        return {"N = 1": 1}
    return sizes_of("N = n_in = n_out" if N == n_in == n_out else "", N=N, n_in=n_in, n_out=n_out)


def expected_gradients(delta, A_prev, n_in, n_out):
    """Return dW and db of a layer in rows, number by number."""
    dW, db = np.empty((n_in, n_out)), np.empty(n_out)
    for j in range(db.size):
        db[j] = math.fsum(delta[:, j])
        for i in range(len(dW)):
            dW[i, j] = sum_over_samples(A_prev[:, i], delta[:, j])
    return dW, db


@function("weight_gradients(delta, A_prev)", points=4)
class TestWeightGradients:
    def ask(self, student, rng, *, N, n_in, n_out):
        """Return the two things that came back, what they should be, and the sizes."""
        delta = rng.normal(size=(N, n_out))
        A_prev = rng.normal(size=(N, n_in))
        answer = results(student.weight_gradients(delta, A_prev), "dW", "db")
        return answer, expected_gradients(delta, A_prev, n_in, n_out), layer_sizes(N, n_in, n_out)

    @check(1.5, visible=True)
    def test_dw_values(self, student, rng):
        """dW is right, all sizes different."""
        (dW, _), (want, _), sizes = self.ask(student, rng, N=7, n_in=5, n_out=3)
        close(dW, want, "dW", sizes=sizes, result="dW")

    @check(1, visible=True)
    def test_db_values(self, student, rng):
        """db is right, all sizes different."""
        (_, db), (_, want), sizes = self.ask(student, rng, N=7, n_in=3, n_out=4)
        close(db, want, "db", sizes=sizes, shape="values", result="db")

    @check(0.3, kind="property")
    def test_db_shape(self, student, rng):
        """db has b's shape, for one unit and for one sample too."""
        for N, n_out in ((5, 3), (5, 1), (1, 3)):
            (_, db), _, _ = self.ask(student, rng, N=N, n_in=4, n_out=n_out)
            has_shape(db, (n_out,), "db")

    @check(0.6)
    def test_square_case(self, student, rng):
        """Both are right with N = n_in = n_out."""
        (dW, db), (want_dW, want_db), sizes = self.ask(student, rng, N=4, n_in=4, n_out=4)
        close(dW, want_dW, "dW", sizes=sizes, result="dW")
        close(db, want_db, "db", sizes=sizes, shape="values", result="db")

    @check(0.4, kind="property")
    def test_one_sample(self, student, rng):
        """Both are right for a batch of one."""
        (dW, db), (want_dW, want_db), sizes = self.ask(student, rng, N=1, n_in=4, n_out=3)
        close(dW, want_dW, "dW", sizes=sizes, result="dW")
        close(db, want_db, "db", sizes=sizes, shape="values", result="db")

    @check(0.2, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        self.ask(student, rng, N=4, n_in=4, n_out=4)
        unmodified(student)


@function("weight_gradients_columns(delta, A_prev)", points=2)
class TestWeightGradientsColumns:
    def ask(self, student, rng, *, N, n_in, n_out):
        """Return the two things that came back, what they should be, and the sizes."""
        delta = rng.normal(size=(n_out, N))
        A_prev = rng.normal(size=(n_in, N))
        answer = results(student.weight_gradients_columns(delta, A_prev), "dW", "db")
        dW, db = expected_gradients(delta.T, A_prev.T, n_in, n_out)
        return answer, (dW.T, db.reshape(n_out, 1)), layer_sizes(N, n_in, n_out)

    @check(0.7, visible=True)
    def test_dw_values(self, student, rng):
        """dW is right, all sizes different."""
        (dW, _), (want, _), sizes = self.ask(student, rng, N=7, n_in=5, n_out=3)
        close(dW, want, "dW", sizes=sizes, result="dW")

    @check(0.5)
    def test_db_values(self, student, rng):
        """db is right, all sizes different."""
        (_, db), (_, want), sizes = self.ask(student, rng, N=7, n_in=3, n_out=4)
        close(db, want, "db", sizes=sizes, shape="values", result="db")

    @check(0.2, kind="property")
    def test_db_shape(self, student, rng):
        """db has b's shape, for one unit and for one sample too."""
        for N, n_out in ((5, 3), (5, 1), (1, 3)):
            (_, db), _, _ = self.ask(student, rng, N=N, n_in=4, n_out=n_out)
            has_shape(db, (n_out, 1), "db")

    @check(0.3)
    def test_square_case(self, student, rng):
        """Both are right with N = n_in = n_out."""
        (dW, db), (want_dW, want_db), sizes = self.ask(student, rng, N=4, n_in=4, n_out=4)
        close(dW, want_dW, "dW", sizes=sizes, result="dW")
        close(db, want_db, "db", sizes=sizes, shape="values", result="db")

    @check(0.15, kind="property")
    def test_one_sample(self, student, rng):
        """Both are right for a batch of one."""
        (dW, db), (want_dW, want_db), sizes = self.ask(student, rng, N=1, n_in=4, n_out=3)
        close(dW, want_dW, "dW", sizes=sizes, result="dW")
        close(db, want_db, "db", sizes=sizes, shape="values", result="db")

    @check(0.15, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        self.ask(student, rng, N=4, n_in=4, n_out=4)
        unmodified(student)


def draw_regression(rng, N, D, H, C):
    """Draw the four arguments of `backprop`."""
    X, y = rng.normal(size=(N, D)), rng.normal(size=(N, C))
    weights = {"w1": rng.normal(size=(D, H)), "w2": rng.normal(size=(H, C))}
    biases = {"b1": rng.normal(size=(H,)), "b2": rng.normal(size=(C,))}
    return X, y, weights, biases


def predict(X, w1, b1, w2, b2):
    return sigmoid(X @ w1 + b1) @ w2 + b2


def expect_backprop_gradient(student, rng, key, N, D, H, C):
    """Expect one gradient of half the sum of squares, for one draw of sizes N, D, H, C."""
    X, y, weights, biases = draw_regression(rng, N, D, H, C)
    answer = student.backprop(X, y, weights, biases)
    parameters = weights | biases
    numeric = numerical_gradient(
        lambda at: np.sum((predict(X, **(parameters | {key: at})) - y) ** 2) / 2, parameters[key]
    )
    sizes = sizes_of("N = D = H = C" if N == D == H == C else "", N=N, D=D, H=H, C=C)
    got = expect_entry(answer, key)
    attach_errors(student, f"Error of the gradient, N = {N}", {key: (got, numeric)})
    what = f"the gradient of {key}"
    gradient(got, numeric, what, sizes=sizes, shape="values", result=key)


# Backpropagation through so many parameters takes hundredths of a second, and plain Python loops
# less than one. Differences of one parameter at a time take minutes.
COST_S = 5.0


def expect_cheap(call, parameters, identity):
    """Return what a call returned, or fail for its cost."""
    try:
        return call()
    except TooCostly:
        text = (
            f"the gradients of {parameters} parameters took more than {COST_S:g} s of processor "
            "time; backpropagation takes about as long as two or three forward passes"
        )
        raise fail(identity, text) from None


@function("backprop(X, y, weights, biases)", points=6)
class TestBackprop:
    @check(0.2, visible=True, kind="property")
    def test_keys(self, student, rng):
        """A dict with the keys w1, b1, w2, b2."""
        answer = student.backprop(*draw_regression(rng, N=7, D=4, H=5, C=3))
        mapping(answer, KEYS, "the answer")

    @check(0.9)
    def test_w1_vs_numeric(self, student, rng):
        """The gradient of w1 agrees with centred differences of half the sum of squares."""
        expect_backprop_gradient(student, rng, "w1", N=7, D=4, H=5, C=3)
        expect_backprop_gradient(student, rng, "w1", N=3, D=3, H=3, C=3)

    @check(0.6)
    def test_b1_vs_numeric(self, student, rng):
        """The gradient of b1 agrees with centred differences of half the sum of squares."""
        expect_backprop_gradient(student, rng, "b1", N=7, D=6, H=5, C=3)
        expect_backprop_gradient(student, rng, "b1", N=4, D=4, H=4, C=4)

    @check(0.8, visible=True)
    def test_w2_vs_numeric(self, student, rng):
        """The gradient of w2 agrees with centred differences of half the sum of squares."""
        expect_backprop_gradient(student, rng, "w2", N=5, D=6, H=4, C=3)
        expect_backprop_gradient(student, rng, "w2", N=4, D=4, H=4, C=4)

    @check(0.5)
    def test_b2_vs_numeric(self, student, rng):
        """The gradient of b2 agrees with centred differences of half the sum of squares."""
        expect_backprop_gradient(student, rng, "b2", N=8, D=3, H=5, C=6)

    @check(0.2, kind="property")
    def test_one_row(self, student, rng):
        """All gradients for one sample, and for one output."""
        for N, C in ((1, 3), (5, 1)):
            X, y, weights, biases = draw_regression(rng, N, 4, 6, C)
            answer = student.backprop(X, y, weights, biases)
            for key, want in gradients_of_half_sum(X, y, **weights, **biases).items():
                got = expect_entry(answer, key)
                close(got, want, f"the gradient of {key}", shape="values", result=key)

    @check(0.3, kind="property")
    def test_shapes_equal_parameters(self, student, rng):
        """Each gradient has its parameter's shape, for one output and one sample too."""
        for N, C in ((7, 3), (7, 1), (1, 3)):
            X, y, weights, biases = draw_regression(rng, N=N, D=5, H=4, C=C)
            answer = student.backprop(X, y, weights, biases)
            for key, value in (weights | biases).items():
                has_shape(expect_entry(answer, key), value.shape, f"the gradient of {key}")

    @check(0.3, kind="property")
    def test_parameters_not_modified(self, student, rng):
        """Leaves the caller's arrays and dicts alone."""
        student.backprop(*draw_regression(rng, N=7, D=4, H=5, C=3))
        unmodified(student)

    @check(0.3, kind="property")
    def test_perfect_fit_gives_zero(self, student, rng):
        """Zero everywhere where the predictions are the targets."""
        X, _, weights, biases = draw_regression(rng, N=7, D=4, H=5, C=3)
        y = predict(X, **weights, **biases)
        answer = student.backprop(X, y, weights, biases)
        for key, value in (weights | biases).items():
            # Rounding of a float32 forward pass is no residual; a wrong one is far larger.
            got = expect_entry(answer, key)
            close(got, np.zeros_like(value), f"the gradient of {key}", shape="values", atol=1e-4)

    @check(0.4, kind="property")
    def test_additive_over_samples(self, student, rng):
        """The gradient of a batch is the sum of those of its parts."""
        X, y, weights, biases = draw_regression(rng, N=7, D=4, H=5, C=3)
        answers = [
            student.backprop(X[rows], y[rows], weights, biases)
            for rows in (slice(0, 7), slice(0, 3), slice(3, 7))
        ]
        for key, value in (weights | biases).items():
            what = f"the gradient of {key}"
            whole, first, second = (
                expect_numbers(expect_entry(answer, key), value.shape, what) for answer in answers
            )
            what = f"{what} for rows 0 to 6, beside the sum for rows 0 to 2 and rows 3 to 6,"
            close(whole, first + second, what, rtol=1e-4, atol=1e-4)

    @check(1.5, essential=True, call_s=100, cpu_s=COST_S, replay=False)
    def test_cost_of_many_parameters(self, student, rng):
        """Right for 302 003 parameters, and as cheap as backpropagation is."""
        X, y = rng.normal(size=(5, 600)), rng.normal(size=(5, 3))
        weights = {"w1": rng.normal(0.0, 0.04, size=(600, 500)), "w2": rng.normal(size=(500, 3))}
        biases = {"b1": rng.normal(size=(500,)), "b2": rng.normal(size=(3,))}
        answer = expect_cheap(lambda: student.backprop(X, y, weights, biases), "302 003", "D6-X15")
        for key, want in reversed(gradients_of_half_sum(X, y, **weights, **biases).items()):
            got = expect_entry(answer, key)
            what = f"the gradient of {key}"
            gradient(got, want, what, sizes={"N": 5}, shape="values", result=key)


def gradients_of_half_sum(X, y, w1, b1, w2, b2):
    """Return the gradients of half the sum of squares, one product of indices at a time."""
    residual = predict(X, w1, b1, w2, b2) - y
    hidden = sigmoid(X @ w1 + b1)
    back = np.einsum("nc,hc->nh", residual, w2) * sigmoid_prime(X @ w1 + b1)
    return {
        "w1": np.einsum("nd,nh->dh", X, back),
        "b1": np.einsum("nh->h", back),
        "w2": np.einsum("nh,nc->hc", hidden, residual),
        "b2": np.einsum("nc->c", residual),
    }


def last_z(params, X):
    """Return Z of the last layer, every layer a sigmoid."""
    A = X
    for W, b in params:
        z = A @ W + b
        A = sigmoid(z)
    return z


def network_loss(params, X, Y):
    """Return the mean over rows of the cross-entropy, from the last layer's z."""
    z = last_z(params, X)
    # -log(a) = log(1 + exp(-z)) and -log(1 - a) = log(1 + exp(z))
    costs = np.where(Y == 1, np.logaddexp(0.0, -z), np.logaddexp(0.0, z))
    return float(costs.sum()) / len(X)


def numerical_gradients(params, X, Y):
    """Return (dW, db) of each layer by centred differences."""

    def loss_with(layer, place, value):
        changed = [list(pair) for pair in params]
        changed[layer][place] = value
        return network_loss(changed, X, Y)

    return [
        tuple(
            numerical_gradient(lambda at, lp=(layer, place): loss_with(*lp, at), pair[place])
            for place in (0, 1)
        )
        for layer, pair in enumerate(params)
    ]


def draw_network(rng, N, widths):
    """Draw params, X and Y, and return them with the numeric gradients.

    Draws again where an answer would hang on rounding: where log(1 - A) would lose digits
    as A is so near to 1, or where the residuals of a batch cancel by chance.
    """
    while True:
        X = rng.normal(size=(N, widths[0]))
        Y = draw_labels(rng, N, widths[-1])
        params = [
            (rng.uniform(-1.5, 1.5, size=(n_in, n_out)), rng.uniform(-1.0, 1.0, size=(n_out,)))
            for n_in, n_out in pairwise(widths)
        ]
        numeric = numerical_gradients(params, X, Y)
        smallest = min(np.linalg.norm(array) for pair in numeric for array in pair)
        if np.abs(last_z(params, X)).max() < 6 and smallest > 0.01:
            return params, X, Y, numeric


def draw_errors(student, layers, numeric, title):
    """Let the errors of all gradients be seen at once: the first wrong one ends the check."""
    pairs = {}
    for number, (pair, want) in enumerate(zip(layers, numeric, strict=True), 1):
        if isinstance(pair, list | tuple) and len(pair) == 2:
            pairs |= {f"d{k}{number}": both for k, *both in zip("Wb", pair, want, strict=True)}
    attach_errors(student, title, pairs)


def outputs(widths):
    """Return the number of outputs by name; a single one is declared."""
    return {"C": widths[-1]} if widths[-1] > 1 else {"C = 1": 1}


def ask_network(student, params, X, Y):
    """Return the loss and the list of gradients."""
    return results(student.network_gradients(params, X, Y), "loss", "grads")


def expect_network_gradients(student, rng, N, widths, declared=""):
    """Expect the gradients of every layer, the last first, each array by itself."""
    params, X, Y, numeric = draw_network(rng, N, widths)
    _, layers = ask_network(student, params, X, Y)
    layers = sequence(layers, len(params), "the list of gradients")
    sizes = {"N": N, "D": widths[0], **outputs(widths)}
    sizes |= {f"H{place}": width for place, width in enumerate(widths[1:-1], 1)}
    if declared:
        sizes = {declared: N}
    draw_errors(student, layers, numeric, f"Error of the gradients, N = {N}")
    expect_layers(layers, numeric, sizes)


def expect_layers(layers, want, sizes=None):
    """Expect the pair of every layer, the last first."""
    for layer in reversed(range(len(want))):
        dW, db = results(layers[layer], "dW", "db")
        (want_dW, want_db), of = want[layer], f"of layer {layer + 1}"
        if layer + 1 < len(want):
            of += " (the later layers are right)"
        gradient(dW, want_dW, f"dW {of}", sizes=sizes, result="dW")
        gradient(db, want_db, f"db {of}", sizes=sizes, shape="values", result="db")


def gradients_of_network(params, X, Y):
    """Return (dW, db) of each layer, one product of indices at a time."""
    Zs, A = [], X
    for W, b in params:
        Zs.append(A @ W + b)
        A = sigmoid(Zs[-1])
    delta, found = (A - Y) / len(X), []
    for layer in reversed(range(len(params))):
        A = sigmoid(Zs[layer - 1]) if layer else X
        found.append((np.einsum("ni,nj->ij", A, delta), np.einsum("nj->j", delta)))
        if layer:
            delta = np.einsum("nj,ij->ni", delta, params[layer][0]) * sigmoid_prime(Zs[layer - 1])
    return found[::-1]


@function("network_gradients(params, X, Y)", points=7)
class TestNetworkGradients:
    @check(0.9, visible=True)
    def test_1_layer_gradients_vs_numeric(self, student, rng):
        """One layer: dW and db agree with centred differences of the loss."""
        expect_network_gradients(student, rng, 7, [4, 3])

    @check(1.2, visible=True)
    def test_2_layer_gradients_vs_numeric(self, student, rng):
        """Two layers: every dW and db agrees with centred differences of the loss."""
        expect_network_gradients(student, rng, 5, [4, 3, 1])
        expect_network_gradients(student, rng, 7, [3, 4, 5])

    @check(1)
    def test_3_layer_gradients_vs_numeric(self, student, rng):
        """Three layers: every dW and db agrees with centred differences of the loss."""
        expect_network_gradients(student, rng, 7, [4, 6, 5, 3])

    @check(0.3)
    def test_4_and_5_layers(self, student, rng):
        """Four and five layers, and one sample: every dW and db is right."""
        for N, widths in ((5, [4, 3, 6, 7, 1]), (7, [3, 5, 4, 8, 6, 9]), (1, [4, 5, 3])):
            X, Y = rng.normal(size=(N, widths[0])), draw_labels(rng, N, widths[-1])
            params = [
                (rng.normal(size=(n_in, n_out)), rng.normal(size=(n_out,)))
                for n_in, n_out in pairwise(widths)
            ]
            _, layers = ask_network(student, params, X, Y)
            layers = sequence(layers, len(params), "the list of gradients")
            expect_layers(layers, gradients_of_network(params, X, Y))

    @check(0.6)
    def test_loss(self, student, rng):
        """The loss is the cross-entropy, its mean over rows."""
        for N, widths in ((7, [4, 3]), (5, [6, 4, 3]), (7, [4, 3, 1])):
            params, X, Y, _ = draw_network(rng, N, widths)
            loss, _ = ask_network(student, params, X, Y)
            want, sizes = network_loss(params, X, Y), {"N": N, **outputs(widths)}
            close(loss, want, "the loss", sizes=sizes, shape="values", result="loss")

    @check(0.25, kind="property")
    def test_shapes_equal_parameters(self, student, rng):
        """Each gradient has its parameter's shape, for one output and one sample too."""
        for N, C in ((7, 3), (5, 1), (1, 3)):
            params = draw_network(rng, 7, [5, 4, C])[0]
            X, Y = rng.normal(size=(N, 5)), draw_labels(rng, N, C)
            _, layers = ask_network(student, params, X, Y)
            layers = sequence(layers, 2, "the list of gradients")
            for number, (pair, (W, b)) in enumerate(zip(layers, params, strict=True), 1):
                dW, db = results(pair, "dW", "db")
                has_shape(dW, W.shape, f"dW of layer {number}")
                has_shape(db, b.shape, f"db of layer {number}")

    @check(0.3, kind="property")
    def test_parameters_not_modified(self, student, rng):
        """Leaves the caller's list and arrays alone."""
        params, X, Y, _ = draw_network(rng, 7, [3, 4, 5])
        student.network_gradients(params, X, Y)
        unmodified(student)

    @check(0.7)
    def test_square_layers(self, student, rng):
        """Three layers, all widths equal to N: every dW and db is right."""
        expect_network_gradients(student, rng, 4, [4, 4, 4, 4], "N = D = H1 = H2 = C")

    @check(1.75, essential=True, call_s=100, cpu_s=COST_S, replay=False)
    def test_cost_of_many_parameters(self, student, rng):
        """Right for 301 003 parameters, and as cheap as backpropagation is."""
        widths = [600, 400, 150, 3]
        X, Y = rng.normal(size=(5, 600)), draw_labels(rng, 5, 3)
        params = [
            (rng.normal(0.0, n_in**-0.5, size=(n_in, n_out)), rng.normal(size=(n_out,)))
            for n_in, n_out in pairwise(widths)
        ]
        answer = expect_cheap(lambda: ask_network(student, params, X, Y), "301 003", "D7-X17")
        layers = sequence(answer[1], 3, "the list of gradients")
        expect_layers(layers, gradients_of_network(params, X, Y), {"N": 5})
