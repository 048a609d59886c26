"""Correct ways to write backpropagation that are not the solution's."""

import math

import numpy as np

from grader.testing import variant


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


@variant(of="scalar_backprop")
def scalar_backprop_factor_by_factor(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = 1 / (1 + math.exp(-z_h))
    y_hat = w2 * a_h + b2
    dL_dy_hat = -(y - y_hat)
    da_dz = a_h * (1 - a_h)
    return {
        "b2": dL_dy_hat,
        "w2": dL_dy_hat * a_h,
        "b1": dL_dy_hat * w2 * da_dz,
        "w1": dL_dy_hat * w2 * da_dz * x,
    }


@variant(of="scalar_backprop", float32=True)
def scalar_backprop_in_single_precision(x, y, w1, b1, w2, b2):
    x, y, w1, b1, w2, b2 = (np.float32(number) for number in (x, y, w1, b1, w2, b2))
    z = w1 * x + b1
    a = 1 / (1 + np.exp(-z))
    d_o = w2 * a + b2 - y
    d_h = d_o * w2 * a * (1 - a)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a, "b2": d_o}


@variant(of="scalar_backprop")
def scalar_backprop_with_matrices(x, y, w1, b1, w2, b2):
    # A batch of one sample and layers of one unit: every answer is a (1, 1) array.
    X, Y, W1, B1, W2, B2 = (np.array([[number]]) for number in (x, y, w1, b1, w2, b2))
    A = _sigmoid(X @ W1 + B1)
    D2 = A @ W2 + B2 - Y
    D1 = (D2 @ W2.T) * A * (1 - A)
    return {"w1": X.T @ D1, "b1": D1, "w2": A.T @ D2, "b2": D2, "L": float((D2**2).sum() / 2)}


@variant(of="output_delta")
def output_delta_with_loops(dL_da, z, f_prime):
    slope = f_prime(z)
    delta = np.zeros(z.shape)
    for n in range(z.shape[0]):
        for c in range(z.shape[1]):
            delta[n, c] = dL_da[n, c] * slope[n, c]
    return delta


@variant(of="output_delta")
def output_delta_by_jacobians(dL_da, z, f_prime):
    return [row @ np.diag(f_prime(z_row)) for row, z_row in zip(dL_da, z, strict=True)]


@variant(of="output_delta", float32=True)
def output_delta_in_single_precision(dL_da, z, f_prime):
    return dL_da.astype(np.float32) * f_prime(z.astype(np.float32)).astype(np.float32)


@variant(of="hidden_delta")
def hidden_delta_by_einsum(delta_next, W_next, z, f_prime):
    return np.einsum("nk,ik,ni->ni", delta_next, W_next, f_prime(z))


@variant(of="hidden_delta")
def hidden_delta_path_by_path(delta_next, W_next, z, f_prime):
    slope = f_prime(z)
    delta = np.zeros_like(z)
    for n in range(z.shape[0]):
        for i in range(z.shape[1]):
            for k in range(delta_next.shape[1]):
                delta[n, i] += delta_next[n, k] * W_next[i, k] * slope[n, i]
    return delta


@variant(of="hidden_delta")
def hidden_delta_in_columns(delta_next, W_next, z, f_prime):
    return ((W_next @ delta_next.T) * f_prime(z.T)).T


@variant(of="hidden_delta", float32=True)
def hidden_delta_in_single_precision(delta_next, W_next, z, f_prime):
    back = delta_next.astype(np.float32) @ W_next.astype(np.float32).T
    return back * f_prime(z).astype(np.float32)


@variant(of="weight_gradients")
def weight_gradients_by_einsum(delta, A_prev):
    return [np.einsum("ni,nj->ij", A_prev, delta), np.einsum("nj->j", delta)]


@variant(of="weight_gradients")
def weight_gradients_sample_by_sample(delta, A_prev):
    dW = np.zeros((A_prev.shape[1], delta.shape[1]))
    db = np.zeros(delta.shape[1])
    for a, d in zip(A_prev, delta, strict=True):
        dW += np.outer(a, d)
        db += d
    return dW, db


@variant(of="weight_gradients")
def weight_gradients_as_nested_lists(delta, A_prev):
    return (delta.T @ A_prev).T.tolist(), (np.ones(len(delta)) @ delta).tolist()


@variant(of="weight_gradients", float32=True)
def weight_gradients_in_single_precision(delta, A_prev):
    delta, A_prev = delta.astype(np.float32), A_prev.astype(np.float32)
    return A_prev.T @ delta, delta.sum(axis=0)


@variant(of="weight_gradients_columns")
def weight_gradients_columns_by_rows(delta, A_prev):
    D, A = delta.T, A_prev.T
    return (A.T @ D).T, D.sum(axis=0).reshape(-1, 1)


@variant(of="weight_gradients_columns")
def weight_gradients_columns_by_einsum(delta, A_prev):
    return [np.einsum("jn,in->ji", delta, A_prev), delta @ np.ones((delta.shape[1], 1))]


@variant(of="weight_gradients_columns", float32=True)
def weight_gradients_columns_in_single_precision(delta, A_prev):
    delta, A_prev = delta.astype(np.float32), A_prev.astype(np.float32)
    return delta @ A_prev.T, delta.sum(axis=1)[:, None]


@variant(of="backprop")
def backprop_from_the_activation(X, y, weights, biases):
    a1 = _sigmoid(X @ weights["w1"] + biases["b1"])
    residual = a1 @ weights["w2"] + biases["b2"] - y
    back = residual @ weights["w2"].T * a1 * (1 - a1)
    return {
        "b2": residual.sum(0),
        "b1": back.sum(0),
        "w2": a1.T.dot(residual),
        "w1": X.T.dot(back),
    }


@variant(of="backprop")
def backprop_sample_by_sample(X, y, weights, biases):
    totals = {key: np.zeros_like(value) for key, value in {**weights, **biases}.items()}
    for x, target in zip(X, y, strict=True):
        a = _sigmoid(x @ weights["w1"] + biases["b1"])
        d2 = a @ weights["w2"] + biases["b2"] - target
        d1 = weights["w2"] @ d2 * a * (1 - a)
        totals["w1"] += np.outer(x, d1)
        totals["b1"] += d1
        totals["w2"] += np.outer(a, d2)
        totals["b2"] += d2
    return totals


@variant(of="backprop", float32=True)
def backprop_in_single_precision(X, y, weights, biases):
    X, y = X.astype(np.float32), y.astype(np.float32)
    w1, w2 = weights["w1"].astype(np.float32), weights["w2"].astype(np.float32)
    b1, b2 = biases["b1"].astype(np.float32), biases["b2"].astype(np.float32)
    a1 = _sigmoid(X @ w1 + b1)
    d2 = a1 @ w2 + b2 - y
    d1 = d2 @ w2.T * a1 * (1 - a1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@variant(of="network_gradients")
def network_gradients_from_activations(params, X, Y):
    activations = [X]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    A = activations[-1]
    loss = np.mean(np.sum(-Y * np.log(A) - (1 - Y) * np.log(1 - A), axis=1))
    grads = [None] * len(params)
    delta = (A - Y) / X.shape[0]
    for layer in range(len(params) - 1, -1, -1):
        grads[layer] = [activations[layer].T @ delta, delta.sum(axis=0)]
        if layer > 0:
            back = delta @ params[layer][0].T
            delta = back * activations[layer] * (1 - activations[layer])
    return [loss, grads]


@variant(of="network_gradients")
def network_gradients_through_the_probability(params, X, Y):
    # The slope of the loss in A, clipped, times that of the sigmoid: nothing cancelled by hand.
    caches, A = [], X
    for W, b in params:
        Z = A @ W + b
        caches.append((A, Z))
        A = _sigmoid(Z)
    P = np.clip(A, 1e-12, 1 - 1e-12)
    loss = -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(Y)
    dA = (P - Y) / (P * (1 - P)) / len(Y)
    grads = []
    for (W, b), (A_prev, Z) in zip(params[::-1], caches[::-1], strict=True):
        delta = dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2
        grads.insert(0, (A_prev.T @ delta, delta.sum(axis=0).reshape(b.shape)))
        dA = delta @ W.T
    return loss, tuple(grads)


@variant(of="network_gradients")
def network_gradients_mean_at_the_end(params, X, Y):
    # Sums over the samples all the way, and divides the finished gradients once.
    N = len(X)
    activations = [X]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    delta = activations[-1] - Y
    grads = []
    for layer in reversed(range(len(params))):
        A_prev = activations[layer]
        grads.append((np.einsum("ni,nj->ij", A_prev, delta) / N, delta.mean(axis=0)))
        delta = np.einsum("nj,ij->ni", delta, params[layer][0]) * A_prev * (1 - A_prev)
    A = activations[-1]
    # A small number inside the logarithms, as many write it.
    logs = Y * np.log(A + 1e-10) + (1 - Y) * np.log(1 - A + 1e-10)
    return np.array(-logs.sum() / N), reversed(grads)


@variant(of="network_gradients", float32=True)
def network_gradients_in_single_precision(params, X, Y):
    params = [(W.astype(np.float32), b.astype(np.float32)) for W, b in params]
    activations = [X.astype(np.float32)]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    A, Y = activations[-1], Y.astype(np.float32)
    loss = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / np.float32(len(X))
    delta = (A - Y) / np.float32(len(X))
    grads = []
    for (W, _), A_prev in zip(reversed(params), reversed(activations[:-1]), strict=True):
        grads.append((A_prev.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * A_prev * (1 - A_prev)
    return loss, grads[::-1]
