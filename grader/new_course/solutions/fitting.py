"""Fitting a line: the error of a prediction, and its gradient."""

import numpy as np


# The stub gets the signature and the docstring of each public function, but not these comments,
# helpers with a leading underscore, or function bodies. The docstring is all that students have,
# so describe in it everything that a check asks for: shapes, factors, special cases.
def _errors(X, y, w):
    return X @ w - y


def error_gradient(X, y, w):
    """Return the gradient of the mean squared error of a linear model.

    The model predicts ``X @ w``. Its error is the mean over the N rows of the squares of
    ``X @ w - y``, without a factor 1/2.

    Parameters
    ----------
    X : ndarray of shape (N, D)
    y : ndarray of shape (N,)
    w : ndarray of shape (D,)

    Returns
    -------
    ndarray of shape (D,)
        The derivative of the error for each entry of w. The arguments are not modified.

    Examples
    --------
    >>> X = np.array([[1.0, 0.0], [0.0, 2.0]])
    >>> error_gradient(X, np.array([0.0, 0.0]), np.array([3.0, 1.0])).tolist()
    [3.0, 4.0]

    *Graded on* against_differences, more_rows, square, arguments_not_modified.
    """
    return 2 / len(y) * X.T @ _errors(X, y, w)
