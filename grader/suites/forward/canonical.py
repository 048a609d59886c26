"""The forward pass with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _write_into(array, values):
    if array.shape != values.shape:
        return values
    array[:] = values
    return array


def affine_forward(A_prev, W, b):
    weights = W
    product = A_prev @ weights
    bias = b
    Z = product + bias
    cache = (A_prev, W, b)
    return Z, cache


def mlp_forward(X, params):
    caches = []
    A = X
    for W, b in params:
        A_prev = A
        bias = b
        Z = A_prev @ W + bias
        slope_input = Z
        a = _sigmoid(Z)
        cache = (A_prev, slope_input)
        caches.append(cache)
        is_last = len(caches) == len(params)
        A = a
    output = A
    returned = caches
    return output, returned
