"""The right function with every step named, so that a misconception is an edit of one step."""


def error_gradient(X, y, w):
    errors = X @ w - y
    factor = 2 / len(y)
    transposed = X.T
    return factor * (transposed @ errors)
