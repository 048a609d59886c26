"""What the limits of processor time lie between: plain Python loops, and differences."""

import math

import numpy as np

from grader.testing import workload


def _sigmoid_of_one(z):
    return 1 / (1 + math.exp(-z))


def _layer(A, W, b):
    """Return A @ W + b of nested lists."""
    Z = [list(b) for _ in A]
    for n, row in enumerate(A):
        for i, a in enumerate(row):
            for j, w in enumerate(W[i]):
                Z[n][j] += a * w
    return Z


def _activate(Z):
    return [[_sigmoid_of_one(z) for z in row] for row in Z]


def _back(A, W, delta):
    """Return dW, db and the delta of the sigmoid layer before, all as nested lists."""
    dW = [[0.0] * len(delta[0]) for _ in A[0]]
    db = [0.0] * len(delta[0])
    before = [[0.0] * len(A[0]) for _ in A]
    for n, row in enumerate(A):
        for j, d in enumerate(delta[n]):
            db[j] += d
        for i, a in enumerate(row):
            total = 0.0
            for j, d in enumerate(delta[n]):
                dW[i][j] += a * d
                total += W[i][j] * d
            before[n][i] = total * a * (1 - a)
    return dW, db, before


@workload(of="backprop")
def backprop_in_plain_loops(X, y, weights, biases):
    X, y = X.tolist(), y.tolist()
    w1, b1 = weights["w1"].tolist(), biases["b1"].tolist()
    w2, b2 = weights["w2"].tolist(), biases["b2"].tolist()
    A = _activate(_layer(X, w1, b1))
    predicted = _layer(A, w2, b2)
    delta = [
        [p - t for p, t in zip(row, wanted, strict=True)]
        for row, wanted in zip(predicted, y, strict=True)
    ]
    dw2, db2, delta = _back(A, w2, delta)
    dw1, db1, _ = _back(X, w1, delta)
    return {
        key: np.array(value) for key, value in zip(("w1", "b1", "w2", "b2"), (dw1, db1, dw2, db2))
    }


@workload(of="network_gradients")
def network_gradients_in_plain_loops(params, X, Y):
    layers = [(W.tolist(), b.tolist()) for W, b in params]
    inputs, rows = [X.tolist()], len(X)
    for W, b in layers:
        inputs.append(_activate(_layer(inputs[-1], W, b)))
    delta, loss = [], 0.0
    for row, wanted in zip(inputs.pop(), Y.tolist(), strict=True):
        delta.append([(a - t) / rows for a, t in zip(row, wanted, strict=True)])
        loss -= sum(math.log(a if t else 1 - a) for a, t in zip(row, wanted, strict=True)) / rows
    found = []
    for (W, _), A in zip(reversed(layers), reversed(inputs), strict=True):
        dW, db, delta = _back(A, W, delta)
        found.append((np.array(dW), np.array(db)))
    return loss, found[::-1]


def _sigmoids(Z):
    return 1 / (1 + np.exp(-Z))


def _difference_every_200th(loss, arrays):
    """Move every 200th entry of some arrays, and return gradients of 0 elsewhere."""
    found = []
    for array in arrays:
        slopes = np.zeros(array.shape)
        for place in range(0, array.size, 200):
            index = np.unravel_index(place, array.shape)
            kept = array[index]
            array[index] = kept + 1e-6
            above = loss()
            array[index] = kept - 1e-6
            slopes[index] = (above - loss()) / 2e-6
            array[index] = kept
        found.append(slopes)
    return found


@workload(of="backprop", share=0.005)
def a_part_of_backprop_by_differences(X, y, weights, biases):
    p = {key: np.array(value) for key, value in {**weights, **biases}.items()}

    def loss():
        return np.sum((_sigmoids(X @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"] - y) ** 2) / 2

    return dict(zip(p, _difference_every_200th(loss, p.values()), strict=True))


@workload(of="network_gradients", share=0.005)
def a_part_of_network_gradients_by_differences(params, X, Y):
    arrays = [np.array(array) for pair in params for array in pair]

    def loss():
        A = X
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            A = _sigmoids(A @ W + b)
        return -np.sum(np.log(np.where(Y == 1, A, 1 - A))) / len(X)

    found = _difference_every_200th(loss, arrays)
    return loss(), list(zip(found[::2], found[1::2], strict=True))
