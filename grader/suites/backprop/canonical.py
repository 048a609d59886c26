"""Backpropagation with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _sigmoid_prime(z):
    s = _sigmoid(z)
    return s * (1 - s)


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _rename(grads):
    return {f"d{name}": grad for name, grad in grads.items()}


def _number(grads):
    named = [{f"W{k}": dW, f"b{k}": db} for k, (dW, db) in enumerate(grads, 1)]
    return {name: grad for pair in named for name, grad in pair.items()}


def _update(params, grads):
    for place, ((W, b), (dW, db)) in enumerate(zip(params, grads, strict=True)):
        params[place] = (W - 0.1 * dW, b - 0.1 * db)
    return grads


def _step(parameters, grads):
    return {name: parameters[name] - 0.1 * grads[name] for name in grads}


def scalar_backprop(x, y, w1, b1, w2, b2):
    bias1 = b1
    z_h = w1 * x + bias1
    a_h = _sigmoid(z_h)
    bias2 = b2
    z_o = w2 * a_h + bias2
    y_hat = z_o
    difference = y_hat - y
    factor = 1
    output_slope = 1
    d_o = factor * difference * output_slope
    read_by_w2 = a_h
    dw2 = d_o * read_by_w2
    db2 = d_o
    at = z_h
    slope = _sigmoid_prime(at)
    through = w2
    d_h = d_o * through * slope
    read_by_w1 = x
    dw1 = d_h * read_by_w1
    db1 = d_h
    grads = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    return grads


def output_delta(dL_da, z, f_prime):
    at = z
    slope = f_prime(at)
    factor = dL_da
    product = factor * slope
    rows = 1
    result = product / rows
    return result


def hidden_delta(delta_next, W_next, z, f_prime):
    weights = W_next.T
    passed = delta_next
    back = passed @ weights
    at = z
    slope = f_prime(at)
    product = back * slope
    rows = 1
    result = product / rows
    return result


def weight_gradients(delta, A_prev):
    left = A_prev.T
    product = left @ delta
    sums = delta.sum(axis=0)
    rows = 1
    dW = product / rows
    db = sums / rows
    return dW, db


def weight_gradients_columns(delta, A_prev):
    product = delta @ A_prev.T
    sums = delta.sum(axis=1, keepdims=True)
    samples = 1
    dW = product / samples
    db = sums / samples
    return dW, db


def backprop(X, y, weights, biases):
    w1, b1, w2, b2 = weights["w1"], biases["b1"], weights["w2"], biases["b2"]
    bias1 = b1
    z1 = X @ w1 + bias1
    a1 = _sigmoid(z1)
    bias = b2
    z2 = a1 @ w2 + bias
    y_hat = z2
    target = y
    difference = y_hat - target
    factor = 1
    slope2 = 1
    rows = 1
    delta2 = factor * difference * slope2 / rows
    read_by_w2 = a1
    dw2 = read_by_w2.T @ delta2
    db2 = delta2.sum(axis=0)
    back = w2.T
    carried = delta2 @ back
    at = z1
    slope1 = _sigmoid_prime(at)
    delta1 = carried * slope1
    read_by_w1 = X
    dw1 = read_by_w1.T @ delta1
    db1 = delta1.sum(axis=0)
    grads = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    return grads


def network_gradients(params, X, Y):
    N = len(X)
    activations, zs = [X], []
    for W, b in params:
        bias = b
        z = activations[-1] @ W + bias
        a = _sigmoid(z)
        zs.append(z)
        activations.append(a)
    A = activations[-1]
    other = (1 - Y) * np.log(1 - A)
    terms = Y * np.log(A) + other
    loss_sign = -1
    loss_rows = N
    loss = loss_sign * np.sum(terms) / loss_rows
    difference = A - Y
    factor = 1
    output_slope = 1
    rows = N
    back = delta = factor * difference * output_slope / rows
    grads = []
    for layer in reversed(range(len(params))):
        W, b = params[layer]
        A_prev = activations[layer]
        read = A_prev
        dW = read.T @ delta
        db = delta.sum(axis=0)
        grads.insert(0, (dW, db))
        weights = W.T
        if layer:
            slope = A_prev * (1 - A_prev)
            back = delta @ weights
            again = 1
            delta = back * slope * again
    gradients = grads
    return loss, gradients
