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
        "there should be three batches. Where does your range or division stop? What "
        "does a slice return if it ends after the last row?",
    ),
    edit(
        "E5-05",
        {"order": "np.arange(n)"},
        of="minibatches",
        what="the rows are not shuffled",
        hint="Which line of your code uses rng? Without it the rows keep their order.",
    ),
    edit(
        "E5-06",
        {"size": "batch_size + 1"},
        of="minibatches",
        what="a row is in two batches",
        hint="Print the row numbers of each batch. Is the end of a Python slice part of it?",
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
        hint="How many rows does your last batch have where batch_size divides the number of rows?",
    ),
    edit(
        "E6-01",
        {"clipped": "[g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-12)) for g in grads]"},
        of="clip_global_norm",
        what="each array is clipped on its own",
        hint="Compare the ratio of two layers' gradients before and after. Should it change?",
        second_hint="Take the gradients (3) and (4). Their common norm is 5. With max_norm = 1 both"
        " should shrink by the same factor. Is your factor computed once from all "
        "arrays, or again for each array?",
    ),
    edit(
        "E6-02",
        {"clipped": "[np.clip(g, -max_norm, max_norm) for g in grads]"},
        of="clip_global_norm",
        what="single entries are clipped",
        hint="All entries should shrink by one common factor. Do yours?",
    ),
    edit(
        "E6-03",
        {"exceeds": "total > 0"},
        of="clip_global_norm",
        what="small gradients are scaled up",
        hint="Call it with a very large max_norm. Did the gradients grow?",
        second_hint="With a norm of 5 and max_norm = 100 nothing should change. Print your factor: "
        "it is 20. How large may a factor be that only makes gradients shorter?",
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
        {"norm": "total * factor"},
        of="clip_global_norm",
        what="the norm after clipping is returned",
        hint="Read under Returns: is the norm the one before or after clipping?",
    ),
    edit(
        "E6-X1",
        {"clipped": "[_write_into(g, g * factor) for g in grads]"},
        of="clip_global_norm",
        what="the caller's arrays are overwritten",
        hint="Print the caller's arrays before and after the call. Which line of yours writes into "
        "them?",
    ),
    edit(
        "E6-X2",
        {"total": "sum(float(np.linalg.norm(g)) for g in grads)"},
        of="clip_global_norm",
        what="the norms are added instead of their squares",
        hint="Is the length of (3, 4) 7 or 5? How do you combine the norms of two arrays in "
        "the same way?",
    ),
    edit(
        "E6-X3",
        {"total": "sum(squares)"},
        of="clip_global_norm",
        what="the square root is missing in the norm",
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
        hint="Does the generator's method take a variance or a standard deviation?",
        second_hint="Draw 100000 weights and compare their np.var with the docstring's variance. "
        "Yours is its square. What is the generator's parameter called, and which "
        "operation leads from a variance to it?",
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
        hint="Multiply an X of shape (N, n_in) by your matrix. Do the shapes fit?",
    ),
    edit(
        "E7-07",
        {"W": "generator.random(shape) * std"},
        of="xavier_init",
        what="all weights are positive",
        hint="Count your negative weights. How many should there be?",
    ),
    edit(
        "E7-08",
        {"generator": "np.random"},
        of="he_init",
        what="numpy's own generator is used instead of rng",
        hint="rng has methods of its own, such as normal. Call them on rng.",
    ),
    edit(
        "E7-X1",
        {"W": "generator.uniform(-std, std, size=shape)"},
        of="xavier_init",
        what="the standard deviation is used as limit of a uniform distribution",
        hint="What is the standard deviation of a uniform distribution between -a and a? It "
        "is not a.",
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
        hint="Does the generator's method take a variance or a standard deviation?",
    ),
    edit(
        "E7-X3",
        {"variance": "2.0 / n_out"},
        of="he_init",
        what="n_out is used instead of n_in",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
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
        {"W": "np.abs(generator.normal(0.0, std, size=shape))"},
        of="he_init",
        what="the signs of the weights are lost",
        hint="Count your negative weights. How many should there be?",
    ),
    edit(
        "E7-X6",
        {"variance": "1.0 / n_in"},
        of="he_init",
        what="the factor 2 in the variance is missing",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E8-01",
        {"units": "W1"},
        of="unique_hidden_units",
        what="rows are compared instead of columns",
        hint="Which part of W1 belongs to a single hidden unit, a row or a column?",
        second_hint="Draw the network: W1 has shape (inputs, units). All weights that lead into one"
        " unit are in one column. Does your code compare whole columns or whole rows?",
    ),
    edit(
        "E8-03",
        {"tolerance": "0.001"},
        of="unique_hidden_units",
        what="the tolerance is always 0.001",
        hint="Call it with tol = 1e-6. Does the result change?",
    ),
    edit(
        "E8-X1",
        {"units": "W1.T"},
        of="unique_hidden_units",
        what="the biases are not compared",
        hint="Two units have the same weights and different biases. Are they copies?",
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
        hint="Take the units a, b, a. Does your code compare the first with the last?",
    ),
    edit(
        "E8-X4",
        {"count": "len(np.unique(np.vstack([W1, b1]), axis=1).T)"},
        of="unique_hidden_units",
        what="tol is not used",
        hint="Call it with tol = 0.1. Does the result change?",
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
        hint="Print every parameter before and after one step. Do all of them change?",
        second_hint="Save a copy of all parameters, train for one epoch, and print which of them "
        "changed. Then read the line that makes the update: which parameters does it "
        "change?",
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
        what="there is one epoch too many",
        hint="Count your losses for epochs = 3.",
    ),
    edit(
        "E9-05",
        {"params": "_step_in_place(params, used, rate)"},
        of="train",
        what="the caller's parameters are overwritten",
        hint="Call it twice with the same params. Do both runs start with the same loss?",
    ),
    edit(
        "E9-07",
        {"used": "_accumulate(memory, grads, 1.0)"},
        of="train",
        what="the gradients of earlier epochs are added",
        hint="Print the gradients in the second epoch. Do they still include those of the first?",
    ),
    edit(
        "E9-X1",
        {"rows": "1"},
        of="train",
        what="the gradients are not divided by the number of rows",
        hint="Where does the loss of the docstring have a 1/N? Look for it in your gradients.",
    ),
    edit(
        "E9-X2",
        {"rate": "-lr"},
        of="train",
        what="the steps go uphill",
        hint="Print the losses of a few epochs. Do they rise or fall?",
        second_hint="Print the first five losses: they grow. The gradient points in the direction "
        "in which the loss rises. Which sign does your line have that changes the "
        "parameters?",
    ),
    edit(
        "E9-X4",
        {"output_slope": "A * (1 - A)"},
        of="train",
        what="the slope of the output is applied once too often, as for a squared error",
        hint="Does your output delta belong to the cross-entropy or to the squared error? "
        "Compare with the docstring.",
    ),
    edit(
        "E9-X5",
        {"loss_rows": "Y.size", "rows": "Y.size"},
        of="train",
        what="the mean is over all entries instead of the rows",
        hint="With several outputs, by what does the loss of the docstring divide?",
    ),
    edit(
        "E9-X9",
        {"used": "[(dW + 0.01 * W, db) for (W, _), (dW, db) in zip(params, grads, strict=True)]"},
        of="train",
        what="the weights decay",
        hint="Where the gradient is 0 a weight should not change. Does yours?",
    ),
    edit(
        "E9-X10",
        {"rate": "lr / (1 + epoch)"},
        of="train",
        what="lr becomes smaller from epoch to epoch",
        hint="Print lr in every epoch. Should it change?",
    ),
    edit(
        "E9-X11",
        {"used": "_accumulate(memory, grads, 0.9)"},
        of="train",
        what="momentum is used",
        hint="Print the first two steps. Is a part of the first one in the second one again?",
    ),
    edit(
        "E9-X12",
        {"slope": "1 - A_prev**2"},
        of="train",
        what="the slope is that of tanh",
        hint="Which activation do all layers have, and what is the slope of that one?",
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
        hint="With lr = 0.5, by how much do the biases change? By how much should they?",
    ),
    edit(
        "E10-02",
        {"slope": "1"},
        of="delta_norms",
        what="the slope of the hidden layers is missing",
        hint="Which factor belongs to the delta of a hidden layer besides the weights?",
    ),
    edit(
        "E10-03",
        {"below": "layer"},
        of="delta_norms",
        what="the slope is taken of the layer above",
        hint="When delta has gone back through the weights, in which layer is it? The slope "
        "belongs to the same layer.",
    ),
    edit(
        "E10-04",
        {"last_slope": "1"},
        of="delta_norms",
        what="the slope of the last layer is missing",
        hint="Is upstream the gradient with respect to the last A or to the last Z?",
    ),
    edit(
        "E10-X1",
        {"norms": "[float(np.sum(delta**2)) for delta in deltas]"},
        of="delta_norms",
        what="the square root is missing in the norms",
        hint="Which step is missing between a sum of squares and a norm?",
        second_hint="For a single delta (3, 4) the norm is 5, and you return 25. What is the last "
        "operation in the definition of a norm?",
    ),
    edit(
        "E10-X2",
        {"returned": "norms[::-1]"},
        of="delta_norms",
        what="the last layer comes first",
        hint="Read under Returns which layer comes first.",
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
        {"first": "np.multiply(passed, last_slope, out=upstream)"},
        of="delta_norms",
        what="the caller's upstream is overwritten",
        hint="Print the caller's upstream before and after the call. Which line of yours writes "
        "into it?",
    ),
    edit(
        "E10-X5",
        {"weights": "Ws[layer]"},
        of="delta_norms",
        what="the weights are not transposed",
        hint="Write down the shapes of both factors where delta goes back. Which one has to "
        "be transposed?",
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
        hint="Does the docstring ask you to make a long gradient shorter?",
    ),
    edit(
        "E5-X30",
        {"pair": "list(zip(Xb, yb))"},
        of="minibatches",
        what="a batch is a list of single samples in your code, but here it is a pair of "
        "arrays (Xb, yb)",
        hint="Read under Returns what one batch is, and which shape Xb has.",
    ),
    edit(
        "E5-X31",
        {"result": "([Xb for Xb, _ in batches], [yb for _, yb in batches])"},
        of="minibatches",
        what="the batches are returned as two lists, one of Xb and one of yb, but here they "
        "are one list of pairs",
        hint="Read under Returns what one entry of the list is.",
    ),
    edit(
        "E5-X32",
        {"order": "np.random.default_rng(0).permutation(n)"},
        of="minibatches",
        what="a generator with a fixed seed is used instead of rng",
        hint="Call it with generators of two different seeds. Are the batches different?",
    ),
    edit(
        "E5-X33",
        {"order": "np.random.RandomState(rng).permutation(n)"},
        of="minibatches",
        what="rng is used as a seed, but here it is a generator",
        hint="rng has methods of its own, such as permutation. Call them on rng itself.",
    ),
    edit(
        "E5-X34",
        {"size": "batch_size - 1"},
        of="minibatches",
        what="a row is left out between two batches",
        hint="Print the row numbers of each batch. Is the end of a Python slice part of it?",
    ),
    edit(
        "E5-X35",
        {"stop": "n - batch_size"},
        of="minibatches",
        what="the last batch is always left out",
        hint="Add up the lengths of your batches. Is that the number of rows in X?",
    ),
    edit(
        "E5-X36",
        {"yb": "y[k : k + size]"},
        of="minibatches",
        what="y keeps its order while X is shuffled",
        hint="Take one row from a batch and look it up in the data set. Does its target "
        "belong to it?",
    ),
    edit(
        "E5-X37",
        {"Xb": "X[k : k + size]"},
        of="minibatches",
        what="X keeps its order while y is shuffled",
        hint="Take one row from a batch and look it up in the data set. Does its target "
        "belong to it?",
    ),
    edit(
        "E5-X38",
        {"yb": "y[rows].reshape(len(rows), -1)"},
        of="minibatches",
        what="y gets a second axis",
        hint="Compare the number of axes of yb with that of y.",
    ),
    edit(
        "E5-X39",
        {"result": "[(X[rows], y[rows]) for rows in np.array_split(order, batch_size)]"},
        of="minibatches",
        what="batch_size is used as the number of batches",
        hint="How many rows does each of your batches have, and how many should it have?",
    ),
    edit(
        "E5-X40",
        {"rows": 'np.take(order, range(k, k + size), mode="wrap")'},
        of="minibatches",
        what="the short last batch is filled up with rows that were used before",
        hint="How long may the last batch be? Count how many times each row comes.",
    ),
    edit(
        "E5-X41",
        {"order": "None", "rows": "rng.choice(n, min(size, n - k), replace=False)"},
        of="minibatches",
        what="each batch is drawn from all rows again",
        hint="List the row numbers that you use in one epoch and sort them. Does each one "
        "occur once?",
    ),
    edit(
        "E5-X42",
        {"result": "batches[:1]"},
        of="minibatches",
        what="only the first batch comes back",
        hint="Is your return inside the loop? Count the batches.",
    ),
    edit(
        "E6-X8",
        {"exceeds": "total < max_norm"},
        of="clip_global_norm",
        what="short gradients are scaled and long ones are not",
        hint="Call it with a norm of 5 and max_norm = 1. Which way does your comparison go?",
    ),
    edit(
        "E6-X9",
        {"factor": "total / max_norm if exceeds else 1.0"},
        of="clip_global_norm",
        what="the factor is upside down",
        hint="Print your factor for a norm of 5 and max_norm = 1. Should it be above or below 1?",
    ),
    edit(
        "E6-X10",
        {"total": "math.sqrt(sum(squares) / sum(g.size for g in grads))"},
        of="clip_global_norm",
        what="the mean of the squares is used instead of their sum",
        hint="Take the gradient (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E6-X11",
        {"total": "sum(float(np.sum(np.abs(g))) for g in grads)"},
        of="clip_global_norm",
        what="absolute values are added instead of squares",
        hint="Take the gradient (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E6-X12",
        {"total": "max(float(np.max(np.abs(g))) for g in grads)"},
        of="clip_global_norm",
        what="the largest entry is used as norm",
        hint="Take the gradient (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E6-X13",
        {"factor": "max_norm if exceeds else 1.0"},
        of="clip_global_norm",
        what="the gradients are multiplied by max_norm without a division by their norm",
        hint="How long are your clipped gradients? They should be as long as max_norm.",
    ),
    edit(
        "E6-X14",
        {"return": "norm, clipped"},
        of="clip_global_norm",
        what="the two results have the wrong order",
        hint="Which of the two results does the docstring list first?",
    ),
    edit(
        "E6-X15",
        {"clipped": "np.concatenate([g.ravel() * factor for g in grads])"},
        of="clip_global_norm",
        what="the clipped gradients come as one long vector",
        hint="Read under Returns: which shapes do the clipped arrays have?",
    ),
    edit(
        "E6-X16",
        {"norm": "factor"},
        of="clip_global_norm",
        what="the factor is returned instead of the norm",
        hint="Read under Returns what the second result is.",
    ),
    edit(
        "E6-X17",
        {"norm": "max_norm"},
        of="clip_global_norm",
        what="max_norm is returned instead of the norm before clipping",
        hint="Read under Returns what the second result is.",
    ),
    edit(
        "E6-X18",
        {"clipped": "[np.clip(g, -1.0, 1.0) for g in grads]"},
        of="clip_global_norm",
        what="single entries are clipped to [-1, 1]",
        hint="All entries should shrink by one common factor. Do yours?",
    ),
    edit(
        "E7-X7",
        {"variance": "2.0 / n_in"},
        of="xavier_init",
        what="He's variance is used, but here n_out counts as well",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X8",
        {"variance": "1.0 / (n_in + n_out)"},
        of="xavier_init",
        what="the factor 2 in the variance is missing",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X9",
        {"variance": "6.0 / (n_in + n_out)"},
        of="xavier_init",
        what="the limit of a uniform distribution is used as standard deviation of a normal "
        "distribution",
        hint="The standard deviation of a uniform distribution between -a and a is not a. "
        "Which distribution do you draw from?",
    ),
    edit(
        "E7-X10",
        {"variance": "1 / (3 * n_in)", "W": "generator.uniform(-1, 1, size=shape) / np.sqrt(n_in)"},
        of="xavier_init",
        what="PyTorch's default for linear layers is used, but here n_out counts as well",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X11",
        {"variance": "1.0 / n_out"},
        of="xavier_init",
        what="n_in is not used",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X12",
        {"variance": "2.0 / n_out"},
        of="xavier_init",
        what="n_out is used instead of the sum",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X13",
        {"variance": "2.0 / (n_in * n_out)"},
        of="xavier_init",
        what="n_in and n_out are multiplied instead of added",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X14",
        {"generator": "np.random"},
        of="xavier_init",
        what="numpy's own generator is used instead of rng",
        hint="rng has methods of its own, such as normal. Call them on rng.",
    ),
    edit(
        "E7-X15",
        {"generator": "np.random.default_rng(0)"},
        of="xavier_init",
        what="a generator with a fixed seed is used instead of rng",
        hint="Call it with two different seeds and compare the weights.",
    ),
    edit(
        "E7-X16",
        {"W": "np.abs(generator.normal(0.0, std, size=shape))"},
        of="xavier_init",
        what="the signs of the weights are lost",
        hint="Count your negative weights. How many should there be?",
    ),
    edit(
        "E7-X17",
        {"std": "0.01"},
        of="xavier_init",
        what="the standard deviation is always 0.01",
        hint="Change n_in. Should the spread of the weights change with it?",
    ),
    edit(
        "E7-X18",
        {"std": "1.0"},
        of="xavier_init",
        what="the weights are not scaled",
        hint="Change n_in. Should the spread of the weights change with it?",
    ),
    edit(
        "E7-X19",
        {"W": "_draw_within_two(generator, std, shape)"},
        of="xavier_init",
        what="the distribution is cut off at two standard deviations, which makes it narrower",
        hint="Print np.std of many weights and compare it with the docstring's. What makes "
        "yours smaller?",
    ),
    edit(
        "E7-X20",
        {"shape": "(n_out, n_in)"},
        of="he_init",
        what="the shape is transposed",
        hint="Multiply an X of shape (N, n_in) by your matrix. Do the shapes fit?",
    ),
    edit(
        "E7-X21",
        {"variance": "2.0 / (n_in + n_out)"},
        of="he_init",
        what="Xavier's variance is used, but here only n_in counts",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X22",
        {"variance": "6.0 / n_in"},
        of="he_init",
        what="the limit of a uniform distribution is used as standard deviation of a normal "
        "distribution",
        hint="The standard deviation of a uniform distribution between -a and a is not a. "
        "Which distribution do you draw from?",
    ),
    edit(
        "E7-X23",
        {"W": "generator.uniform(-std, std, size=shape)"},
        of="he_init",
        what="the standard deviation is used as limit of a uniform distribution",
        hint="What is the standard deviation of a uniform distribution between -a and a? It "
        "is not a.",
    ),
    edit(
        "E7-X24",
        {"W": "generator.uniform(-1, 1, size=shape) / np.sqrt(n_in)"},
        of="he_init",
        what="PyTorch's default for linear layers is used, but here the variance is larger",
        hint="Compare the variance in your code with the one in the docstring: which of n_in and "
        "n_out are in it, and is the factor the same?",
    ),
    edit(
        "E7-X25",
        {"W": "np.abs(generator.uniform(-std, std, size=shape))"},
        of="he_init",
        what="the standard deviation is used as limit of a uniform distribution, and signs "
        "are lost",
        hint="How many of your weights are negative? And what is the standard deviation of a"
        " uniform distribution between -a and a?",
    ),
    edit(
        "E7-X26",
        {"W": "generator.random(shape) * std"},
        of="he_init",
        what="all weights are between 0 and a limit",
        hint="Count your negative weights. How many should there be?",
    ),
    edit(
        "E7-X27",
        {"std": "0.01"},
        of="he_init",
        what="the standard deviation is always 0.01",
        hint="Change n_in. Should the spread of the weights change with it?",
    ),
    edit(
        "E7-X28",
        {"std": "1.0"},
        of="he_init",
        what="the weights are not scaled",
        hint="Change n_in. Should the spread of the weights change with it?",
    ),
    edit(
        "E7-X29",
        {"W": "_draw_within_two(generator, std, shape)"},
        of="he_init",
        what="the distribution is cut off at two standard deviations, which makes it narrower",
        hint="Print np.std of many weights and compare it with the docstring's. What makes "
        "yours smaller?",
    ),
    edit(
        "E8-X9",
        {"same": "[np.mean(np.abs(unit - other)) <= tolerance for other in distinct]"},
        of="unique_hidden_units",
        what="the mean difference is compared instead of the largest",
        hint="Two units differ in one entry only, by more than tol. Are they copies?",
    ),
    edit(
        "E8-X10",
        {"count": "len(units) - len(distinct)"},
        of="unique_hidden_units",
        what="the copies are counted instead of the distinct units",
        hint="Of three units two are copies of each other. How many different ones are there?",
    ),
    edit(
        "E8-X11",
        {"same": "[np.max(np.abs(unit - other)) <= tolerance for other in distinct[:1]]"},
        of="unique_hidden_units",
        what="every unit is compared with the first one only",
        hint="Take the units a, b, b. Which of them does your code compare?",
    ),
    edit(
        "E8-X12",
        {"units": "b1[:, None]"},
        of="unique_hidden_units",
        what="only the biases are compared",
        hint="Take equal biases and different weights. Are the units copies?",
    ),
    edit(
        "E8-X13",
        {"count": "int(np.linalg.matrix_rank(units))"},
        of="unique_hidden_units",
        what="the rank is returned instead of the number of distinct units",
        hint="Take the units 1, 2 and 3 with one weight each. How many are different, and what "
        "is the rank?",
    ),
    edit(
        "E8-X14",
        {"same": "[np.allclose(unit, other, rtol=tol, atol=0) for other in distinct]"},
        of="unique_hidden_units",
        what="tol is used as a relative tolerance",
        hint="Read in the docstring whether tol is an absolute difference or one relative to the "
        "weights.",
    ),
    edit(
        "E8-X17",
        {"units": "np.vstack([W1, b1])"},
        of="unique_hidden_units",
        what="rows are compared instead of columns, biases included",
        hint="Which part of W1 belongs to a single hidden unit, a row or a column?",
    ),
    edit(
        "E9-X21",
        {"weights": "W"},
        of="train",
        what="W is not transposed in the backward pass",
        hint="Write down the shapes of both factors where delta goes back. Which one has to "
        "be transposed?",
    ),
    edit(
        "E9-X22",
        {"factor": "2"},
        of="train",
        what="the gradients are doubled",
        hint="Differentiate the loss of the docstring. Where does your 2 come from?",
    ),
    edit(
        "E9-X23",
        {"factor": "0.5"},
        of="train",
        what="the gradients are halved",
        hint="Differentiate the loss of the docstring. Where does your 1/2 come from?",
    ),
    edit(
        "E9-X24",
        {"slope": "1"},
        of="train",
        what="the slope of the hidden layers is missing",
        hint="Between z and a of a hidden layer there is a sigmoid. Is its slope a factor of "
        "your delta?",
    ),
    edit(
        "E9-X25",
        {"slope": "(A_prev * (1 - A_prev)) ** 2"},
        of="train",
        what="the slope is applied twice",
        hint="Count how many times the slope of a hidden layer is a factor of its delta.",
    ),
    edit(
        "E9-X26",
        {"slope": "zs[layer - 1] * (1 - zs[layer - 1])"},
        of="train",
        what="the slope is z (1 - z)",
        hint="In the slope a (1 - a), is a taken before or after the sigmoid?",
    ),
    edit(
        "E9-X27",
        {"slope": "_sigmoid(A_prev) * (1 - _sigmoid(A_prev))"},
        of="train",
        what="the slope is taken at a instead of z",
        hint="Does your function for the slope apply the sigmoid itself? Then give it z, not a.",
    ),
    edit(
        "E9-X28",
        {"slope": "1 - A_prev"},
        of="train",
        what="one of the two factors of the slope is missing",
        hint="Write down the slope of the sigmoid. Your code has only one of its two factors.",
    ),
    edit(
        "E9-X29",
        {"slope": "A_prev"},
        of="train",
        what="the activation is used in place of its slope",
        hint="Write down the slope of the sigmoid in terms of a. Does your code have all of it?",
    ),
    edit(
        "E9-X30",
        {"slope": "A_prev * (1 - A_prev) if layer == len(params) - 1 else 1"},
        of="train",
        what="the slope is applied for the last hidden layer only",
        hint="Run it with four layers. For which of them does your loop multiply by the slope?",
    ),
    edit(
        "E9-X31",
        {"again": "1 / len(X)"},
        of="train",
        what="every layer divides by the number of rows",
        hint="In how many places does the loss divide by N? In how many does your backward pass?",
    ),
    edit(
        "E9-X32",
        {"rows": "len(X) ** 2"},
        of="train",
        what="the gradients are divided by the number of rows twice",
        hint="Look for every place where your code divides by N or takes a mean. One of them is "
        "enough.",
    ),
    edit(
        "E9-X33",
        {"rows": "Y.size"},
        of="train",
        what="the gradients are divided by the number of entries instead of rows",
        hint="With several outputs, by what does the loss of the docstring divide?",
    ),
    edit(
        "E9-X34",
        {"loss_rows": "Y.size"},
        of="train",
        what="the loss is averaged over the columns, too",
        hint="With several outputs, by what does the loss of the docstring divide?",
    ),
    edit(
        "E9-X35",
        {"loss_rows": "1"},
        of="train",
        what="the loss is not divided by the number of rows",
        hint="Where does the loss of the docstring have a 1/N? Look for it in your code.",
    ),
    edit(
        "E9-X36",
        {"loss_rows": "1", "rows": "1"},
        of="train",
        what="neither loss nor gradients are divided by the number of rows",
        hint="Where does the loss of the docstring have a 1/N? Look for it in your code.",
    ),
    edit(
        "E9-X37",
        {"loss_sign": "1"},
        of="train",
        what="the losses have the wrong sign",
        hint="Are your losses positive? A logarithm of a number below 1 is negative.",
    ),
    edit(
        "E9-X38",
        {"other": "0"},
        of="train",
        what="the term of the zeros is missing in the loss",
        hint="Compare your loss with the one in the docstring. What does it give where Y is 0?",
    ),
    edit(
        "E9-X39",
        {"terms": "-0.5 * (A - Y) ** 2"},
        of="train",
        what="the losses are half the squared error instead of the cross-entropy",
        hint="Which loss does the docstring define? Compare it with your line, term by term.",
    ),
    edit(
        "E9-X40",
        {"terms": "-((A - Y) ** 2)", "loss_rows": "Y.size"},
        of="train",
        what="the losses are the mean squared error instead of the cross-entropy",
        hint="Which loss does the docstring define? Compare it with your line, term by term.",
    ),
    edit(
        "E9-X41",
        {"terms": "-0.5 * (A - Y) ** 2", "output_slope": "A * (1 - A)"},
        of="train",
        what="loss and delta are those of half the squared error, mean over rows, but here "
        "the loss is the cross-entropy",
        hint="Which loss does the docstring define, and which delta at the output follows from it?",
    ),
    edit(
        "E9-X42",
        {
            "terms": "-0.5 * (A - Y) ** 2",
            "output_slope": "A * (1 - A)",
            "loss_rows": "1",
            "rows": "1",
        },
        of="train",
        what="loss and delta are those of half the sum of squares, but here the loss is the "
        "cross-entropy",
        hint="Which loss does the docstring define, and which delta at the output follows from it?",
    ),
    edit(
        "E9-X43",
        {
            "terms": "-((A - Y) ** 2)",
            "factor": "2",
            "output_slope": "A * (1 - A)",
            "loss_rows": "Y.size",
            "rows": "Y.size",
        },
        of="train",
        what="loss and delta are those of the mean squared error, but here the loss is the "
        "cross-entropy",
        hint="Which loss does the docstring define, and which delta at the output follows from it?",
    ),
    edit(
        "E9-X44",
        {"terms": "-((A - Y) ** 2)", "loss_rows": "Y.size", "output_slope": "A * (1 - A)"},
        of="train",
        what="the losses are the mean squared error, and delta is that of a squared error, "
        "but here the loss is the cross-entropy",
        hint="Which loss does the docstring define, and which delta at the output follows from it?",
    ),
    edit(
        "E9-X45",
        {"used": "[(0 * dW, 0 * db) for dW, db in grads[:-1]] + grads[-1:]"},
        of="train",
        what="only the last layer is updated",
        hint="Print every parameter before and after one step. Do all of them change?",
    ),
    edit(
        "E9-X46",
        {"used": "[(0 * dW, db) for dW, db in grads]"},
        of="train",
        what="the weights are not updated",
        hint="Print every parameter before and after one step. Do all of them change?",
    ),
    edit(
        "E9-X47",
        {"return": "params, [*losses, _loss(_forward(params, X)[-1], Y)]"},
        of="train",
        what="the loss after the last update is in the list",
        hint="Count your losses for epochs = 3.",
    ),
    edit(
        "E9-X48",
        {"return": "start, losses"},
        of="train",
        what="the parameters that were passed in are returned",
        hint="Read under Returns which parameters come back. Which name do your new ones have?",
    ),
    edit(
        "E9-X49",
        {"return": "losses, params"},
        of="train",
        what="the two results have the wrong order",
        hint="Which of the two results does the docstring list first?",
    ),
    edit(
        "E9-X50",
        {"rate": "0.1"},
        of="train",
        what="lr is always 0.1",
        hint="Call it with two values of lr. Does the result change?",
    ),
    edit(
        "E9-X51",
        {"rate": "1"},
        of="train",
        what="lr is not used",
        hint="Call it with two values of lr. Does the result change?",
    ),
    edit(
        "E9-X52",
        {
            "a": "_sigmoid(z) if len(zs) == len(params) - 1 else np.tanh(z)",
            "slope": "1 - A_prev**2",
        },
        of="train",
        what="the hidden layers have tanh in your code, but here they are sigmoids",
        hint="Which activation does the docstring give to all layers?",
    ),
    edit(
        "E9-X53",
        {
            "a": "_sigmoid(z) if len(zs) == len(params) - 1 else np.maximum(z, 0)",
            "slope": "(A_prev > 0) * 1.0",
        },
        of="train",
        what="the hidden layers have ReLU in your code, but here they are sigmoids",
        hint="Which activation does the docstring give to all layers?",
    ),
    edit(
        "E9-X54",
        {"bias": "0.0"},
        of="train",
        what="the biases are left out in the forward pass",
        hint="Compare your line for Z with the one in the docstring, term by term.",
    ),
    edit(
        "E9-X55",
        {"read": "zs[layer - 1] if layer else X"},
        of="train",
        what="dW uses z instead of a",
        hint="Which array is W multiplied by in the forward pass?",
    ),
    edit(
        "E9-X56",
        {"dW": "delta.T @ read"},
        of="train",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Compare the shape of each dW with that of its W.",
    ),
    edit(
        "E9-X57",
        {"dW": "delta @ read.T"},
        of="train",
        what="dW is computed as if samples were columns, but here they are rows",
        hint="Write down the shapes of delta and of the activations before it. Which one has"
        " to be transposed?",
    ),
    edit(
        "E9-X58",
        {"dW": "read @ delta"},
        of="train",
        what="the activations are not transposed in dW",
        hint="Write down the shapes of both factors of dW. Which sizes have to be equal for "
        "a matrix product?",
    ),
    edit(
        "E9-X59",
        {"z": "activations[-1] @ W.T + bias"},
        of="train",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Read the shape of W in the docstring. Does it need to be transposed in the forward "
        "pass?",
    ),
    edit(
        "E9-X60",
        {"z": "W @ activations[-1] + bias"},
        of="train",
        what="samples are columns in your code, but here they are rows",
        hint="Write down the shapes of X and W. In which order do they multiply to (N, n_out)?",
    ),
    edit(
        "E9-X61",
        {"z": "W.T @ activations[-1] + bias"},
        of="train",
        what="samples are columns in your code, and weights are transposed, but here samples"
        " are rows",
        hint="Write down the shapes of X and W. In which order do they multiply to (N, n_out)?",
    ),
    edit(
        "E9-X62",
        {"back": "delta"},
        of="train",
        what="the weights are missing in the backward pass",
        hint="Through which weights does a hidden unit reach the next layer? Look for them in "
        "the line that computes its delta.",
    ),
    edit(
        "E9-X63",
        {"db": "delta.mean(axis=0)"},
        of="train",
        what="the gradients of the biases are means instead of sums",
        hint="The delta has the 1/N already. Which line of yours divides by the number of rows "
        "again?",
    ),
    edit(
        "E9-X64",
        {"db": "delta"},
        of="train",
        what="db is not summed over the rows",
        hint="There is one b for the whole batch. Which shape does its gradient have?",
    ),
    edit(
        "E9-X65",
        {"db": "delta.sum()"},
        of="train",
        what="db is a single number",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "E9-X66",
        {"db": "delta.sum(axis=1)"},
        of="train",
        what="db is summed over the units instead of the rows",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "E9-X68",
        {"difference": "(A - Y) / (A * (1 - A))"},
        of="train",
        what="the slope of the output is missing",
        hint="Your delta at the output is dL/dA. Which factor leads from there to dL/dZ?",
    ),
    edit(
        "E9-X69",
        {"used": "[(np.clip(dW, -1, 1), np.clip(db, -1, 1)) for dW, db in grads]"},
        of="train",
        what="single entries of the gradients are clipped",
        hint="Does the docstring ask you to make large entries of a gradient smaller?",
    ),
    edit(
        "E9-X70",
        {"used": "seen[max(epoch - 1, 0)]"},
        of="train",
        what="the gradients of the epoch before are used",
        hint="Which parameters do the gradients of your second step belong to?",
    ),
    edit(
        "E10-X7",
        {"norms": "[float(np.max(np.abs(delta))) for delta in deltas]"},
        of="delta_norms",
        what="the largest entry is taken instead of the norm",
        hint="Take the delta (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E10-X8",
        {"norms": "[float(np.sum(np.abs(delta))) for delta in deltas]"},
        of="delta_norms",
        what="absolute values are added instead of squares",
        hint="Take the delta (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E10-X9",
        {"norms": "[float(np.sqrt(np.mean(delta**2))) for delta in deltas]"},
        of="delta_norms",
        what="the mean of the squares is used instead of their sum",
        hint="Take the delta (3, 4). Its norm is 5: what does your code give?",
    ),
    edit(
        "E10-X10",
        {"norms": "[float(np.mean(np.linalg.norm(delta, axis=1))) for delta in deltas]"},
        of="delta_norms",
        what="the norms of single rows are averaged",
        hint="Each norm is that of a whole array. Over which axes does your sum run?",
    ),
    edit(
        "E10-X11",
        {"passed": "upstream / len(X)"},
        of="delta_norms",
        what="everything is divided by the number of rows",
        hint="Read in the docstring where the 1/N of the loss is.",
    ),
    edit(
        "E10-X12",
        {"A": "Zs[-1]"},
        of="delta_norms",
        what="the activation is left out in the forward pass",
        hint="Compare your line for A_l with the one in the docstring.",
    ),
    edit(
        "E10-X13",
        {"back": "delta"},
        of="delta_norms",
        what="the weights are missing in the backward pass",
        hint="Which weights lead from a layer to the next one? Look for them in the line "
        "that computes delta.",
    ),
    edit(
        "E10-X14",
        {"weights": "Ws[layer - 1].T"},
        of="delta_norms",
        what="the weights of another layer are used in the backward pass",
        hint="Number the layers on paper. Which weights are between the two layers that delta "
        "crosses?",
    ),
    edit(
        "E10-X15",
        {"weights": "Ws[layer] if Ws[layer].shape[0] == Ws[layer].shape[1] else Ws[layer].T"},
        of="delta_norms",
        what="the weights are not transposed where they are square",
        hint="The rule is the same for square weights. Does your code look at the shape?",
    ),
    edit(
        "E10-X16",
        {"slope": "f_prime(points[below]) ** 2"},
        of="delta_norms",
        what="the slope of the hidden layers is applied twice",
        hint="Count how many times the slope of a layer is a factor of its delta.",
    ),
    edit(
        "E10-X17",
        {"last_slope": "_sigmoid_prime(points[-1])", "slope": "_sigmoid_prime(points[below])"},
        of="delta_norms",
        what="the slope is always that of the sigmoid",
        hint="f_prime is an argument. Use it for the slope.",
    ),
    edit(
        "E10-X18",
        {"norms": "deltas"},
        of="delta_norms",
        what="the deltas come back instead of their norms",
        hint="Read under Returns what one entry of the list is.",
    ),
    edit(
        "E10-X19",
        {"norms": "[float(np.linalg.norm(delta)) for delta in deltas[:-1]]"},
        of="delta_norms",
        what="the last layer is left out",
        hint="Count your norms for one layer. The delta of the last layer is one of them.",
    ),
    edit(
        "E10-X20",
        {"passed": "1"},
        of="delta_norms",
        what="upstream is not used",
        hint="Which of your arguments does not occur in your code?",
    ),
    edit(
        "E6-X19",
        {"norm": "sum(squares)"},
        of="clip_global_norm",
        what="the square of the norm is returned",
        hint="Take the gradient (3, 4). Its norm is 5: which number do you return?",
    ),
    edit(
        "E6-X21",
        {"total": "math.sqrt(squares[-1])"},
        of="clip_global_norm",
        what="only the last array counts in the norm",
        hint="Take the gradients (3) and (4). Together their norm is 5: what does your code give?",
    ),
    edit(
        "E7-X30",
        {"W": "np.zeros(shape)"},
        of="he_init",
        what="all weights are 0",
        hint="Where does your code draw random numbers?",
    ),
    edit(
        "E7-X31",
        {"W": "np.zeros(shape)"},
        of="xavier_init",
        what="all weights are 0",
        hint="Where does your code draw random numbers?",
    ),
    edit(
        "E8-X18",
        {"count": "len(np.unique(W1, axis=1).T)"},
        of="unique_hidden_units",
        what="neither the biases nor tol are used",
        hint="Which of your three arguments occur in your code?",
    ),
    edit(
        "E9-X71",
        {"passes": "epochs - 1"},
        of="train",
        what="there is one epoch too few",
        hint="Count your losses for epochs = 3.",
    ),
    edit(
        "E10-X21",
        {"back": "Ws[layer].T @ delta"},
        of="delta_norms",
        what="delta goes back as if samples were columns, but here they are rows",
        hint="Write down the shapes of both factors. Samples are rows: in which order do "
        "they multiply to (N, n_l)?",
    ),
    edit(
        "E10-X22",
        {"Z": "W @ A", "back": "Ws[layer].T @ delta"},
        of="delta_norms",
        what="samples are columns in your code, but here they are rows",
        hint="Write down the shapes of both factors. Samples are rows: in which order do "
        "they multiply to (N, n_l)?",
    ),
    edit(
        "E10-X23",
        {"back": "Ws[layer] @ delta"},
        of="delta_norms",
        what="the two factors of the product in the backward pass have the wrong order",
        hint="Write down the shapes of both factors. Samples are rows: in which order do "
        "they multiply to (N, n_l)?",
    ),
    edit(
        "E10-X24",
        {"Z": "W @ A"},
        of="delta_norms",
        what="the two factors of Z have the wrong order",
        hint="Write down the shapes of both factors. Samples are rows: in which order do "
        "they multiply to (N, n_l)?",
    ),
    edit(
        "E10-X25",
        {"Z": "A @ W.T"},
        of="delta_norms",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Read the shapes of Ws in the docstring. Do they need to be transposed in the "
        "forward pass?",
    ),
    edit(
        "E10-X26",
        {"Z": "A @ W.T", "weights": "Ws[layer]"},
        of="delta_norms",
        what="weights are stored (out, in) in your code, forward and back, but here they are"
        " (in, out)",
        hint="Read the shapes of Ws in the docstring. Do they need to be transposed in the "
        "forward pass?",
    ),
    edit(
        "E9-X3",
        {"weights": "(W - rate * dW).T"},
        of="train",
        what="the parameters are updated in the backward pass",
        hint="Use the weights of the forward pass for all deltas. Are yours still the same?",
    ),
    edit(
        "E9-X7",
        {"used": "seen[0]"},
        of="train",
        what="the gradients are computed only once",
        hint="Which parameters do the gradients of your second step belong to?",
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
    hint="List the row numbers that you use in one epoch and sort them. Does each one occur once?",
)
def minibatches_with_replacement(X, y, batch_size, rng):
    n = len(X)
    for k in range(0, n, batch_size):
        b = rng.integers(0, n, size=min(batch_size, n - k))
        yield X[b], y[b]


@misconception(
    "E5-X1",
    of="minibatches",
    what="X and y are shuffled separately",
    hint="Take one pair from a batch and look it up in the data set. Do its two parts belong"
    " together?",
    second_hint="Take X = np.arange(6) and y = X: in every batch the two must be equal. How many "
    "times does your code draw an order, and which arrays does each order index?",
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
    hint="Can the first and the last row of X be in the same batch?",
)
def minibatches_of_neighbours(X, y, batch_size, rng):
    starts = list(range(0, len(X), batch_size))
    inner = [k + rng.permutation(min(batch_size, len(X) - k)) for k in starts]
    return [(X[b], y[b]) for b in inner]


@misconception(
    "E5-X5",
    of="minibatches",
    what="all batches have nearly the same size",
    hint="Print len() of every batch. Which one should be shorter, and by how much?",
)
def minibatches_of_nearly_equal_size(X, y, batch_size, rng):
    parts = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return [(X[b], y[b]) for b in parts]


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
    "E9-X8",
    of="train",
    what="training stops early",
    hint="Count your losses. Does anything but epochs end your loop?",
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
