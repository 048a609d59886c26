"""Checks of the forward pass.

Oracle: the sums written out with loops, one number at a time.
"""

import math
from itertools import pairwise

import numpy as np

from grader.testing import check, close, function, results, sequence, unmodified


def affine(A, W, b):
    """Return A @ W + b, entry by entry."""
    Z = np.empty((A.shape[0], W.shape[1]))
    for i, j in np.ndindex(Z.shape):
        Z[i, j] = b[j] + sum(A[i, k] * W[k, j] for k in range(W.shape[0]))
    return Z


def sigmoid(Z):
    return np.array([1 / (1 + math.exp(-z)) for z in Z.ravel()]).reshape(Z.shape)


def run_network(X, weights, biases):
    """Return the output of sigmoid layers, and (A_prev, Z) of each layer."""
    A, caches = X, []
    for W, b in zip(weights, biases, strict=True):
        Z = affine(A, W, b)
        caches.append((A, Z))
        A = sigmoid(Z)
    return A, caches


def draw_params(rng, widths):
    return [
        (rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)) for n_in, n_out in pairwise(widths)
    ]


@function("affine_forward(A_prev, W, b)", points=2)
class TestAffineForward:
    @check(0.9, visible=True)
    def test_z_values(self, student, rng):
        """Z for 6 samples, 5 inputs and 4 units."""
        A_prev, W, b = rng.normal(size=(6, 5)), rng.normal(size=(5, 4)), rng.normal(size=4)
        Z, _ = results(student.affine_forward(A_prev, W, b), "Z", "cache")
        close(Z, affine(A_prev, W, b), "Z", sizes={"N": 6, "n_in": 5, "n_out": 4})

    @check(0.1, kind="property")
    def test_one_sample(self, student, rng):
        """Z for one sample, and for one unit."""
        for N, n_out in ((1, 4), (6, 1)):
            A_prev, W, b = (
                rng.normal(size=(N, 5)),
                rng.normal(size=(5, n_out)),
                rng.normal(size=n_out),
            )
            Z, _ = results(student.affine_forward(A_prev, W, b), "Z", "cache")
            close(Z, affine(A_prev, W, b), "Z")

    @check(0.4)
    def test_square_case(self, student, rng):
        """Z where all sizes are equal, so that nothing but the values can go wrong."""
        A_prev, W, b = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
        Z, _ = results(student.affine_forward(A_prev, W, b), "Z", "cache")
        close(Z, affine(A_prev, W, b), "Z", sizes={"N = n_in = n_out": 4})

    @check(0.45, kind="property")
    def test_cache_is_a_prev_w_b(self, student, rng):
        """The cache holds A_prev, W and b, in this order."""
        A_prev, W, b = rng.normal(size=(6, 5)), rng.normal(size=(5, 4)), rng.normal(size=4)
        _, cache = results(student.affine_forward(A_prev, W, b), "Z", "cache")
        cache = sequence(cache, 3, "the cache (A_prev, W, b)")
        for place, (name, array) in enumerate([("A_prev", A_prev), ("W", W), ("b", b)]):
            close(cache[place], array, f"cache[{place}], which should be {name},")

    @check(0.15, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.affine_forward(rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4))
        unmodified(student)


@function("mlp_forward(X, params)", points=3)
class TestMlpForward:
    @check(0.9, visible=True)
    def test_output(self, student, rng):
        """The output of three layers."""
        X, params = rng.normal(size=(6, 5)), draw_params(rng, (5, 4, 3, 7))
        A, _ = results(student.mlp_forward(X, params), "A_L", "caches")
        close(A, run_network(X, *zip(*params, strict=True))[0], "A_L", sizes={"N": 6}, result="A_L")

    @check(1.0)
    def test_caches_in_order(self, student, rng):
        """(A_prev, Z) of each layer, first layer first."""
        X, params = rng.normal(size=(6, 5)), draw_params(rng, (5, 4, 3, 7))
        _, caches = results(student.mlp_forward(X, params), "A_L", "caches")
        caches = sequence(caches, 3, "the list of caches")
        _, want = run_network(X, *zip(*params, strict=True))
        for layer, (A_prev, Z) in enumerate(want):
            pair = results(caches[layer], "A_prev", "Z")
            where = f"in caches[{layer}]"
            close(pair[0], A_prev, f"A_prev {where}", sizes={"N": 6}, result="caches")
            close(pair[1], Z, f"Z {where}", sizes={"N": 6}, result="caches")

    @check(0.2)
    def test_4_and_5_layers(self, student, rng):
        """Output and caches of four layers for one sample, and of five layers with one output."""
        for N, widths in ((1, (5, 4, 3, 7, 6)), (4, (3, 6, 5, 7, 8, 1))):
            X, params = rng.normal(size=(N, widths[0])), draw_params(rng, widths)
            A, caches = results(student.mlp_forward(X, params), "A_L", "caches")
            want, pairs = run_network(X, *zip(*params, strict=True))
            close(A, want, "A_L", result="A_L")
            caches = sequence(caches, len(params), "the list of caches")
            for layer, (A_prev, Z) in enumerate(pairs):
                pair, where = results(caches[layer], "A_prev", "Z"), f"in caches[{layer}]"
                close(pair[0], A_prev, f"A_prev {where}", result="caches")
                close(pair[1], Z, f"Z {where}", result="caches")

    @check(0.4)
    def test_single_layer(self, student, rng):
        """Output and cache of a network with one layer."""
        X, params = rng.normal(size=(7, 4)), draw_params(rng, (4, 3))
        A, caches = results(student.mlp_forward(X, params), "A_L", "caches")
        want, ((_, Z),) = run_network(X, *zip(*params, strict=True))
        close(A, want, "A_L", sizes={"N": 7}, result="A_L")
        pair = results(sequence(caches, 1, "the list of caches")[0], "A_prev", "Z")
        close(pair[0], X, "A_prev in caches[0]", sizes={"N": 7}, result="caches")
        close(pair[1], Z, "Z in caches[0]", sizes={"N": 7}, result="caches")

    @check(0.3)
    def test_square_layers(self, student, rng):
        """The output where all widths equal the number of samples."""
        X, params = rng.normal(size=(4, 4)), draw_params(rng, (4, 4, 4))
        A, _ = results(student.mlp_forward(X, params), "A_L", "caches")
        want, sizes = run_network(X, *zip(*params, strict=True))[0], {"N = D = H1 = C": 4}
        close(A, want, "A_L", sizes=sizes, result="A_L")

    @check(0.2, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.mlp_forward(rng.normal(size=(4, 4)), draw_params(rng, (4, 4, 4)))
        unmodified(student)
