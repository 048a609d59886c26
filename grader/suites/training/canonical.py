"""What training needs, with every step named, so that each can be replaced by a wrong one."""

import math

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _sigmoid_prime(z):
    s = _sigmoid(z)
    return s * (1 - s)


def _forward(params, X):
    activations = [X]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    return activations


def _loss(A, Y):
    return float(-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(Y))


def _backward(params, activations, delta):
    gradients = []
    for (W, _), A_prev in zip(reversed(params), reversed(activations[:-1]), strict=True):
        gradients.insert(0, (A_prev.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * A_prev * (1 - A_prev)
    return gradients


def _step(params, gradients, lr):
    pairs = zip(params, gradients, strict=True)
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs]


def _step_in_place(params, gradients, lr):
    for (W, b), (dW, db) in zip(params, gradients, strict=True):
        W[:] -= lr * dW
        b[:] -= lr * db
    return params


def _accumulate(memory, gradients, kept):
    pairs = zip(memory, gradients, strict=True)
    memory[:] = [(kept * sW + dW, kept * sb + db) for (sW, sb), (dW, db) in pairs]
    return memory


def _draw_within_two(generator, std, shape):
    drawn = generator.normal(size=shape)
    while np.any(far := np.abs(drawn) > 2):
        drawn[far] = generator.normal(size=far.sum())
    return std * drawn


def minibatches(X, y, batch_size, rng):
    n = len(X)
    order = rng.permutation(n)
    stop = n
    size = batch_size
    batches = []
    for k in range(0, stop, batch_size):
        rows = order[k : k + size]
        Xb = X[rows]
        yb = y[rows]
        pair = (Xb, yb)
        batches.append(pair)
    result = batches
    return result


def clip_global_norm(grads, max_norm):
    squares = [float(np.sum(g * g)) for g in grads]
    total = math.sqrt(sum(squares))
    exceeds = total > max_norm
    factor = max_norm / total if exceeds else 1.0
    clipped = [g * factor for g in grads]
    norm = total
    return clipped, norm


def xavier_init(n_in, n_out, rng):
    variance = 2.0 / (n_in + n_out)
    std = np.sqrt(variance)
    shape = (n_in, n_out)
    generator = rng
    W = generator.normal(0.0, std, size=shape)
    return W


def he_init(n_in, n_out, rng):
    variance = 2.0 / n_in
    std = np.sqrt(variance)
    shape = (n_in, n_out)
    generator = rng
    W = generator.normal(0.0, std, size=shape)
    return W


def unique_hidden_units(W1, b1, tol=1e-12):
    units = np.vstack([W1, b1]).T
    tolerance = tol
    distinct = []
    for unit in units:
        same = [np.max(np.abs(unit - other)) <= tolerance for other in distinct]
        if not any(same):
            distinct.append(unit)
    count = len(distinct)
    return count


def train(params, X, Y, lr, epochs):
    start = params
    losses = []
    passes = epochs
    memory = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    seen = []
    for epoch in range(passes):
        rate = lr
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
        loss_rows = len(X)
        loss = loss_sign * float(np.sum(terms)) / loss_rows
        difference = A - Y
        factor = 1
        output_slope = 1
        rows = len(X)
        delta = factor * difference * output_slope / rows
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
        seen.append(grads)
        used = grads
        params = _step(params, used, rate)
        logged = loss
        losses.append(logged)
    return params, losses


def delta_norms(Ws, X, upstream, f, f_prime):
    Zs, A = [], X
    for W in Ws:
        Z = A @ W
        Zs.append(Z)
        A = f(Zs[-1])
    points = Zs
    last_slope = f_prime(points[-1])
    passed = upstream
    first = passed * last_slope
    delta = first
    deltas = [delta]
    for layer in range(len(Ws) - 1, 0, -1):
        weights = Ws[layer].T
        back = delta @ weights
        below = layer - 1
        slope = f_prime(points[below])
        delta = back * slope
        deltas.insert(0, delta)
    norms = [float(np.linalg.norm(delta)) for delta in deltas]
    returned = norms
    return returned
