"""The forward pass: one affine layer, and a network of sigmoid layers.

Samples are rows: a batch of N inputs has shape (N, n_in), weights W have shape (n_in, n_out), and a
bias b has shape (n_out,). The input of a layer is called A_prev, its pre-activation Z, and its
output A. Results in float32 are accepted, too. No function modifies its arguments.

This module needs no other. To use functions of another module, copy them, or import that file
and hand in both.
"""

import numpy as np

# stub: Write or copy what you need here, for example a sigmoid.


def affine_forward(A_prev, W, b):
    """Return Z = A_prev @ W + b, and what a backward pass needs.

    Parameters
    ----------
    A_prev : ndarray of shape (N, n_in)
        The input of the layer, one sample in each row.
    W : ndarray of shape (n_in, n_out)
        Weights. Column j belongs to unit j.
    b : ndarray of shape (n_out,)
        Biases, which are added to every row.

    Returns
    -------
    Z : ndarray of shape (N, n_out)
        ``Z[i, j] = sum over k of A_prev[i, k] * W[k, j], plus b[j]``, without an activation.
    cache : tuple
        ``(A_prev, W, b)``: the three arguments in this order, with their shapes. Both the
        arrays themselves and copies are accepted.

    Notes
    -----
    The arguments are not modified.

    Examples
    --------
    >>> Z, cache = affine_forward(np.array([[1.0, 2.0]]), np.eye(2), np.array([10.0, 20.0]))
    >>> np.round(np.float64(Z), 6).tolist()
    [[11.0, 22.0]]
    >>> [array.shape for array in cache]
    [(1, 2), (2, 2), (2,)]

    *Graded on* z_values, one_sample, square_case, cache_is_a_prev_w_b, inputs_not_modified.
    """
    return A_prev @ W + b, (A_prev, W, b)


def mlp_forward(X, params):
    """Run a batch through a network of affine layers, each followed by a sigmoid.

    Layer l computes Z_l = A_{l-1} @ W_l + b_l and A_l = sigmoid(Z_l), with A_0 = X and
    sigmoid(z) = 1 / (1 + exp(-z)). The last layer has a sigmoid, too.

    Parameters
    ----------
    X : ndarray of shape (N, n_0)
        One sample in each row.
    params : list of pairs (W, b)
        First layer first; the checks use one to five layers. W of layer l has the shape
        (n_{l-1}, n_l), and b the shape (n_l,).

    Returns
    -------
    A_L : ndarray of shape (N, n_L)
        The output of the last layer.
    caches : list of pairs (A_prev, Z)
        One pair for each layer, first layer first: its input, of shape (N, n_{l-1}), and its
        pre-activation, of shape (N, n_l). So ``caches[0][0]`` is X, and A_L is the sigmoid of
        ``caches[-1][1]``.

    Notes
    -----
    In the checks |Z| stays below 30, so the sigmoid can be computed by the formula above. X and
    the arrays in params are not modified.

    Examples
    --------
    >>> params = [(np.zeros((3, 2)), np.zeros(2)), (np.ones((2, 1)), np.array([-1.0]))]
    >>> A, caches = mlp_forward(np.array([[1.0, 2.0, 3.0]]), params)
    >>> np.round(np.float64(A), 6).tolist()
    [[0.5]]
    >>> [np.round(np.float64(A_prev), 6).tolist() for A_prev, Z in caches]
    [[[1.0, 2.0, 3.0]], [[0.5, 0.5]]]
    >>> [np.round(np.float64(Z) + 0.0, 6).tolist() for A_prev, Z in caches]
    [[[0.0, 0.0]], [[0.0]]]

    *Graded on* output, caches_in_order, 4_and_5_layers, single_layer, square_layers,
    inputs_not_modified.
    """
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        caches.append((A, Z))
        A = _sigmoid(Z)
    return A, caches


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
