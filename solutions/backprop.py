"""Backpropagation: from one chain of numbers to a network of any depth.

Samples are rows: a batch X has the shape (N, D), and a layer computes ``Z = A_prev @ W + b`` with W
of shape (n_in, n_out) and b of shape (n_out,). Only `weight_gradients_columns` has samples as
columns. delta is dL/dZ, the gradient itself and not its negative. A slope f_prime takes z, the
pre-activation, never the activation a. Arrays hold floats.

These functions compute gradients and do not update parameters. They modify no argument and return
new arrays. Results in float32 are accepted, too.

This module needs no other. To use functions of another module, copy them, or import that file
and hand in both.
"""

import numpy as np

# stub: Write or copy what you need here, for example a sigmoid and its slope.


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


def _sigmoid_prime(z):
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


def scalar_backprop(x, y, w1, b1, w2, b2):
    """Return the gradients of a network of two neurons for one sample.

    The hidden neuron is a sigmoid, the output neuron is linear::

        z = w1 * x + b1
        a = sigmoid(z)
        y_hat = w2 * a + b2
        L = (y - y_hat)**2 / 2

    Parameters
    ----------
    x, y : float
        The sample: input and target.
    w1, b1 : float
        Weight and bias of the hidden neuron.
    w2, b2 : float
        Weight and bias of the output neuron.

    Returns
    -------
    dict of str to float
        dL/dw1, dL/db1, dL/dw2 and dL/db2 under the keys 'w1', 'b1', 'w2' and 'b2'.

    Notes
    -----
    If y_hat equals y, all four gradients are 0. In the checks exp does not overflow. The
    arguments are numbers and are not modified.

    Examples
    --------
    >>> gradients = scalar_backprop(x=1.0, y=0.0, w1=0.0, b1=0.0, w2=2.0, b2=0.0)
    >>> {key: round(float(gradients[key]), 6) for key in ("w1", "b1", "w2", "b2")}
    {'w1': 0.5, 'b1': 0.5, 'w2': 0.5, 'b2': 1.0}

    *Graded on* values_vs_numeric, second_point_opposite_residual_sign.
    """
    z = w1 * x + b1
    a = _sigmoid(z)
    delta_output = w2 * a + b2 - y
    delta_hidden = delta_output * w2 * _sigmoid_prime(z)
    return {
        "w1": float(delta_hidden * x),
        "b1": float(delta_hidden),
        "w2": float(delta_output * a),
        "b2": float(delta_output),
    }


def output_delta(dL_da, z, f_prime):
    """Return delta = dL/dz of an output layer from dL/da, where ``a = f(z)``.

    The activation f works entry by entry: each entry of a depends only on the same entry of z.
    This excludes softmax.

    Parameters
    ----------
    dL_da : ndarray of shape (N, C)
        Gradient of a scalar loss L with respect to the activations a. It already includes any
        mean or sum over the rows.
    z : ndarray of shape (N, C)
        Pre-activations of the same layer.
    f_prime : callable
        ``f_prime(z)`` is an array of z's shape with the slope of f at each entry. It takes z,
        never a. f can be any elementwise activation.

    Returns
    -------
    ndarray of shape (N, C)
        dL/dz, entry by entry.

    Notes
    -----
    Where dL_da or the slope is zero, delta is zero. N and C may be equal. The inputs are not
    modified.

    Examples
    --------
    >>> def sigmoid_prime(z):
    ...     return np.exp(-z) / (1 + np.exp(-z)) ** 2
    >>> delta = output_delta(np.array([[2.0]]), np.array([[0.0]]), sigmoid_prime)
    >>> np.round(np.float64(delta), 6).tolist()
    [[0.5]]

    *Graded on* f_sigmoid, f_tanh, f_relu, square_shapes, one_row, input_not_modified.
    """
    return dL_da * f_prime(z)


def hidden_delta(delta_next, W_next, z, f_prime):
    """Return delta = dL/dz of a hidden layer from the delta of the layer after it.

    This layer has n units, the next one n_next. The forward pass is::

        a = f(z)                          z, a: (N, n)
        z_next = a @ W_next + b_next      z_next: (N, n_next)

    and L depends on z through z_next alone.

    Parameters
    ----------
    delta_next : ndarray of shape (N, n_next)
        dL/dz_next. It already includes any 1/N.
    W_next : ndarray of shape (n, n_next)
        Weights from this layer into the next one, as in the formula above.
    z : ndarray of shape (N, n)
        Pre-activations of *this* layer, not of the next.
    f_prime : callable
        ``f_prime(z)`` is an array of z's shape with the slope of this layer's f at each entry.
        It takes z, never a. f can be any elementwise activation.

    Returns
    -------
    ndarray of shape (N, n)
        dL/dz of this layer.

    Notes
    -----
    If a row of delta_next is zero, so is that row of the result. n, n_next and N may be equal,
    and a square W_next need not be symmetric. The inputs are not modified.

    Examples
    --------
    >>> def relu_prime(z):
    ...     return (z > 0).astype(float)
    >>> delta_next = np.array([[1.0, 2.0]])
    >>> W_next = np.array([[3.0, 4.0], [5.0, 6.0]])
    >>> delta = hidden_delta(delta_next, W_next, np.array([[1.0, -1.0]]), relu_prime)
    >>> np.round(np.float64(delta), 6).tolist()
    [[11.0, 0.0]]

    *Graded on* f_sigmoid, square_w_f_sigmoid, f_tanh, square_w_f_tanh, f_relu, square_w_f_relu,
    one_row, inputs_not_modified.
    """
    return (delta_next @ W_next.T) * f_prime(z)


def weight_gradients(delta, A_prev):
    """Return dL/dW and dL/db of a layer ``Z = A_prev @ W + b``, samples as rows.

    Parameters
    ----------
    delta : ndarray of shape (N, n_out)
        dL/dZ of this layer for the whole batch. It already includes any 1/N of the loss, so do
        not divide again.
    A_prev : ndarray of shape (N, n_in)
        The input of the layer: the activations of the layer before, or X.

    Returns
    -------
    dW : ndarray of shape (n_in, n_out)
        dL/dW, of W's shape.
    db : ndarray of shape (n_out,)
        dL/db, of b's shape: one axis.

    Notes
    -----
    All rows share W and b, so L depends on them through every row of Z. The shapes are the same
    for N = 1. A delta of zeros gives zeros. The inputs are not modified.

    Examples
    --------
    >>> delta = np.array([[1.0], [2.0]])
    >>> dW, db = weight_gradients(delta, np.array([[1.0, 0.0], [0.0, 3.0]]))
    >>> np.round(np.float64(dW), 6).tolist(), np.round(np.float64(db), 6).tolist()
    ([[1.0], [6.0]], [3.0])

    *Graded on* dw_values, db_values, db_shape, square_case, one_sample, inputs_not_modified.
    """
    return A_prev.T @ delta, delta.sum(axis=0)


def weight_gradients_columns(delta, A_prev):
    """Return dL/dW and dL/db of a layer ``Z = W @ A_prev + b``, samples as columns.

    This is `weight_gradients` in the layout of many papers: every sample is a column, W has the
    shape (n_out, n_in), and b is a column of shape (n_out, 1).

    Parameters
    ----------
    delta : ndarray of shape (n_out, N)
        dL/dZ of this layer for the whole batch. It already includes any 1/N of the loss.
    A_prev : ndarray of shape (n_in, N)
        The input of the layer.

    Returns
    -------
    dW : ndarray of shape (n_out, n_in)
        dL/dW, of W's shape.
    db : ndarray of shape (n_out, 1)
        dL/db, of b's shape: a column.

    Notes
    -----
    The shapes are the same for N = 1. A delta of zeros gives zeros. The inputs are not
    modified.

    Examples
    --------
    >>> delta = np.array([[1.0, 2.0]])
    >>> dW, db = weight_gradients_columns(delta, np.array([[1.0, 0.0], [0.0, 3.0]]))
    >>> np.round(np.float64(dW), 6).tolist(), np.round(np.float64(db), 6).tolist()
    ([[1.0, 6.0]], [[3.0]])

    *Graded on* dw_values, db_values, db_shape, square_case, one_sample, inputs_not_modified.
    """
    return delta @ A_prev.T, delta.sum(axis=1, keepdims=True)


def backprop(X, y, weights, biases):
    """Return the gradients of a network with one hidden layer, for a batch.

    Hidden units are sigmoids, outputs are linear, and the loss is half the *sum* of squares::

        z1 = X @ weights['w1'] + biases['b1']      (N, H)
        a1 = sigmoid(z1)
        y_pred = a1 @ weights['w2'] + biases['b2'] (N, C)
        L = 1/2 * sum over all rows n and columns c of (y_pred[n, c] - y[n, c])**2

    There is no 1/N and no 1/C in L.

    Parameters
    ----------
    X : ndarray of shape (N, D)
        Inputs, one sample a row.
    y : ndarray of shape (N, C)
        Targets.
    weights : dict
        'w1' of shape (D, H) and 'w2' of shape (H, C).
    biases : dict
        'b1' of shape (H,) and 'b2' of shape (C,).

    Returns
    -------
    dict of str to array
        dL/dw1, dL/db1, dL/dw2 and dL/db2 under the keys 'w1', 'b1', 'w2' and 'b2', in any order
        and with no other keys. Each has the shape of its parameter.

    Notes
    -----
    Compute all gradients at the parameters that are passed in; update nothing. If y_pred equals
    y everywhere, every gradient is zero. L is a sum over samples, and so is each gradient. In
    the checks |z1| is at most 30, so the sigmoid can be computed by its formula. N and C are at
    least 1, and widths may be equal. The inputs, the two dicts and the arrays in them are not
    modified.

    One check has 302 003 parameters and allows 5 s of processor time. Backpropagation takes
    hundredths of a second with numpy, and less than 1 s with plain Python loops. Computing the
    loss again for each parameter takes minutes.

    Examples
    --------
    >>> weights = {"w1": np.zeros((1, 2)), "w2": np.array([[2.0], [-4.0]])}
    >>> biases = {"b1": np.zeros(2), "b2": np.zeros(1)}
    >>> gradients = backprop(np.array([[1.0]]), np.array([[1.0]]), weights, biases)
    >>> [np.round(np.float64(gradients[key]), 6).tolist() for key in ("w1", "b1")]
    [[[-1.0, 2.0]], [-1.0, 2.0]]
    >>> [np.round(np.float64(gradients[key]), 6).tolist() for key in ("w2", "b2")]
    [[[-1.0], [-1.0]], [-2.0]]

    *Graded on* keys, w1_vs_numeric, b1_vs_numeric, w2_vs_numeric, b2_vs_numeric, one_row,
    shapes_equal_parameters, parameters_not_modified, perfect_fit_gives_zero,
    additive_over_samples, cost_of_many_parameters.
    """
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    delta2 = a1 @ weights["w2"] + biases["b2"] - y
    delta1 = (delta2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {
        "w1": X.T @ delta1,
        "b1": delta1.sum(axis=0),
        "w2": a1.T @ delta2,
        "b2": delta2.sum(axis=0),
    }


def network_gradients(params, X, Y):
    """Return the loss and all gradients of a network of sigmoid layers.

    With ``A_0 = X``, layer l = 1 ... L computes ``Z_l = A_(l-1) @ W_l + b_l`` and
    ``A_l = sigmoid(Z_l)``, the last layer too. The loss is the binary cross-entropy of
    A = A_L with natural logarithms, the mean over rows of the sum over columns::

        loss = -1/N * sum over n, c of  Y * log(A) + (1 - Y) * log(1 - A)

    Parameters
    ----------
    params : list of (W, b) tuples
        One pair for each layer, first layer first: W of shape (n_in, n_out), b of shape
        (n_out,). One layer or more.
    X : ndarray of shape (N, D)
        Inputs, one sample a row.
    Y : ndarray of shape (N, C)
        Targets; each entry is 0.0 or 1.0. Columns are independent: a row can have several ones
        or none.

    Returns
    -------
    loss : float
        The loss of the formula above.
    gradients : list of (dW, db) tuples
        One pair for each layer in the order of `params`: gradients[0] belongs to the first
        layer. Each dW has the shape of its W, each db that of its b.

    Notes
    -----
    For this loss and a sigmoid output, delta of the last layer is ``(A - Y) / N``. That is
    the only place where 1/N enters.

    One check has 301 003 parameters and allows 5 s of processor time, as for `backprop`.

    Compute all gradients at the parameters that are passed in; update nothing. In the checks
    there are up to five layers, and |Z| is at most 30, so A is neither 0 nor 1 in floating
    point and the logarithms are finite. You may clip A to [1e-12, 1 - 1e-12]. N may be 1, and
    widths may be equal to each other and to N. The list, the arrays in it, X and Y are not
    modified.

    Examples
    --------
    >>> params = [(np.zeros((2, 1)), np.zeros(1))]
    >>> X = np.array([[1.0, 0.0], [0.0, 4.0]])
    >>> loss, gradients = network_gradients(params, X, np.array([[1.0], [0.0]]))
    >>> round(float(loss), 6)
    0.693147
    >>> ((dW, db),) = gradients
    >>> np.round(np.float64(dW), 6).tolist(), np.round(np.float64(db) + 0.0, 6).tolist()
    ([[-0.25], [1.0]], [0.0])
    >>> second = (np.array([[2.0, 4.0]]), np.array([-1.0, -2.0]))
    >>> params = [(np.array([[1.0], [-0.5]]), np.zeros(1)), second]  # each sigmoid is 1/2
    >>> X, Y = np.array([[2.0, 4.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> loss, gradients = network_gradients(params, X, Y)
    >>> [[np.round(np.float64(g) + 0.0, 6).tolist() for g in layer] for layer in gradients]
    [[[[0.25], [0.5]], [-0.25]], [[[-0.25, 0.0]], [-0.5, 0.0]]]

    *Graded on* 1_layer_gradients_vs_numeric, 2_layer_gradients_vs_numeric,
    3_layer_gradients_vs_numeric, 4_and_5_layers, loss, shapes_equal_parameters,
    parameters_not_modified, square_layers, cost_of_many_parameters.
    """
    inputs = []
    A = X
    for W, b in params:
        inputs.append(A)
        A = _sigmoid(A @ W + b)
    loss = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X)
    delta = (A - Y) / len(X)
    gradients = []
    for (W, _), A_prev in zip(reversed(params), reversed(inputs), strict=True):
        gradients.append((A_prev.T @ delta, delta.sum(axis=0)))
        # A slope of the sigmoid is a * (1 - a). For X the result is not used.
        delta = (delta @ W.T) * A_prev * (1 - A_prev)
    return float(loss), gradients[::-1]
