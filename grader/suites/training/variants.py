"""Correct ways to write what training needs that are not the solution's."""

import math

import numpy as np

from grader.testing import variant


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _network_gradients(params, X, Y):
    activations = [X]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    A = activations[-1]
    loss = -np.mean(np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A), axis=1))
    delta = (A - Y) / len(X)
    gradients = []
    for (W, _), A_prev in zip(reversed(params), reversed(activations[:-1]), strict=True):
        gradients.insert(0, (A_prev.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * A_prev * (1 - A_prev)
    return loss, gradients


@variant(of="minibatches")
def minibatches_as_a_generator(X, y, batch_size, rng):
    order = np.arange(len(X))
    rng.shuffle(order)
    while len(order):
        yield X[order[:batch_size]], y[order[:batch_size]]
        order = order[batch_size:]


@variant(of="minibatches")
def minibatches_by_sorting_random_numbers(X, y, batch_size, rng):
    order = np.argsort(rng.random(X.shape[0]))
    X, y = X[order], y[order]
    batches = []
    for k in range(math.ceil(len(X) / batch_size)):
        rows = slice(k * batch_size, (k + 1) * batch_size)
        batches.append([X[rows], y[rows]])
    return tuple(batches)


@variant(of="minibatches")
def minibatches_by_choice_on_copies(X, y, batch_size, rng):
    left = list(range(len(X)))
    while left:
        chosen = rng.choice(left, size=min(batch_size, len(left)), replace=False)
        left = [row for row in left if row not in chosen]
        yield np.array([X[row] for row in chosen]), np.array([y[row] for row in chosen])


@variant(of="minibatches")
def minibatches_as_nested_lists(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    parts = np.split(order, range(batch_size, len(X), batch_size))
    return [(X[part].tolist(), y[part].tolist()) for part in parts]


@variant(of="minibatches", float32=True)
def minibatches_in_single_precision(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    targets = y.astype(np.float32)
    for k in range(0, len(X), batch_size):
        yield X.astype(np.float32)[order[k : k + batch_size]], targets[order[k : k + batch_size]]


@variant(of="clip_global_norm")
def clip_by_one_long_vector(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads]))
    if norm <= max_norm:
        return [g.copy() for g in grads], norm
    return [max_norm * g / norm for g in grads], norm


@variant(of="clip_global_norm")
def clip_with_a_tiny_number_in_the_divisor(grads, max_norm):
    norm = math.sqrt(sum(np.linalg.norm(g) ** 2 for g in grads))
    factor = min(1.0, max_norm / (norm + 1e-6))
    return tuple(g * factor for g in grads), norm


@variant(of="clip_global_norm")
def clip_with_loops(grads, max_norm):
    total = 0.0
    for g in grads:
        for x in g.ravel():
            total += x * x
    norm = math.sqrt(total)
    clipped = []
    for g in grads:
        clipped.append(g / max(1.0, norm / max_norm))
    return clipped, norm


@variant(of="clip_global_norm", float32=True)
def clip_single_precision(grads, max_norm):
    grads = [g.astype(np.float32) for g in grads]
    norm = np.sqrt(sum(np.sum(g * g) for g in grads))
    factor = np.float32(max_norm) / np.maximum(norm, np.float32(max_norm))
    return [g * factor for g in grads], float(norm)


@variant(of="xavier_init")
def xavier_uniform(n_in, n_out, rng):
    limit = np.sqrt(6.0 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


@variant(of="xavier_init")
def xavier_scaled_standard_normal(n_in, n_out, rng):
    return rng.standard_normal((n_in, n_out)) / np.sqrt((n_in + n_out) / 2)


@variant(of="xavier_init", float32=True)
def xavier_single_precision(n_in, n_out, rng):
    weights = rng.standard_normal((n_in, n_out), dtype=np.float32)
    return weights * np.float32((2 / (n_in + n_out)) ** 0.5)


@variant(of="xavier_init")
def xavier_as_nested_lists(n_in, n_out, rng):
    scale = math.sqrt(2 / (n_in + n_out))
    return [[rng.normal() * scale for _ in range(n_out)] for _ in range(n_in)]


@variant(of="he_init")
def he_uniform(n_in, n_out, rng):
    limit = np.sqrt(6.0 / n_in)
    return limit * (2 * rng.random((n_in, n_out)) - 1)


@variant(of="he_init")
def he_scaled_standard_normal(n_in, n_out, rng):
    return rng.standard_normal(size=(n_out, n_in)).T * np.sqrt(2 / n_in)


@variant(of="he_init", float32=True)
def he_single_precision(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).astype(np.float32)


def _truncated_normal(rng, size):
    """Draw from the normal law as it is between -2 and 2, with its deviation put back to 1."""
    z = rng.standard_normal(size)
    while np.any(outside := np.abs(z) > 2):
        z[outside] = rng.standard_normal(np.count_nonzero(outside))
    return z / 0.87962566103423978


@variant(of="xavier_init")
def xavier_truncated_normal(n_in, n_out, rng):
    return _truncated_normal(rng, (n_in, n_out)) * math.sqrt(2 / (n_in + n_out))


@variant(of="he_init")
def he_truncated_normal(n_in, n_out, rng):
    return math.sqrt(2 / n_in) * _truncated_normal(rng, (n_in, n_out))


@variant(of="unique_hidden_units")
def unique_by_distances(W1, b1, tol=1e-12):
    units = np.concatenate([W1, b1[None, :]]).T
    distance = np.linalg.norm(units[:, None, :] - units[None, :, :], axis=2)
    return float(sum(not np.any(distance[j, :j] <= tol) for j in range(len(units))))


@variant(of="unique_hidden_units")
def unique_with_loops(W1, b1, tol=1e-12):
    count = np.int64(0)
    for j in range(W1.shape[1]):
        for k in range(j):
            same = abs(b1[j] - b1[k]) <= tol
            for i in range(W1.shape[0]):
                same = same and abs(W1[i, j] - W1[i, k]) <= tol
            if same:
                break
        else:
            count += 1
    return count


@variant(of="train")
def train_copies_in_place(params, X, Y, lr, epochs):
    params = [(W.copy(), b.copy()) for W, b in params]
    losses = np.empty(epochs)
    for epoch in range(epochs):
        losses[epoch], gradients = _network_gradients(params, X, Y)
        for (W, b), (dW, db) in zip(params, gradients, strict=True):
            W[:] -= lr * dW
            b[:] -= lr * db
    return params, losses


@variant(of="train", float32=True)
def train_single_precision(params, X, Y, lr, epochs):
    lr = np.float32(lr)
    params = [[W.astype(np.float32), b.astype(np.float32)] for W, b in params]
    X, Y = X.astype(np.float32), Y.astype(np.float32)
    losses = []
    for _ in range(epochs):
        loss, gradients = _network_gradients(params, X, Y)
        losses.append(float(loss))
        pairs = zip(params, gradients, strict=True)
        params = [[W - lr * dW, b - lr * db] for (W, b), (dW, db) in pairs]
    return [params, losses]


@variant(of="train")
def train_with_a_product_rule_at_the_output(params, X, Y, lr, epochs):
    params = tuple((W, b.reshape(1, -1)) for W, b in params)
    losses = []
    for _ in range(epochs):
        Zs, As = [], [X]
        for W, b in params:
            Zs.append(np.dot(As[-1], W) + b)
            As.append(_sigmoid(Zs[-1]))
        A = np.clip(As[-1], 1e-12, 1 - 1e-12)
        losses.append(-(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(axis=1).mean())
        dA = (A - Y) / (A * (1 - A)) / X.shape[0]
        changed = []
        for layer in range(len(params) - 1, -1, -1):
            W, b = params[layer]
            dZ = dA * _sigmoid(Zs[layer]) * (1 - _sigmoid(Zs[layer]))
            dW = np.einsum("ni,no->io", As[layer], dZ)
            changed.append((W - lr * dW, b - lr * dZ.sum(axis=0, keepdims=True)))
            dA = dZ @ W.T
        params = tuple(reversed(changed))
    return [(W, b.ravel()) for W, b in params], losses


@variant(of="train")
def train_with_loops(params, X, Y, lr, epochs):
    params = [(W.tolist(), b.tolist()) for W, b in params]
    X, Y = X.tolist(), Y.tolist()
    losses = []
    for _ in range(epochs):
        loss = 0.0
        sums = [([[0.0] * len(b) for _ in W], [0.0] * len(b)) for W, b in params]
        for x, y in zip(X, Y, strict=True):
            values = [x]
            for W, b in params:
                values.append([])
                for j, bias in enumerate(b):
                    z = bias + sum(a * row[j] for a, row in zip(values[-2], W, strict=True))
                    values[-1].append(1 / (1 + math.exp(-z)))
            delta = []
            for a, target in zip(values[-1], y, strict=True):
                loss -= target * math.log(a) + (1 - target) * math.log(1 - a)
                delta.append(a - target)
            for (W, _), (sum_W, sum_b), before in zip(
                params[::-1], sums[::-1], values[-2::-1], strict=True
            ):
                behind = []
                for a, row, sum_row in zip(before, W, sum_W, strict=True):
                    behind.append(0.0)
                    for j, d in enumerate(delta):
                        sum_row[j] += a * d
                        behind[-1] += row[j] * d * a * (1 - a)
                for j, d in enumerate(delta):
                    sum_b[j] += d
                delta = behind
        losses.append(loss / len(X))
        rate = lr / len(X)
        params = [
            (
                [
                    [w - rate * s for w, s in zip(row, sum_row, strict=True)]
                    for row, sum_row in zip(W, sum_W, strict=True)
                ],
                [v - rate * s for v, s in zip(b, sum_b, strict=True)],
            )
            for (W, b), (sum_W, sum_b) in zip(params, sums, strict=True)
        ]
    return params, losses


@variant(of="delta_norms")
def delta_norms_by_index(Ws, X, upstream, f, f_prime):
    A, Z = [X], [None]
    for W in Ws:
        Z.append(A[-1].dot(W))
        A.append(f(Z[-1]))
    depth = len(Ws)
    delta = {depth: np.multiply(upstream, f_prime(Z[depth]))}
    for layer in range(depth - 1, 0, -1):
        delta[layer] = np.einsum("no,io->ni", delta[layer + 1], Ws[layer]) * f_prime(Z[layer])
    return np.array([np.sqrt((delta[layer] ** 2).sum()) for layer in range(1, depth + 1)])


@variant(of="delta_norms")
def delta_norms_by_recursion(Ws, X, upstream, f, f_prime):
    def go(A, layer):
        Z = A @ Ws[layer]
        if layer + 1 < len(Ws):
            behind, norms = go(f(Z), layer + 1)
        else:
            behind, norms = upstream, ()
        delta = behind * f_prime(Z)
        return delta @ Ws[layer].T, (np.linalg.norm(delta), *norms)

    return go(X, 0)[1]


@variant(of="delta_norms", float32=True)
def delta_norms_single_precision(Ws, X, upstream, f, f_prime):
    Ws = [W.astype(np.float32) for W in Ws]
    Zs, A = [], X.astype(np.float32)
    for W in Ws:
        Zs.append(A @ W)
        A = f(Zs[-1]).astype(np.float32)
    dA, norms = upstream.astype(np.float32), []
    for W, Z in zip(Ws[::-1], Zs[::-1], strict=True):
        dZ = dA * f_prime(Z).astype(np.float32)
        norms.append(np.linalg.norm(dZ))
        dA = dZ @ W.T
    norms.reverse()
    return norms
