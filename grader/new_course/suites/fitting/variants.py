"""Right functions that look different. Each must get full marks, so that right work is accepted."""

import numpy as np

from grader.testing import variant


@variant(of="error_gradient")
def with_a_mean_of_rows(X, y, w):
    return np.mean(2 * (X @ w - y)[:, None] * X, axis=0)


@variant(of="error_gradient")
def with_loops(X, y, w):
    gradient = [0.0] * len(w)
    for row, target in zip(X.tolist(), y.tolist(), strict=True):
        error = sum(a * b for a, b in zip(row, w.tolist(), strict=True)) - target
        for place, entry in enumerate(row):
            gradient[place] += 2 * error * entry / len(y)
    return gradient  # a list is as good as an array
