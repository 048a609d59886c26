"""Wrong ways to write what training needs: edits of the right ones, and others."""

import numpy as np

from grader.testing import edit, misconception

from .canonical import _backward, _forward, _loss, _step

EDITS = [
    edit(
        "E5-01",
        {"stop": "n - batch_size + 1"},
        of="minibatches",
        what="the last batch is left out where it is short",
        hint="Add up the lengths of your batches. Is that the number of rows in X?",
        second_hint="Call it with 10 rows and a batch size of 4, and print len() of every batch: "
        "there should be three. How does your range or division end, and what does a slice do "
        "when it reaches past the end?",
    ),
    edit(
        "E5-05",
        {"order": "np.arange(n)"},
        of="minibatches",
        what="the rows are not shuffled",
        hint="What is the generator for that you were given?",
    ),
    edit(
        "E5-06",
        {"size": "batch_size + 1"},
        of="minibatches",
        what="a row is in two batches",
        hint="Does a Python slice contain the entry at its end?",
    ),
    edit(
        "E5-X3",
        {"order": "np.random.permutation(n)"},
        of="minibatches",
        what="numpy's own generator is used instead of rng",
        hint="Call it twice with generators of the same seed. Should the batches agree?",
    ),
    edit(
        "E5-X6",
        {"stop": "n + 1"},
        of="minibatches",
        what="there is an empty batch at the end",
        hint="How many rows has your last batch where batch_size divides the number of rows?",
    ),
    edit(
        "E6-01",
        {"clipped": "[g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-12)) for g in grads]"},
        of="clip_global_norm",
        what="each array is clipped on its own",
        hint="Compare the ratio of two layers' gradients before and after. Should it change?",
        second_hint="Take gradients (3) and (4). Together they are 5 long. With max_norm 1 both "
        "shrink by the same factor: compute that factor once, from all arrays, before the loop "
        "that scales.",
    ),
    edit(
        "E6-02",
        {"clipped": "[np.clip(g, -max_norm, max_norm) for g in grads]"},
        of="clip_global_norm",
        what="single entries are clipped",
        hint="Does the clipped step still point where the gradient pointed?",
    ),
    edit(
        "E6-03",
        {"exceeds": "total > 0"},
        of="clip_global_norm",
        what="small gradients are scaled up",
        hint="Call it with a very large max_norm. Did the gradients grow?",
        second_hint="With norm 5 and max_norm 100 nothing may change. Print your factor: it is "
        "20. What is the largest value that a factor which only shortens may have?",
    ),
    edit(
        "E6-06",
        {"factor": "min(1, max_norm / total)"},
        of="clip_global_norm",
        what="a norm of 0 is divided by",
        hint="When every gradient is 0, what do you divide by?",
    ),
    edit(
        "E6-07",
        {"reported": "total * factor"},
        of="clip_global_norm",
        what="the norm after clipping is returned",
        hint="A training log should show when gradients explode. Would your number show it?",
    ),
    edit(
        "E6-X1",
        {"clipped": "[_write_into(g, g * factor) for g in grads]"},
        of="clip_global_norm",
        what="the caller's arrays are overwritten",
        hint="Does `*=` on an array make a new one?",
    ),
    edit(
        "E6-X2",
        {"total": "sum(float(np.linalg.norm(g)) for g in grads)"},
        of="clip_global_norm",
        what="the norms are added instead of their squares",
        hint="Is the length of (3, 4) 7 or 5? The same question arises between arrays.",
    ),
    edit(
        "E6-X3",
        {"total": "sum(squares)"},
        of="clip_global_norm",
        what="the root is missing in the norm",
        hint="Which step is missing between a sum of squares and a length?",
    ),
    edit(
        "E6-X4",
        {"factor": "1 / total if exceeds else 1.0"},
        of="clip_global_norm",
        what="the gradients are scaled to length 1 instead of max_norm",
        hint="How long are your clipped gradients when max_norm is 2?",
    ),
    edit(
        "E6-X5",
        {"total": "math.sqrt(sum(float(np.linalg.norm(g, 2)) ** 2 for g in grads))"},
        of="clip_global_norm",
        what="the spectral norm is used",
        hint="Look up what np.linalg.norm(g, 2) is when g is a matrix. Does every entry count in "
        "it?",
    ),
    edit(
        "E7-01",
        {"std": "variance"},
        of="he_init",
        what="the variance is used as standard deviation",
        hint="Does the generator ask for a variance or for its root?",
        second_hint="Draw 100000 weights and print their np.var beside the one of the docstring. "
        "Yours is its square: read what the generator's parameter is called, and which operation "
        "leads from a variance to that.",
    ),
    edit(
        "E7-04",
        {"variance": "1.0 / n_in"},
        of="xavier_init",
        what="n_out is not used",
        hint="Change n_out alone. Should the spread of the weights change with it?",
    ),
    edit(
        "E7-06",
        {"shape": "(n_out, n_in)"},
        of="xavier_init",
        what="the shape is transposed",
        hint="Multiply X of shape (N, n_in) by your matrix. Does it fit?",
    ),
    edit(
        "E7-07",
        {"W": "rng.random(shape) * std"},
        of="xavier_init",
        what="all weights are positive",
        hint="How many of your weights are negative?",
    ),
    edit(
        "E7-08",
        {"generator": "np.random"},
        of="he_init",
        what="numpy's own generator is used instead of rng",
        hint="Your caller chose a seed. Does anything in your function depend on it?",
    ),
    edit(
        "E7-X1",
        {"W": "rng.uniform(-std, std, size=shape)"},
        of="xavier_init",
        what="the standard deviation is used as limit of a uniform law",
        hint="What is the standard deviation of a uniform law between -a and a? It is not a.",
    ),
    edit(
        "E6-X6",
        {"total": "max(math.sqrt(s) for s in squares)"},
        of="clip_global_norm",
        what="the largest norm of one array is used",
        hint="Two arrays of length 3 and 4: how long are they as one vector?",
    ),
    edit(
        "E6-X7",
        {"exceeds": "max(float(np.max(np.abs(g))) for g in grads) > max_norm"},
        of="clip_global_norm",
        what="single entries decide whether to clip",
        hint="Nine entries of 1 make a length of 3. With max_norm = 2, do you clip?",
    ),
    edit(
        "E7-X2",
        {"std": "variance"},
        of="xavier_init",
        what="the variance is used as standard deviation",
        hint="Does the generator ask for a variance or for its root?",
    ),
    edit(
        "E7-X3",
        {"variance": "2.0 / n_out"},
        of="he_init",
        what="n_out is used instead of n_in",
        hint="A unit sums over what comes in. Which of the two sizes counts that?",
    ),
    edit(
        "E7-X4",
        {"generator": "np.random.default_rng(0)"},
        of="he_init",
        what="a generator with a fixed seed is used instead of rng",
        hint="Call it with two different seeds and compare the weights.",
    ),
    edit(
        "E7-X5",
        {"W": "np.abs(generator.normal(0.0, std, size=(n_in, n_out)))"},
        of="he_init",
        what="all weights are positive",
        hint="Which weights of your matrix are negative? He's variance is about 0.",
    ),
    edit(
        "E7-X6",
        {"variance": "1.0 / n_in"},
        of="he_init",
        what="the factor 2 in the variance is missing",
        hint="Leave ReLU's half out, and which other initialisation do you get?",
    ),
    edit(
        "E8-01",
        {"units": "W1"},
        of="unique_hidden_units",
        what="rows are compared instead of columns",
        hint="Which part of W1 does a single hidden unit own, a row or a column?",
        second_hint="Draw the network: W1 has shape (inputs, units). Everything that leads into "
        "one unit stands below each other. Which axis must be compared as a whole, and does your "
        "code walk along it?",
    ),
    edit(
        "E8-03",
        {"tolerance": "0.001"},
        of="unique_hidden_units",
        what="tol is not used",
        hint="Two units 1e-6 apart drift further apart in training. Does your count see them?",
    ),
    edit(
        "E8-X1",
        {"units": "W1.T"},
        of="unique_hidden_units",
        what="the biases are not compared",
        hint="Two units with the same weights fire at different thresholds. Are they copies?",
    ),
    edit(
        "E8-X2",
        {"same": "[np.allclose(unit, other, atol=tol) for other in distinct]"},
        of="unique_hidden_units",
        what="allclose adds a relative tolerance",
        hint="Look up which tolerances np.allclose adds by itself.",
    ),
    edit(
        "E8-X3",
        {"count": "1 + int(np.sum(np.max(np.abs(np.diff(units, axis=0)), axis=1) > tol))"},
        of="unique_hidden_units",
        what="only neighbours are compared",
        hint="Do you notice a copy that does not stand right beside its twin?",
    ),
    edit(
        "E8-X4",
        {"count": "len(np.unique(np.vstack([W1, b1]), axis=1).T)"},
        of="unique_hidden_units",
        what="tol is not used",
        hint="Does it matter to your count when the caller passes another tol?",
    ),
    edit(
        "E8-X5",
        {"units": "(W1.sum(axis=0) + b1)[:, None]"},
        of="unique_hidden_units",
        what="only the sums of the columns are compared",
        hint="Are the units (1, 3) and (3, 1) copies of each other?",
    ),
    edit(
        "E8-X6",
        {"same": "[np.any(np.abs(unit - other) <= tolerance) for other in distinct]"},
        of="unique_hidden_units",
        what="one equal entry counts as an equal unit",
        hint="Two units share a single weight. Are they copies?",
    ),
    edit(
        "E8-X7",
        {"count": "sum(sum(np.max(np.abs(u - v)) <= tol for v in units) == 1 for u in units)"},
        of="unique_hidden_units",
        what="units that have a copy are not counted",
        hint="Of three units two are copies of each other. How many different ones are there?",
    ),
    edit(
        "E9-01",
        {"used": "[(dW, 0 * db) for dW, db in grads]"},
        of="train",
        what="the biases are not updated",
        hint="Print every parameter before and after one step. Do all of them move?",
        second_hint="Save a copy of all parameters, make one epoch, and print for each whether "
        "it changed. Then look at the line in which the update is made: over which names does it "
        "run?",
    ),
    edit(
        "E9-03",
        {"logged": "_loss(_forward(params, X)[-1], Y)"},
        of="train",
        what="the loss is recorded after the update",
        hint="Which parameters does the first entry of your losses belong to?",
    ),
    edit(
        "E9-04",
        {"passes": "epochs + 1"},
        of="train",
        what="there is one pass too many",
        hint="Count your losses for epochs = 3.",
    ),
    edit(
        "E9-05",
        {"params": "_step_in_place(params, used, rate)"},
        of="train",
        what="the caller's parameters are overwritten",
        hint="Call it twice with the same params. Why does the second run start lower?",
    ),
    edit(
        "E9-07",
        {"used": "_accumulate(memory, grads, 1.0)"},
        of="train",
        what="the gradients of earlier passes are added",
        hint="The first step is right. What is left over from it when the second one is made?",
    ),
    edit(
        "E9-X1",
        {"rows": "1"},
        of="train",
        what="the gradients are not divided by the number of rows",
        hint="Double the data set by repeating every row. Should your step double as well?",
    ),
    edit(
        "E9-X2",
        {"rate": "-lr"},
        of="train",
        what="the steps go uphill",
        hint="Print the losses of a few steps. Which way do they go?",
        second_hint="Print the first five losses: they grow. The gradient points to where the "
        "loss rises; look at the sign in the line that changes the parameters.",
    ),
    edit(
        "E9-X4",
        {"output_slope": "A * (1 - A)"},
        of="train",
        what="the slope of the output is applied once too often",
        hint="Which loss has this output delta: the cross-entropy, or the squared error?",
    ),
    edit(
        "E9-X5",
        {"loss": "_loss(A, Y) / Y.shape[1]", "rows": "Y.size"},
        of="train",
        what="the mean is over all entries instead of the rows",
        hint="With two output columns, is your loss a mean over the columns or their sum?",
    ),
    edit(
        "E9-X9",
        {"used": "[(dW + 0.01 * W, db) for (W, _), (dW, db) in zip(params, grads, strict=True)]"},
        of="train",
        what="the weights decay",
        hint="Where the gradient is 0 a weight should rest. Does yours?",
    ),
    edit(
        "E9-X10",
        {"rate": "lr / (1 + epoch)"},
        of="train",
        what="lr becomes smaller from pass to pass",
        hint="The first step is right. Is lr the same in the second?",
    ),
    edit(
        "E9-X11",
        {"used": "_accumulate(memory, grads, 0.9)"},
        of="train",
        what="momentum is used",
        hint="The first step is right. Plain descent has no memory: does your second step "
        "remember the first?",
    ),
    edit(
        "E9-X12",
        {"grads": "_backward(params, activations, delta, lambda A: 1 - A**2)"},
        of="train",
        what="the slope is that of tanh",
        hint="The last layer is right. By the slope of which activation do you go back through "
        "the others?",
    ),
    edit(
        "E9-X13",
        {"params": "_step(params, used, rate) if epoch < epochs - 1 else params"},
        of="train",
        what="the last update is missing",
        hint="Count your updates for epochs = 1.",
    ),
    edit(
        "E9-X14",
        {"used": "[(dW, db / rate) for dW, db in grads]"},
        of="train",
        what="the biases are updated without lr",
        hint="With lr = 0.5, by how much do the biases move? By how much should they?",
    ),
    edit(
        "E10-02",
        {"slope": "1"},
        of="delta_norms",
        what="the slope of the hidden layers is missing",
        hint="Run it with f_prime = 0 everywhere. Does your answer notice?",
    ),
    edit(
        "E10-03",
        {"below": "layer"},
        of="delta_norms",
        what="the slope is taken of the layer above",
        hint="The delta has just arrived in a layer. Whose Z belongs beside it?",
    ),
    edit(
        "E10-04",
        {"last_slope": "1"},
        of="delta_norms",
        what="the slope of the last layer is missing",
        hint="With respect to which quantity is upstream a gradient: the last A, or the last Z?",
    ),
    edit(
        "E10-X1",
        {"norms": "[float(np.sum(delta**2)) for delta in deltas]"},
        of="delta_norms",
        what="the root is missing in the norms",
        hint="Which step is missing between a sum of squares and a norm?",
        second_hint="For a single delta (3, 4) the norm is 5. You return 25. What is the last "
        "operation in the definition of a length?",
    ),
    edit(
        "E10-X2",
        {"returned": "norms[::-1]"},
        of="delta_norms",
        what="the last layer comes first",
        hint="You meet the last layer first. Who stands first in the list?",
    ),
    edit(
        "E10-X3",
        {"points": "[f(Z) for Z in Zs]"},
        of="delta_norms",
        what="the slopes are taken at a instead of z",
        hint="Does f_prime take what goes into f or what comes out of it?",
    ),
    edit(
        "E10-X4",
        {"first": "np.multiply(upstream, last_slope, out=upstream)"},
        of="delta_norms",
        what="the caller's upstream is overwritten",
        hint="You gave upstream a second name and then changed it in place. Whose array is it?",
    ),
    edit(
        "E10-X5",
        {"weights": "Ws[layer]"},
        of="delta_norms",
        what="the weights are not transposed",
        hint="Try widths that differ from layer to layer. Does your product still fit?",
    ),
    edit(
        "E10-X6",
        {"norms": "[float(np.linalg.norm(delta, 2)) for delta in deltas]"},
        of="delta_norms",
        what="the spectral norm is used",
        hint="Look up what np.linalg.norm(M, 2) is when M is a matrix. Does every entry count in "
        "it?",
    ),
    edit(
        "E5-X22",
        {
            "order": "(rng.choice([s for s in range(3, n + 3) if math.gcd(s, n) == 1])"
            " * np.arange(n) + rng.integers(n)) % n"
        },
        of="minibatches",
        what="the order is one of a few regular ones",
        hint="How many different orders can come out of yours for 40 rows?",
    ),
    edit(
        "E6-X20",
        {"exceeds": "total > 0.9 * max_norm"},
        of="clip_global_norm",
        what="gradients a little shorter than max_norm are scaled too",
        hint="Take gradients that are only a little shorter than max_norm. What happens to them?",
    ),
    edit(
        "E8-X20",
        {"count": "len(np.unique(np.round(np.vstack([W1, b1]) / tol), axis=1).T)"},
        of="unique_hidden_units",
        what="numbers are rounded before they are compared",
        hint="Can two numbers be nearer to each other than tol and still be rounded to different "
        "ones?",
    ),
    edit(
        "E9-X20",
        {"used": "[(dW / max(1.0, np.linalg.norm(dW)), db) for dW, db in grads]"},
        of="train",
        what="long gradients are made shorter",
        hint="Is anything in the docstring's update that makes a long gradient shorter?",
    ),
]


def _network_gradients(params, X, Y):
    activations = _forward(params, X)
    A = activations[-1]
    return _loss(A, Y), _backward(params, activations, (A - Y) / len(X))


@misconception(
    "E5-04",
    of="minibatches",
    what="rows are drawn with replacement",
    hint="List the row numbers that you use in one pass and sort them. What do you see?",
)
def minibatches_with_replacement(X, y, batch_size, rng):
    n = len(X)
    for k in range(0, n, batch_size):
        b = rng.integers(0, n, size=min(batch_size, n - k))
        yield X[b], y[b]


@misconception(
    "E5-X1",
    of="minibatches",
    what="X and y are shuffled apart",
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
    what="the caller's arrays are overwritten",
    hint="Print the first row of the caller's X before and after the call.",
)
def minibatches_in_the_callers_arrays(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [(X[k : k + batch_size], y[k : k + batch_size]) for k in range(0, len(X), batch_size)]


@misconception(
    "E5-X4",
    of="minibatches",
    what="rows are shuffled within each batch only",
    hint="Can two rows that stand far apart in X ever meet in one of your batches?",
)
def minibatches_of_neighbours(X, y, batch_size, rng):
    starts = list(range(0, len(X), batch_size))
    inner = [k + rng.permutation(min(batch_size, len(X) - k)) for k in starts]
    return [(X[b], y[b]) for b in inner]


@misconception(
    "E5-X5",
    of="minibatches",
    what="all batches have nearly the same size",
    hint="Which of your batches is the short one, and by how much?",
)
def minibatches_of_nearly_equal_size(X, y, batch_size, rng):
    parts = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return [(X[b], y[b]) for b in parts]


@misconception(
    "E9-X3",
    of="train",
    what="the parameters are updated on the way back",
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
    "E9-X6",
    of="train",
    what="the parameters are updated after each row",
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
    what="the gradients are computed only once",
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
    what="training stops early",
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
    "E5-X20",
    of="minibatches",
    what="every batch has a single row",
    hint="How many rows does each of your batches have, and which argument should decide that?",
)
def minibatches_of_single_rows(X, y, batch_size, rng):
    return [(X[k : k + 1], y[k : k + 1]) for k in range(len(X))]


@misconception(
    "E5-X21",
    of="minibatches",
    what="targets with one axis keep their order",
    hint="Which lines of yours look at the number of axes of y? A y with one axis needs the same "
    "order as X.",
)
def minibatches_with_flat_targets_in_order(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    targets = y[order] if y.ndim > 1 else y
    starts = range(0, len(X), batch_size)
    return [(X[order[k : k + batch_size]], targets[k : k + batch_size]) for k in starts]
