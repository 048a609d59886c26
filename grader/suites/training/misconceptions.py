"""Wrong ways to write what training needs, each with what it shows."""

import math

import numpy as np

from grader.testing import misconception


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


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


def _network_gradients(params, X, Y):
    activations = _forward(params, X)
    A = activations[-1]
    return _loss(A, Y), _backward(params, activations, (A - Y) / len(X))


def _step(params, gradients, lr):
    pairs = zip(params, gradients, strict=True)
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in pairs]


def _global_norm(grads):
    return math.sqrt(sum(float(np.sum(g * g)) for g in grads))


def _pre_activations(Ws, X, f):
    Zs, A = [], X
    for W in Ws:
        Zs.append(A @ W)
        A = f(Zs[-1])
    return Zs


@misconception(
    "E5-01",
    of="minibatches",
    hint="Add up the lengths of your batches. Is that the number of rows in X?",
    second_hint="Call it with 10 rows and a batch size of 4, and print len() of every batch: "
    "there should be three. How does your range or division end, and what does a "
    "slice do when it reaches past the end?",
)
def minibatches_without_the_rest(X, y, batch_size, rng):
    n = len(X)
    idx = rng.permutation(n)
    for k in range(0, n - batch_size + 1, batch_size):
        b = idx[k : k + batch_size]
        yield X[b], y[b]


@misconception(
    "E5-04",
    of="minibatches",
    hint="List the row numbers that you use in one pass and sort them. What do you see?",
)
def minibatches_with_replacement(X, y, batch_size, rng):
    n = len(X)
    for k in range(0, n, batch_size):
        b = rng.integers(0, n, size=min(batch_size, n - k))
        yield X[b], y[b]


@misconception(
    "E5-05",
    of="minibatches",
    hint="What is the generator for that you were given?",
)
def minibatches_in_the_given_order(X, y, batch_size, rng):
    n = len(X)
    idx = np.arange(n)
    for k in range(0, n, batch_size):
        b = idx[k : k + batch_size]
        yield X[b], y[b]


@misconception(
    "E5-06",
    of="minibatches",
    hint="Does a Python slice contain the entry at its end?",
)
def minibatches_that_overlap(X, y, batch_size, rng):
    n = len(X)
    idx = rng.permutation(n)
    for k in range(0, n, batch_size):
        b = idx[k : k + batch_size + 1]
        yield X[b], y[b]


@misconception(
    "E5-X1",
    of="minibatches",
    hint="Take one pair out of a batch and look it up in the data set. Did it belong together?",
    second_hint="Make X = arange(6) and y the same numbers: in every batch they must be equal. "
    "Draw one order of the row numbers, once, and index both arrays with it.",
)
def minibatches_shuffled_apart(X, y, batch_size, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    return [(X[k : k + batch_size], y[k : k + batch_size]) for k in range(0, len(X), batch_size)]


@misconception(
    "E5-X2",
    of="minibatches",
    hint="Print the first row of the caller's X before and after the call.",
)
def minibatches_in_the_callers_arrays(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [(X[k : k + batch_size], y[k : k + batch_size]) for k in range(0, len(X), batch_size)]


@misconception(
    "E5-X3",
    of="minibatches",
    hint="Call it twice with generators of the same seed. Should the batches agree?",
)
def minibatches_by_the_global_generator(X, y, batch_size, rng):
    order = np.random.permutation(len(X))
    return [
        (X[order[k : k + batch_size]], y[order[k : k + batch_size]])
        for k in range(0, len(X), batch_size)
    ]


@misconception(
    "E5-X4",
    of="minibatches",
    hint="Can two rows that stand far apart in X ever meet in one of your batches?",
)
def minibatches_of_neighbours(X, y, batch_size, rng):
    starts = list(range(0, len(X), batch_size))
    inner = [k + rng.permutation(min(batch_size, len(X) - k)) for k in starts]
    return [(X[b], y[b]) for b in inner]


@misconception(
    "E5-X5",
    of="minibatches",
    hint="Which of your batches is the short one, and by how much?",
)
def minibatches_of_nearly_equal_size(X, y, batch_size, rng):
    parts = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return [(X[b], y[b]) for b in parts]


@misconception(
    "E5-X6",
    of="minibatches",
    hint="How many rows has your last batch where batch_size divides the number of rows?",
)
def minibatches_with_an_empty_end(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [
        (X[order[k : k + batch_size]], y[order[k : k + batch_size]])
        for k in range(0, len(X) + 1, batch_size)
    ]


@misconception(
    "E6-01",
    of="clip_global_norm",
    hint="Compare the ratio of two layers' gradients before and after. Should it change?",
    second_hint="Take gradients (3) and (4). Together they are 5 long. With max_norm 1 both "
    "shrink by the same factor: compute that factor once, from all arrays, before "
    "the loop that scales.",
)
def clip_each_array(grads, max_norm):
    total = _global_norm(grads)
    return [g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-12)) for g in grads], total


@misconception(
    "E6-02",
    of="clip_global_norm",
    hint="Does the clipped step still point where the gradient pointed?",
)
def clip_by_value(grads, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in grads], _global_norm(grads)


@misconception(
    "E6-03",
    of="clip_global_norm",
    hint="Call it with a very large max_norm. Did the gradients grow?",
    second_hint="With norm 5 and max_norm 100 nothing may change. Print your factor: it is 20. "
    "What is the largest value that a factor which only shortens may have?",
)
def clip_always(grads, max_norm):
    total = _global_norm(grads)
    scale = max_norm / total if total > 0 else 1.0
    return [g * scale for g in grads], total


@misconception(
    "E6-06",
    of="clip_global_norm",
    hint="When every gradient is 0, what do you divide by?",
)
def clip_dividing_by_zero(grads, max_norm):
    total = _global_norm(grads)
    scale = min(1, max_norm / total)
    return [g * scale for g in grads], total


@misconception(
    "E6-07",
    of="clip_global_norm",
    hint="A training log should show when gradients explode. Would your number show it?",
)
def clip_reporting_afterwards(grads, max_norm):
    total = _global_norm(grads)
    scale = min(1.0, max_norm / total) if total > 0 else 1.0
    return [g * scale for g in grads], total * scale


@misconception(
    "E6-X1",
    of="clip_global_norm",
    hint="Does `*=` on an array make a new one?",
)
def clip_in_the_callers_arrays(grads, max_norm):
    total = _global_norm(grads)
    for g in grads:
        if total > max_norm:
            g[...] *= max_norm / total
    return grads, total


@misconception(
    "E6-X2",
    of="clip_global_norm",
    hint="Is the length of (3, 4) 7 or 5? The same question arises between arrays.",
)
def clip_by_the_sum_of_norms(grads, max_norm):
    total = sum(float(np.linalg.norm(g)) for g in grads)
    scale = min(1.0, max_norm / total) if total > 0 else 1.0
    return [g * scale for g in grads], total


@misconception(
    "E6-X3",
    of="clip_global_norm",
    hint="Which step is missing between a sum of squares and a length?",
)
def clip_by_the_squared_norm(grads, max_norm):
    total = _global_norm(grads) ** 2
    scale = min(1.0, max_norm / total) if total > 0 else 1.0
    return [g * scale for g in grads], total


@misconception(
    "E6-X4",
    of="clip_global_norm",
    hint="How long are your clipped gradients when max_norm is 2?",
)
def clip_to_length_one(grads, max_norm):
    total = _global_norm(grads)
    scale = 1 / total if total > max_norm else 1.0
    return [g * scale for g in grads], total


@misconception(
    "E6-X5",
    of="clip_global_norm",
    hint="Look up what np.linalg.norm(g, 2) is when g is a matrix. Does every entry count in it?",
)
def clip_by_the_spectral_norm(grads, max_norm):
    total = math.sqrt(sum(float(np.linalg.norm(g, 2)) ** 2 for g in grads))
    scale = min(1.0, max_norm / total) if total > 0 else 1.0
    return [g * scale for g in grads], total


@misconception(
    "E7-01",
    of="he_init",
    hint="Does the generator ask for a variance or for its root?",
    second_hint="Draw 100000 weights and print their np.var beside the one of the docstring. "
    "Yours is its square: read what the generator's parameter is called, and which "
    "operation leads from a variance to that.",
)
def he_with_the_variance_as_std(n_in, n_out, rng):
    return rng.normal(0.0, 2.0 / n_in, size=(n_in, n_out))


@misconception(
    "E7-04",
    of="xavier_init",
    hint="Change n_out alone. Should the spread of the weights change with it?",
)
def xavier_by_n_in_only(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(1.0 / n_in), size=(n_in, n_out))


@misconception(
    "E7-06",
    of="xavier_init",
    hint="Multiply X of shape (N, n_in) by your matrix. Does it fit?",
)
def xavier_out_by_in(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), size=(n_out, n_in))


@misconception(
    "E7-07",
    of="xavier_init",
    hint="How many of your weights are negative?",
)
def xavier_all_positive(n_in, n_out, rng):
    return rng.random((n_in, n_out)) * np.sqrt(2.0 / (n_in + n_out))


@misconception(
    "E7-08",
    of="he_init",
    hint="Your caller chose a seed. Does anything in your function depend on it?",
)
def he_by_the_global_generator(n_in, n_out, rng):
    return np.random.normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, n_out))


@misconception(
    "E7-X1",
    of="xavier_init",
    hint="What is the standard deviation of a uniform law between -a and a? It is not a.",
)
def xavier_with_std_as_limit(n_in, n_out, rng):
    limit = np.sqrt(2.0 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


@misconception(
    "E6-X6",
    of="clip_global_norm",
    hint="Two arrays of length 3 and 4: how long are they as one vector?",
)
def clip_by_the_longest_array(grads, max_norm):
    norm = max(float(np.sqrt(np.sum(g * g))) for g in grads)
    factor = max_norm / norm if norm > max_norm else 1.0
    return [g * factor for g in grads], norm


@misconception(
    "E6-X7",
    of="clip_global_norm",
    hint="Nine entries of 1 make a length of 3. With max_norm = 2, do you clip?",
)
def clip_where_an_entry_is_too_large(grads, max_norm):
    norm = _global_norm(grads)
    factor = max_norm / norm if max(float(np.max(np.abs(g))) for g in grads) > max_norm else 1.0
    return [g * factor for g in grads], norm


@misconception(
    "E7-X2",
    of="xavier_init",
    hint="Does the generator ask for a variance or for its root?",
)
def xavier_with_the_variance_as_std(n_in, n_out, rng):
    return rng.normal(0.0, 2.0 / (n_in + n_out), size=(n_in, n_out))


@misconception(
    "E7-X3",
    of="he_init",
    hint="A unit sums over what comes in. Which of the two sizes counts that?",
)
def he_by_n_out(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(2.0 / n_out), size=(n_in, n_out))


@misconception(
    "E7-X4",
    of="he_init",
    hint="Call it with two different seeds and compare the weights.",
)
def he_with_its_own_seed(n_in, n_out, rng):
    return np.random.default_rng(0).normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, n_out))


@misconception(
    "E7-X5",
    of="he_init",
    hint="Which weights of your matrix are negative? He's variance is about 0.",
)
def he_only_positive(n_in, n_out, rng):
    return np.abs(rng.normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, n_out)))


@misconception(
    "E7-X6",
    of="he_init",
    hint="Leave ReLU's half out, and which other initialisation do you get?",
)
def he_without_the_two(n_in, n_out, rng):
    return rng.normal(0.0, np.sqrt(1.0 / n_in), size=(n_in, n_out))


@misconception(
    "E8-01",
    of="unique_hidden_units",
    hint="Which part of W1 does a single hidden unit own, a row or a column?",
    second_hint="Draw the network: W1 has shape (inputs, units). Everything that leads into one "
    "unit stands below each other. Which axis must be compared as a whole, and does "
    "your code walk along it?",
)
def unique_rows(W1, b1, tol=1e-12):
    distinct = []
    for row in W1:
        if all(np.max(np.abs(row - other)) > tol for other in distinct):
            distinct.append(row)
    return len(distinct)


@misconception(
    "E8-03",
    of="unique_hidden_units",
    hint="Two units 1e-6 apart drift further apart in training. Does your count see them?",
)
def unique_with_a_fixed_tolerance(W1, b1, tol=1e-12):
    distinct = []
    for unit in np.vstack([W1, b1]).T:
        if not any(np.max(np.abs(unit - other)) <= 1e-3 for other in distinct):
            distinct.append(unit)
    return len(distinct)


@misconception(
    "E8-X1",
    of="unique_hidden_units",
    hint="Two units with the same weights fire at different thresholds. Are they copies?",
)
def unique_without_the_bias(W1, b1, tol=1e-12):
    distinct = []
    for column in W1.T:
        if all(np.max(np.abs(column - other)) > tol for other in distinct):
            distinct.append(column)
    return len(distinct)


@misconception(
    "E8-X2",
    of="unique_hidden_units",
    hint="Look up which tolerances np.allclose adds by itself.",
)
def unique_by_allclose(W1, b1, tol=1e-12):
    distinct = []
    for unit in np.vstack([W1, b1]).T:
        if not any(np.allclose(unit, other, atol=tol) for other in distinct):
            distinct.append(unit)
    return len(distinct)


@misconception(
    "E8-X3",
    of="unique_hidden_units",
    hint="Do you notice a copy that does not stand right beside its twin?",
)
def unique_among_neighbours(W1, b1, tol=1e-12):
    units = np.vstack([W1, b1]).T
    return 1 + int(np.sum(np.max(np.abs(np.diff(units, axis=0)), axis=1) > tol))


@misconception(
    "E8-X4",
    of="unique_hidden_units",
    hint="Does it matter to your count when the caller passes another tol?",
)
def unique_exactly(W1, b1, tol=1e-12):
    return len(np.unique(np.vstack([W1, b1]), axis=1).T)


@misconception(
    "E8-X5",
    of="unique_hidden_units",
    hint="Are the units (1, 3) and (3, 1) copies of each other?",
)
def unique_by_sums(W1, b1, tol=1e-12):
    distinct = []
    for total in W1.sum(axis=0) + b1:
        if all(abs(total - other) > tol for other in distinct):
            distinct.append(total)
    return len(distinct)


@misconception(
    "E8-X6",
    of="unique_hidden_units",
    hint="Two units share a single weight. Are they copies?",
)
def unique_by_any_entry(W1, b1, tol=1e-12):
    distinct = []
    for unit in np.vstack([W1, b1]).T:
        if not any(np.any(np.abs(unit - other) <= tol) for other in distinct):
            distinct.append(unit)
    return len(distinct)


@misconception(
    "E8-X7",
    of="unique_hidden_units",
    hint="Of three units two are copies of each other. How many different ones are there?",
)
def unique_without_any_copy(W1, b1, tol=1e-12):
    units = np.vstack([W1, b1]).T
    return sum(sum(np.max(np.abs(u - v)) <= tol for v in units) == 1 for u in units)


@misconception(
    "E9-01",
    of="train",
    hint="Print every parameter before and after one step. Do all of them move?",
    second_hint="Save a copy of all parameters, make one epoch, and print for each whether it "
    "changed. Then look at the line in which the update is made: over which names "
    "does it run?",
)
def train_weights_only(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = [(W - lr * dW, b) for (W, b), (dW, db) in zip(params, grads, strict=True)]
    return params, losses


@misconception(
    "E9-03",
    of="train",
    hint="Which parameters does the first entry of your losses belong to?",
)
def train_logging_afterwards(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        _, grads = _network_gradients(params, X, Y)
        params = _step(params, grads, lr)
        losses.append(_network_gradients(params, X, Y)[0])
    return params, losses


@misconception(
    "E9-04",
    of="train",
    hint="Count your losses for epochs = 3.",
)
def train_one_pass_more(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = _step(params, grads, lr)
    return params, losses


@misconception(
    "E9-05",
    of="train",
    hint="Call it twice with the same params. Why does the second run start lower?",
)
def train_the_callers_arrays(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        for (W, b), (dW, db) in zip(params, grads, strict=True):
            W[:] -= lr * dW
            b[:] -= lr * db
    return params, losses


@misconception(
    "E9-07",
    of="train",
    hint="The first step is right. What is left over from it when the second one is made?",
)
def train_with_gradients_never_reset(params, X, Y, lr, epochs):
    losses = []
    total = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        total = [(sW + dW, sb + db) for (sW, sb), (dW, db) in zip(total, grads, strict=True)]
        params = _step(params, total, lr)
    return params, losses


@misconception(
    "E9-X1",
    of="train",
    hint="Double the data set by repeating every row. Should your step double as well?",
)
def train_without_the_mean(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        activations = _forward(params, X)
        losses.append(_loss(activations[-1], Y))
        params = _step(params, _backward(params, activations, activations[-1] - Y), lr)
    return params, losses


@misconception(
    "E9-X2",
    of="train",
    hint="Print the losses of a few steps. Which way do they go?",
    second_hint="Print the first five losses: they grow. The gradient points to where the loss "
    "rises; look at the sign in the line that changes the parameters.",
)
def train_uphill(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = _step(params, grads, -lr)
    return params, losses


@misconception(
    "E9-X3",
    of="train",
    hint="When the delta goes back through a layer, have its weights been changed already?",
)
def train_updating_on_the_way_back(params, X, Y, lr, epochs):
    params = list(params)
    losses = []
    for _ in range(epochs):
        activations = _forward(params, X)
        losses.append(_loss(activations[-1], Y))
        delta = (activations[-1] - Y) / len(X)
        for layer in range(len(params) - 1, -1, -1):
            W, b = params[layer]
            A_prev = activations[layer]
            params[layer] = (W - lr * A_prev.T @ delta, b - lr * delta.sum(axis=0))
            delta = (delta @ params[layer][0].T) * A_prev * (1 - A_prev)
    return params, losses


@misconception(
    "E9-X4",
    of="train",
    hint="Which loss has this output delta: the cross-entropy, or the squared error?",
)
def train_with_the_delta_of_the_squared_error(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        activations = _forward(params, X)
        A = activations[-1]
        losses.append(_loss(A, Y))
        params = _step(params, _backward(params, activations, (A - Y) * A * (1 - A) / len(X)), lr)
    return params, losses


@misconception(
    "E9-X5",
    of="train",
    hint="With two output columns, is your loss a mean over the columns or their sum?",
)
def train_with_a_mean_over_columns(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        activations = _forward(params, X)
        A = activations[-1]
        losses.append(_loss(A, Y) / Y.shape[1])
        params = _step(params, _backward(params, activations, (A - Y) / Y.size), lr)
    return params, losses


@misconception(
    "E9-X6",
    of="train",
    hint="How many updates does one epoch make in your loop?",
)
def train_row_by_row(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        losses.append(_loss(_forward(params, X)[-1], Y))
        for n in range(len(X)):
            _, grads = _network_gradients(params, X[n : n + 1], Y[n : n + 1])
            params = _step(params, grads, lr)
    return params, losses


@misconception(
    "E9-X7",
    of="train",
    hint="Which epoch do the gradients of your second step come from?",
)
def train_with_the_first_gradients(params, X, Y, lr, epochs):
    _, grads = _network_gradients(params, X, Y)
    losses = []
    for _ in range(epochs):
        losses.append(_loss(_forward(params, X)[-1], Y))
        params = _step(params, grads, lr)
    return params, losses


@misconception(
    "E9-X8",
    of="train",
    hint="The caller has said how many epochs there are. Who else has a say in your loop?",
)
def train_until_the_loss_is_small(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = _step(params, grads, lr)
        if loss < 0.05:
            break
    return params, losses


@misconception(
    "E9-X9",
    of="train",
    hint="Where the gradient is 0 a weight should rest. Does yours?",
)
def train_with_weight_decay(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = _step(params, [(dW + 0.01 * W, db) for (W, _), (dW, db) in zip(params, grads)], lr)
    return params, losses


@misconception(
    "E9-X10",
    of="train",
    hint="The first step is right. Is lr the same in the second?",
)
def train_with_a_falling_rate(params, X, Y, lr, epochs):
    losses = []
    for epoch in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        params = _step(params, grads, lr / (1 + epoch))
    return params, losses


@misconception(
    "E9-X11",
    of="train",
    hint="The first step is right. Plain descent has no memory: does your second step remember "
    "the first?",
)
def train_with_momentum(params, X, Y, lr, epochs):
    losses = []
    pushes = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        pairs = zip(pushes, grads, strict=True)
        pushes = [(0.9 * vW + dW, 0.9 * vb + db) for (vW, vb), (dW, db) in pairs]
        params = _step(params, pushes, lr)
    return params, losses


@misconception(
    "E9-X12",
    of="train",
    hint="The last layer is right. By the slope of which activation do you go back through the "
    "others?",
)
def train_with_the_slope_of_tanh(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        activations = _forward(params, X)
        losses.append(_loss(activations[-1], Y))
        delta = (activations[-1] - Y) / len(X)
        grads = []
        for (W, _), A_prev in zip(reversed(params), reversed(activations[:-1]), strict=True):
            grads.insert(0, (A_prev.T @ delta, delta.sum(axis=0)))
            delta = (delta @ W.T) * (1 - A_prev**2)
        params = _step(params, grads, lr)
    return params, losses


@misconception(
    "E9-X13",
    of="train",
    hint="Count your updates for epochs = 1.",
)
def train_one_update_too_few(params, X, Y, lr, epochs):
    losses = []
    for epoch in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        if epoch < epochs - 1:
            params = _step(params, grads, lr)
    return params, losses


@misconception(
    "E9-X14",
    of="train",
    hint="With lr = 0.5, by how much do the biases move? By how much should they?",
)
def train_the_biases_without_lr(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, grads = _network_gradients(params, X, Y)
        losses.append(loss)
        pairs = zip(params, grads, strict=True)
        params = [(W - lr * dW, b - db) for (W, b), (dW, db) in pairs]
    return params, losses


@misconception(
    "E10-02",
    of="delta_norms",
    hint="Run it with f_prime = 0 everywhere. Does your answer notice?",
)
def delta_norms_without_slopes(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = delta @ Ws[layer].T
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-03",
    of="delta_norms",
    hint="The delta has just arrived in a layer. Whose Z belongs beside it?",
)
def delta_norms_with_slopes_of_the_layer_left(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer])
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-04",
    of="delta_norms",
    hint="With respect to which quantity is upstream a gradient: the last A, or the last Z?",
)
def delta_norms_from_upstream(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer - 1])
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-X1",
    of="delta_norms",
    hint="Which step is missing between a sum of squares and a norm?",
    second_hint="For a single delta (3, 4) the norm is 5. You return 25. What is the last "
    "operation in the definition of a length?",
)
def delta_norms_squared(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.sum(delta**2))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer - 1])
        norms.insert(0, float(np.sum(delta**2)))
    return norms


@misconception(
    "E10-X2",
    of="delta_norms",
    hint="You meet the last layer first. Who stands first in the list?",
)
def delta_norms_last_layer_first(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer - 1])
        norms.append(float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-X3",
    of="delta_norms",
    hint="Does f_prime take what goes into f or what comes out of it?",
)
def delta_norms_with_slopes_at_the_activations(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(f(Zs[-1]))
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(f(Zs[layer - 1]))
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-X4",
    of="delta_norms",
    hint="You gave upstream a second name and then changed it in place. Whose array is it?",
)
def delta_norms_in_upstream(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream
    delta *= f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer - 1])
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-X5",
    of="delta_norms",
    hint="Try widths that differ from layer to layer. Does your product still fit?",
)
def delta_norms_without_the_transpose(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer]) * f_prime(Zs[layer - 1])
        norms.insert(0, float(np.linalg.norm(delta)))
    return norms


@misconception(
    "E10-X6",
    of="delta_norms",
    hint="Look up what np.linalg.norm(M, 2) is when M is a matrix. Does every entry count in it?",
)
def delta_norms_spectral(Ws, X, upstream, f, f_prime):
    Zs = _pre_activations(Ws, X, f)
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta, 2))]
    for layer in range(len(Ws) - 1, 0, -1):
        delta = (delta @ Ws[layer].T) * f_prime(Zs[layer - 1])
        norms.insert(0, float(np.linalg.norm(delta, 2)))
    return norms


@misconception(
    "E5-X20",
    of="minibatches",
    hint="How many rows does each of your batches have, and which argument should decide that?",
)
def minibatches_of_single_rows(X, y, batch_size, rng):
    return [(X[k : k + 1], y[k : k + 1]) for k in range(len(X))]


@misconception(
    "E5-X21",
    of="minibatches",
    hint="Which lines of yours look at the number of axes of y? A y with one axis needs the same "
    "order as X.",
)
def minibatches_with_flat_targets_in_order(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    targets = y[order] if y.ndim > 1 else y
    starts = range(0, len(X), batch_size)
    return [(X[order[k : k + batch_size]], targets[k : k + batch_size]) for k in starts]


@misconception(
    "E5-X22",
    of="minibatches",
    hint="How many different orders can come out of yours for 40 rows?",
)
def minibatches_rotated(X, y, batch_size, rng):
    step = [s for s in range(3, len(X) + 3) if math.gcd(s, len(X)) == 1]
    order = rng.choice(step) * np.arange(len(X)) + rng.integers(len(X))
    order %= len(X)
    starts = range(0, len(X), batch_size)
    return [(X[order[k : k + batch_size]], y[order[k : k + batch_size]]) for k in starts]


@misconception(
    "E6-X20",
    of="clip_global_norm",
    hint="Take gradients that are only a little shorter than max_norm. What happens to them?",
)
def clip_that_begins_early(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g * g) for g in grads))
    if norm > 0.9 * max_norm:
        return [g * (max_norm / norm) for g in grads], norm
    return [g.copy() for g in grads], norm


@misconception(
    "E8-X20",
    of="unique_hidden_units",
    hint="Can two numbers be nearer to each other than tol and still be rounded to different ones?",
)
def unique_by_rounding(W1, b1, tol=1e-12):
    return len(np.unique(np.round(np.vstack([W1, b1]) / tol), axis=1).T)


@misconception(
    "E9-X20",
    of="train",
    hint="Is anything in the docstring's update that makes a long gradient shorter?",
)
def train_with_clipped_gradients(params, X, Y, lr, epochs):
    losses = []
    for _ in range(epochs):
        loss, gradients = _network_gradients(params, X, Y)
        losses.append(loss)
        lengths = [max(1.0, np.linalg.norm(dW)) for dW, _ in gradients]
        params = [
            (W - lr * dW / length, b - lr * db)
            for (W, b), (dW, db), length in zip(params, gradients, lengths, strict=True)
        ]
    return params, losses
