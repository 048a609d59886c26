"""Training: batches, clipping, initial weights and the loop.

Samples are rows: X has shape (N, n_in). A layer has weights W of shape (n_in, n_out) and a bias b
of shape (n_out,), and computes Z = A_prev @ W + b. A delta is dL/dZ, of the shape of Z. All random
numbers come from the generator that is passed in. Results in float32 are accepted, too. No function
modifies its arguments.

This module needs no other. To use functions of another module, copy them, or import that file
and hand in both.
"""

import numpy as np

# stub: Write or copy what you need here, for example a sigmoid and the gradients of a network.


def minibatches(X, y, batch_size, rng):
    """Divide a data set into batches, in a new random order at every call.

    Parameters
    ----------
    X : ndarray of shape (N, D)
        One sample in each row.
    y : ndarray of shape (N,) or (N, C)
        One target for each row of X.
    batch_size : int
        Rows in a batch, at least 1.
    rng : numpy.random.Generator
        The only source of random numbers.

    Returns
    -------
    list, or a generator, of pairs (Xb, yb)
        Xb has the shape (batch_size, D) and contains rows of X. yb contains the same rows of y
        and has as many axes as y. Every row is in exactly one batch. If batch_size does not
        divide N, the last batch is shorter; if it is larger than N, there is one batch. No
        batch is empty.

    Notes
    -----
    Shuffle across batches, not only inside each batch, and without a pattern: every row can get
    to every place. A generator in the same state gives the same batches; another seed gives
    others. X and y are not modified: shuffle row numbers, not the arrays.

    Examples
    --------
    >>> X = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    >>> batches = list(minibatches(X, 10 * X, 2, np.random.default_rng(0)))
    >>> [len(Xb) for Xb, yb in batches]
    [2, 2, 1]
    >>> sorted(float(row[0]) for Xb, yb in batches for row in yb)
    [10.0, 20.0, 30.0, 40.0, 50.0]

    *Graded on* each_sample_once_batch_3, each_sample_once_batch_5, each_sample_once_batch_10,
    each_sample_once_batch_64, batch_sizes, x_and_y_stay_aligned, shuffled,
    rng_decides_the_order, caller_arrays_untouched.
    """
    order = rng.permutation(len(X))
    starts = range(0, len(X), batch_size)
    return [(X[order[k : k + batch_size]], y[order[k : k + batch_size]]) for k in starts]


def clip_global_norm(grads, max_norm):
    """Scale a list of gradients so that their global norm is at most max_norm.

    The global norm is that of one long vector with all the entries of all the arrays:
    ``sqrt(sum over the arrays of sum(g**2))``.

    Parameters
    ----------
    grads : list of ndarray
        Any number of arrays, each of any shape.
    max_norm : float
        The largest norm allowed, more than 0.

    Returns
    -------
    clipped : list of ndarray
        Arrays of the same shapes in the same order. If the global norm is above max_norm, all
        arrays are multiplied by one common factor, so that the global norm becomes max_norm.
        Otherwise the values are unchanged.
    norm : float
        The global norm before clipping.

    Notes
    -----
    For gradients that are all 0, the result is 0 everywhere and the norm is 0.0, never NaN. The
    arrays in ``grads`` are not modified.

    Examples
    --------
    >>> clipped, norm = clip_global_norm([np.array([3.0]), np.array([4.0])], 1.0)
    >>> [np.round(np.float64(g), 6).tolist() for g in clipped], round(float(norm), 6)
    ([[0.6], [0.8]], 5.0)

    *Graded on* norm_after_clip_is_max_norm, direction_kept, below_threshold_unchanged,
    returns_norm_before_clipping, zero_gradients_finite, inputs_not_modified.
    """
    norm = float(np.sqrt(sum(np.sum(np.square(g)) for g in grads)))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [np.asarray(g) * factor for g in grads], norm


def xavier_init(n_in, n_out, rng):
    """Draw starting weights whose variance is ``2 / (n_in + n_out)``.

    Parameters
    ----------
    n_in, n_out : int
        Units before and after the layer.
    rng : numpy.random.Generator
        The only source of random numbers.

    Returns
    -------
    ndarray of shape (n_in, n_out)
        Independent entries with mean 0, from a normal or a uniform distribution.

    Notes
    -----
    The checks draw matrices of more than 30000 entries. Their standard deviation, the root of
    the variance, may differ from the right one by at most 3 %, and their mean from 0 by at most
    4 % of it. The entries must look like independent draws, without a pattern that repeats. You
    may scale a matrix so that its own standard deviation is exact. Small matrices have the same
    variance: one check measures 300 of them. A generator in the same state gives the same
    weights; another seed gives others. Draw all numbers from `rng`: the state of numpy's global
    generator is not modified.

    Examples
    --------
    >>> xavier_init(4, 2, np.random.default_rng(0)).shape
    (4, 2)

    *Graded on* shape, std_within_3_percent, small_matrices, mean_near_0, uses_the_rng.
    """
    return rng.normal(0.0, np.sqrt(2.0 / (n_in + n_out)), size=(n_in, n_out))


def he_init(n_in, n_out, rng):
    """Draw starting weights whose variance is ``2 / n_in``.

    Parameters
    ----------
    n_in, n_out : int
        Units before and after the layer.
    rng : numpy.random.Generator
        The only source of random numbers.

    Returns
    -------
    ndarray of shape (n_in, n_out)
        Independent entries with mean 0, from a normal or a uniform distribution.

    Notes
    -----
    The checks draw matrices of more than 30000 entries. Their standard deviation, the root of
    the variance, may differ from the right one by at most 3 %, and their mean from 0 by at most
    4 % of it. The entries must look like independent draws, without a pattern that repeats. You
    may scale a matrix so that its own standard deviation is exact. Small matrices have the same
    variance: one check measures 300 of them. A generator in the same state gives the same
    weights; another seed gives others. Draw all numbers from `rng`: the state of numpy's global
    generator is not modified.

    Examples
    --------
    >>> he_init(4, 2, np.random.default_rng(0)).shape
    (4, 2)

    *Graded on* shape, std_within_3_percent, small_matrices, mean_near_0, uses_the_rng.
    """
    return rng.normal(0.0, np.sqrt(2.0 / n_in), size=(n_in, n_out))


def unique_hidden_units(W1, b1, tol=1e-12):
    """Count the hidden units that are not copies of one another.

    Unit j is column j of W1 together with ``b1[j]``. Two units that start as copies get the
    same gradients, so training does not separate them. A layer whose weights start at zero, or
    at any other constant, is in effect a single unit.

    Parameters
    ----------
    W1 : ndarray of shape (n_in, H)
        Weights into the hidden layer, one unit in each column.
    b1 : ndarray of shape (H,)
        Biases of the hidden layer.
    tol : float
        Two units are copies if no entry, bias included, differs by more than this. The
        difference is absolute, not relative to the size of the weights.

    Returns
    -------
    int
        The number of distinct units, from 1 to H.

    Notes
    -----
    In the checks, differences are at least three times smaller or three times larger than tol.
    W1 and b1 are not modified.

    Examples
    --------
    >>> W1 = np.array([[1.0, 1.0, 2.0], [3.0, 3.0, 4.0]])
    >>> int(unique_hidden_units(W1, np.array([0.0, 0.0, 0.0])))
    2
    >>> int(unique_hidden_units(W1, np.array([0.0, 0.5, 0.0])))
    3
    >>> int(unique_hidden_units(np.array([[0.0, 5.0, 0.1]]), np.zeros(3), tol=0.5))
    2

    *Graded on* identical_columns_count_once, random_columns_all_distinct, bias_breaks_the_tie,
    two_groups, tiny_differences_above_tol_count, inputs_not_modified.
    """
    distinct = []
    for unit in np.vstack([W1, b1]).T:
        if all(np.max(np.abs(unit - other)) > tol for other in distinct):
            distinct.append(unit)
    return len(distinct)


def train(params, X, Y, lr, epochs):
    """Train a network of sigmoid layers by plain gradient descent on all the samples.

    Each layer, also the last one, computes Z = A_prev @ W + b and A = sigmoid(Z). The loss is
    the binary cross-entropy of the output A of the last layer, with natural logarithms, the
    mean over rows of the sum over columns::

        L = -(1/N) * sum over rows and columns of Y * log(A) + (1 - Y) * log(1 - A)

    Parameters
    ----------
    params : list of pairs (W, b)
        The parameters to start from, first layer first: W of shape (n_in, n_out), b of
        shape (n_out,). One layer or more.
    X : ndarray of shape (N, n_in)
        One sample in each row.
    Y : ndarray of shape (N, C)
        Targets, 0 or 1.
    lr : float
        Learning rate.
    epochs : int
        Number of updates, at least 1; do not stop earlier if the loss is small. Each update
        uses all N samples and changes every W and b, to ``W - lr * dL/dW`` and
        ``b - lr * dL/db``, with all gradients taken at the parameters before the update.

    Returns
    -------
    params : list of pairs (W, b)
        The parameters after the last update, in the order and the shapes of the argument.
    losses : list of float
        ``epochs`` numbers: ``losses[t]`` is L before update t. So ``losses[0]`` is the loss
        of the parameters that were passed in, and the loss after the last update is not
        in the list. Both lists may be tuples, and losses an array.

    Notes
    -----
    Nothing is random. ``params`` and the arrays in it, X and Y are not modified, so work on new
    arrays. In the checks |Z| stays below 30, so A does not round to 0 or 1. You may clip A to
    [1e-12, 1 - 1e-12] in the loss.

    One check trains XOR from three starting points, with hidden width 8, lr 1 and 2000 epochs.
    XOR is solved if, with the returned parameters, all four outputs are on the right side of
    0.5 and L is below 0.05.

    Examples
    --------
    >>> params = [(np.zeros((2, 1)), np.zeros(1))]
    >>> X, Y = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0], [1.0]])
    >>> (after,), losses = train(params, X, Y, 0.5, 1)
    >>> np.round(np.float64(after[0]), 6).tolist(), np.round(np.float64(after[1]), 6).tolist()
    ([[0.5], [0.875]], [0.25])
    >>> [round(float(loss), 6) for loss in losses]
    [0.693147]
    >>> second = (np.array([[2.0, 4.0]]), np.array([-1.0, -2.0]))
    >>> params = [(np.array([[1.0], [-0.5]]), np.zeros(1)), second]  # each sigmoid is 1/2
    >>> X, Y = np.array([[2.0, 4.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> after, losses = train(params, X, Y, 1.0, 1)
    >>> [np.round(np.float64(W), 6).tolist() for W, b in after]
    [[[0.75], [-1.0]], [[2.25, 4.0]]]
    >>> [np.round(np.float64(b), 6).tolist() for W, b in after]
    [[0.25], [-0.5, -2.0]]

    *Graded on* trajectory_1_step, trajectory_5_steps, trajectory_other_networks, large_steps,
    first_20_losses, losses_length_and_first, caller_parameters_untouched, xor_solved.
    """
    losses = []
    for _ in range(epochs):
        loss, gradients = _network_gradients(params, X, Y)
        losses.append(loss)
        params = [
            (W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, gradients, strict=True)
        ]
    return list(params), losses


def _network_gradients(params, X, Y):
    activations = [X]
    for W, b in params:
        Z = activations[-1] @ W + b
        activations.append(_sigmoid(Z))
    # With the last Z, log A and log(1 - A) need no logarithm of a number near 0.
    loss = float(np.sum(np.logaddexp(0.0, Z) - Y * Z) / len(X))
    delta = (activations[-1] - Y) / len(X)
    gradients = []
    for (W, _), A_prev in zip(reversed(params), reversed(activations[:-1]), strict=True):
        gradients.append((A_prev.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.T) * A_prev * (1 - A_prev)
    return loss, gradients[::-1]


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def delta_norms(Ws, X, upstream, f, f_prime):
    """Return the norm of the delta of every layer of a network without biases.

    Layer l computes Z_l = A_{l-1} @ W_l and A_l = f(Z_l), with A_0 = X. Its delta is the
    gradient of the loss with respect to Z_l.

    Parameters
    ----------
    Ws : list of ndarray
        The weights of layers 1 to L, first layer first; ``Ws[0]`` belongs to layer 1. The
        shapes are (n_0, n_1), (n_1, n_2) and so on: layers need not be equally wide.
    X : ndarray of shape (N, n_0)
        One sample in each row.
    upstream : ndarray of shape (N, n_L)
        dL/dA_L, the gradient with respect to the *output* of the last layer, any factor
        1/N included. The delta of layer L is ``upstream * f_prime(Z_L)``.
    f, f_prime : callable
        The activation of every layer and its slope. Both map an array of any shape to one
        of the same shape, entry by entry. f_prime takes Z, not A.

    Returns
    -------
    list of float
        L Frobenius norms, ``sqrt(sum(delta_l**2))``, layer 1 first and layer L last.

    Notes
    -----
    Ws, X and upstream are not modified.

    Examples
    --------
    >>> Ws = [np.array([[2.0]]), np.array([[3.0]])]
    >>> double, slope = lambda Z: 2 * Z, lambda Z: 2 + 0 * Z
    >>> norms = delta_norms(Ws, np.array([[1.0]]), np.array([[5.0]]), double, slope)
    >>> [round(float(norm), 6) for norm in norms]
    [60.0, 10.0]
    >>> Ws = [np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 2.0]]).T]
    >>> square, slope = lambda Z: Z * Z, lambda Z: 2 * Z
    >>> norms = delta_norms(Ws, np.array([[1.0, 1.0]]), np.array([[0.5]]), square, slope)
    >>> [round(float(norm), 4) for norm in norms]
    [74.2159, 9.0]

    *Graded on* per_layer_norms_sigmoid, per_layer_norms_relu, per_layer_norms_tanh,
    order_first_entry_is_layer_1, non_square_layers, inputs_not_modified.
    """
    Zs, A = [], X
    for W in Ws:
        Zs.append(A @ W)
        A = f(Zs[-1])
    delta = upstream * f_prime(Zs[-1])
    norms = [float(np.linalg.norm(delta))]
    for W, Z in zip(reversed(Ws[1:]), reversed(Zs[:-1]), strict=True):
        delta = (delta @ W.T) * f_prime(Z)
        norms.append(float(np.linalg.norm(delta)))
    return norms[::-1]
