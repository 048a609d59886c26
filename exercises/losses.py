"""Loss functions, each with its gradient, and the softmax.

Samples are rows: there are N rows and C columns, both at least 1. Every loss is a sum over the
columns and, unless its docstring specifies another convention, a mean over the rows: divide by N,
not by N * C. The gradient is the derivative of this number, so it has the same factor 1/N. The
prediction is the first argument, the target the second. log is the natural logarithm. No function
modifies an argument. Results in float32 are accepted, too. Only where p is 0 or 1, `bce` has to
compute in float64, since 1 - 1e-12 is 1 in float32.

This module needs no other. To use functions of another module, copy them, or import that file
and hand in both.
"""

import numpy as np

# Write or copy what you need here, for example a sigmoid.


def mse(y_hat, y, convention="mean"):
    """Return the squared error of a prediction, and its gradient with respect to y_hat.

    With S the sum of ``(y_hat - y)**2`` over all N rows and C columns, the loss is

    - ``S / N`` for "mean",
    - ``S / 2`` for "half_sum",
    - ``S / (2 * N)`` for "half_mean".

    Parameters
    ----------
    y_hat : ndarray of shape (N, C)
        The predictions.
    y : ndarray of shape (N, C)
        The targets.
    convention : {"mean", "half_sum", "half_mean"}
        Which of the three losses to return, with its gradient.

    Returns
    -------
    loss : float
        One number.
    grad : ndarray of shape (N, C)
        The derivative of that number with respect to each entry of y_hat.

    Raises
    ------
    ValueError
        If the shapes of y_hat and y differ, or if the convention is another one. A subclass of
        ValueError is accepted. Compare the shapes yourself: numpy broadcasts (N, 1) and (N,) to
        (N, N), and (N, C) with (1, C) or (N, 1) to (N, C), without an exception. The checks
        use only these three conventions.

    Notes
    -----
    N is the number of rows; np.mean would divide by N * C. If the prediction equals the target,
    loss and gradient are 0. The arguments are not modified.

    Examples
    --------
    >>> loss, grad = mse(np.array([[1.0], [2.0]]), np.array([[0.0], [4.0]]), "half_sum")
    >>> round(float(loss), 6), np.round(np.float64(grad), 6).tolist()
    (2.5, [[1.0], [-2.0]])
    >>> loss, grad = mse(np.array([[1.0, 2.0], [0.0, 4.0]]), np.zeros((2, 2)))
    >>> round(float(loss), 6), np.round(np.float64(grad), 6).tolist()
    (10.5, [[1.0, 2.0], [0.0, 4.0]])

    *Graded on* loss_mean, grad_vs_numeric_mean, loss_half_sum, grad_vs_numeric_half_sum,
    loss_half_mean, grad_vs_numeric_half_mean, one_row, shape_mismatch_raises,
    perfect_prediction, inputs_not_modified.

    Derivation: derivations/losses.html#mse
    """
    # TODO: implement mse
    raise NotImplementedError


def bce(p, y, eps=1e-12):
    """Return the binary cross-entropy of probabilities, and its gradient w.r.t. them.

    First clip p to [eps, 1 - eps]. Then use only the clipped p, in the loss and in the
    gradient::

        loss = -(1/N) * sum over rows and columns of  y * log(p) + (1 - y) * log(1 - p)
        grad = (p - y) / (p * (1 - p)) / N

    Parameters
    ----------
    p : ndarray of shape (N, C)
        Probabilities from 0 to 1, both included: a sigmoid can return exactly 1.0.
    y : ndarray of shape (N, C)
        Targets, 0 or 1; integers are fine.
    eps : float
        The smallest distance of a clipped probability from 0 and from 1.

    Returns
    -------
    loss : float
        One number, never negative.
    grad : ndarray of shape (N, C)
        The derivative of the loss with respect to the *probability*, not to a logit: the
        formula above, at the clipped p.

    Notes
    -----
    Use the formula for grad also where p was clipped. (The clipped loss does not depend on such
    a p, so its exact derivative is 0. With that, training could not correct a prediction that
    is certain and wrong.) For p of exactly 0 or 1 both results are finite. Such an entry adds 0 to
    the loss, up to rounding, if y = p. If y = 1 - p, it adds -log(eps), about 27.6, and its
    gradient has the size 1/eps, both before the division by N. Clipping does not change a p
    between eps and 1 - eps: p = 1e-4 gets its exact loss. The arguments are not modified: zeros
    and ones in p are still there after the call.

    Examples
    --------
    >>> loss, grad = bce(np.array([[0.5]]), np.array([[1]]))
    >>> round(float(loss), 4), np.round(np.float64(grad), 6).tolist()
    (0.6931, [[-2.0]])
    >>> loss, grad = bce(np.array([[0.25, 0.5], [0.5, 0.5]]), np.array([[0, 1], [1, 0]]))
    >>> round(float(loss), 4), np.round(np.float64(grad), 4).tolist()
    (1.1836, [[0.6667, -1.0], [-1.0, 1.0]])

    *Graded on* loss, grad_vs_numeric, one_row, p_0_and_1_finite,
    wrong_and_certain_is_large_but_finite, p_1e_4_accurate, eps_is_used, input_not_modified.

    Derivation: derivations/losses.html#bce
    """
    # TODO: implement bce
    raise NotImplementedError


def bce_with_logits(z, y):
    """Return the binary cross-entropy of logits, and its gradient with respect to them.

    With s the sigmoid, ``s(z) = 1 / (1 + exp(-z))``::

        loss = -(1/N) * sum over rows and columns of  y * log(s(z)) + (1 - y) * log(1 - s(z))
        dz = (s(z) - y) / N

    Parameters
    ----------
    z : ndarray of shape (N, C)
        Logits: any real numbers, not probabilities.
    y : ndarray of shape (N, C)
        Targets, 0 or 1; integers are fine.

    Returns
    -------
    loss : float
        One number, never negative.
    dz : ndarray of shape (N, C)
        The derivative of the loss with respect to the *logit*.

    Notes
    -----
    The formula defines the loss, but do not compute it in this form: in floating point s(40) is
    exactly 1, and 1 - s(40) has no logarithm. Simplify on paper first, until no logarithm of a
    sigmoid is left. Before the division by N, a logit of 1000 adds 1000 to the loss if y = 0,
    and 0 if y = 1; a logit of -1000 adds 0 if y = 0, and 1000 if y = 1. The gradient is finite,
    too. Nothing is clipped. The arguments are not modified.

    Examples
    --------
    >>> loss, dz = bce_with_logits(np.array([[0.0]]), np.array([[1]]))
    >>> round(float(loss), 4), np.round(np.float64(dz), 6).tolist()
    (0.6931, [[-0.5]])
    >>> z = np.log(np.array([[1.0, 3.0], [1.0, 1.0]]))  # sigmoid(log 3) is 3/4
    >>> loss, dz = bce_with_logits(z, np.array([[1, 0], [0, 1]]))
    >>> round(float(loss), 4), np.round(np.float64(dz), 6).tolist()
    (1.7329, [[-0.25, 0.375], [0.25, -0.25]])

    *Graded on* loss, dz_vs_numeric, square_case, one_row, z_1000_finite_and_right,
    input_not_modified.

    Derivation: derivations/losses.html#bce_with_logits
    """
    # TODO: implement bce_with_logits
    raise NotImplementedError


def softmax(z):
    """Return the softmax of each row of logits: ``exp(z)`` divided by its sum over the row.

    Parameters
    ----------
    z : ndarray of shape (N, C)
        Logits, one sample a row.

    Returns
    -------
    ndarray of shape (N, C)
        ``p[i, j] = exp(z[i, j]) / sum over k of exp(z[i, k])``. Each row sums to 1.

    Notes
    -----
    Adding one number to all entries of a row does not change the result. The result is finite
    and right for entries of 1000 and -1000, in one row and in different rows of one call: a row
    of -1000s has the same result as a row of zeros. The argument is not modified.

    Examples
    --------
    >>> np.round(np.float64(softmax(np.log([[1.0, 3.0], [2.0, 2.0]]))), 6).tolist()
    [[0.25, 0.75], [0.5, 0.5]]

    *Graded on* values, one_row, rows_sum_to_1, shift_invariance, rows_1000_finite,
    input_not_modified.

    Derivation: derivations/losses.html#softmax
    """
    # TODO: implement softmax
    raise NotImplementedError


def softmax_cross_entropy(z, Y):
    """Return the cross-entropy of logits after a softmax, and its gradient w.r.t. them.

    With ``p = softmax(z)``, row by row::

        loss = -(1/N) * sum over rows and columns of  Y * log(p)
        dz = (p - Y) / N

    Parameters
    ----------
    z : ndarray of shape (N, C)
        Logits, one sample a row; not probabilities.
    Y : ndarray of shape (N, C)
        One-hot targets: in each row a single 1, else 0.

    Returns
    -------
    loss : float
        One number, never negative.
    dz : ndarray of shape (N, C)
        The derivative of the loss with respect to the logits.

    Notes
    -----
    Compute log(p) as z minus the logarithm of the row's sum of exponentials, with a shift that
    keeps exp small. Do not take the logarithm of a softmax. If the true class of a sample has
    the logit -1000 and its largest logit is 1000, the sample adds 2000 to the loss, before the
    division by N: finite, not clipped. If the logits of each row are equal, the loss is log(C).
    Each row of dz sums to 0. The arguments are not modified.

    Examples
    --------
    >>> loss, dz = softmax_cross_entropy(np.zeros((1, 3)), np.array([[1, 0, 0]]))
    >>> round(float(loss), 4), np.round(np.float64(dz), 4).tolist()
    (1.0986, [[-0.6667, 0.3333, 0.3333]])
    >>> z = np.log([[1.0, 3.0], [2.0, 2.0]])
    >>> loss, dz = softmax_cross_entropy(z, np.array([[1, 0], [0, 1]]))
    >>> round(float(loss), 4), np.round(np.float64(dz), 6).tolist()
    (1.0397, [[-0.375, 0.375], [0.25, -0.25]])

    *Graded on* loss, dz_vs_numeric, one_row, square_case, dz_rows_sum_to_0, huge_logits_finite,
    chance_loss_is_log_c, input_not_modified.

    Derivation: derivations/losses.html#softmax_cross_entropy
    """
    # TODO: implement softmax_cross_entropy
    raise NotImplementedError


def softmax_backward(dp, p):
    """Return the gradient of a loss with respect to the logits of a softmax.

    The loss L depends on p, and p is the softmax of z, row by row. Given dL/dp, return
    dL/dz. Every probability of a row depends on every logit of that row::

        dz[i, j] = p[i, j] * (dp[i, j] - sum over k of dp[i, k] * p[i, k])

    Parameters
    ----------
    dp : ndarray of shape (N, C)
        dL/dp, for any loss.
    p : ndarray of shape (N, C)
        The probabilities that the softmax returned, not the logits.

    Returns
    -------
    ndarray of shape (N, C)
        dL/dz. Do not average: dp already includes any 1/N.

    Notes
    -----
    If all entries of a row of dp are equal, that row of the result is 0, because the
    probabilities of a row always sum to 1. For the dp of the cross-entropy the result is
    (p - Y) / N. The arguments are not modified.

    Examples
    --------
    >>> dz = softmax_backward(np.array([[1.0, 0.0]]), np.array([[0.25, 0.75]]))
    >>> np.round(np.float64(dz), 6).tolist()
    [[0.1875, -0.1875]]

    *Graded on* values_vs_numeric_jvp, one_row, square_case, agrees_with_fused_form,
    constant_dp_gives_0, input_not_modified.

    Derivation: derivations/losses.html#softmax_backward
    """
    # TODO: implement softmax_backward
    raise NotImplementedError


if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
